"""Inputs and outputs: from the chain, or from where their address says, always by digest."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import anyio
import httpx

from nesa.errors import BlobUnavailableError, said
from nesa.models import Policy, guarded_transport
from nesa.relay import Blobs

__all__ = ["Payloads"]

_OK = 200
_AT_ONCE = 32  # each may hold ``max_bytes`` in memory


class Payloads:
    """Fetches and stores payloads; keeps the last few fetched in memory, since a job's are needed more than once.

    Args:
        blobs: the relays.
        policy: which addresses may be called.
        max_bytes: of one payload.
        max_kept: bytes in memory.
        delays: seconds between attempts to fetch.
    """

    def __init__(
        self,
        blobs: Blobs,
        policy: Policy,
        *,
        max_bytes: int = 64 * 2**20,
        max_kept: int = 256 * 2**20,
        delays: Sequence[float] = (0.5, 1.0, 2.0),
    ) -> None:
        self._blobs = blobs
        self._policy = policy
        self._max_bytes = max_bytes
        self._max_kept = max_kept
        self._delays = tuple(delays)
        self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    async def fetch(self, inline: bytes, digest: bytes, uri: str, *, within: float) -> bytes:
        """Return a payload.

        Args:
            inline: what the chain holds; used unless there is an address.
            digest: its SHA-256.
            uri: ``nats``, ``tls`` or ``https`` address, or nothing.
            within: seconds for all attempts together. A server that sends a byte now and then must not hold a seat
                until its window has closed.

        Raises:
            BlobUnavailableError: it cannot be had in time, after several attempts, or is something else.
        """
        if not uri:
            if digest and hashlib.sha256(inline).digest() != digest:
                raise BlobUnavailableError("the chain's copy does not have the digest given with it")
            return inline
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return self._kept[digest]
        try:
            with anyio.fail_after(max(0.0, within)):
                async with self._limiter:
                    data = await self._fetch(uri, digest)
        except TimeoutError as error:
            raise BlobUnavailableError("the payload cannot be had in time") from error
        self._keep(digest, data)
        return data

    def has(self, digest: bytes) -> bool:
        """Tell whether a payload is in memory."""
        return digest in self._kept

    async def put(self, data: bytes) -> str:
        """Store a payload on a relay and return its address.

        Raises:
            RelayError: no relay takes it.
        """
        return await self._blobs.put(data)

    async def _fetch(self, uri: str, digest: bytes) -> bytes:
        for delay in (*self._delays, None):
            try:
                return await self._fetch_once(uri, digest)
            except Exception as error:  # an address of a stranger's making, and whatever may be found there
                if delay is None:
                    raise BlobUnavailableError(f"the payload cannot be had: {said(error)}") from error
                await anyio.sleep(delay)
        raise AssertionError("unreachable")

    async def _fetch_once(self, uri: str, digest: bytes) -> bytes:
        if uri.startswith("https://") or (self._policy.allow_private and uri.startswith("http://")):
            data = await self._download(uri)
            if hashlib.sha256(data).digest() != digest:
                raise BlobUnavailableError("what is at the address does not have the digest given with it")
            return data
        return await self._blobs.get(uri, digest=digest, max_bytes=self._max_bytes)

    async def _download(self, url: str) -> bytes:
        found = bytearray()
        transport = guarded_transport(allow_private=self._policy.allow_private, resolver=self._policy.resolver)
        try:
            async with (
                httpx.AsyncClient(transport=transport, timeout=self._policy.timeout, trust_env=False) as client,
                client.stream("GET", url, headers={"accept-encoding": "identity"}) as response,
            ):
                if response.status_code != _OK:
                    raise BlobUnavailableError(f"the server answered {response.status_code}")
                async for chunk in response.aiter_raw():
                    found += chunk
                    if len(found) > self._max_bytes:
                        raise BlobUnavailableError(f"the payload is larger than the {self._max_bytes} bytes allowed")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # a host's name may be beyond encoding
            raise BlobUnavailableError(f"the server cannot be reached: {type(error).__name__}") from error
        return bytes(found)

    def _keep(self, digest: bytes, data: bytes) -> None:
        self._kept[digest] = data
        while self._kept and sum(map(len, self._kept.values())) > self._max_kept:
            self._kept.popitem(last=False)
