"""Blobs from the user's side: put, get, delete."""

import base64
import hashlib
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

import anyio
import anyio.to_thread
from nats.aio.client import Client
from nats.aio.msg import Msg

from nesa.errors import AddressRefusedError, BlobUnavailableError, DownloadError, RelayError, RelayRefusedError
from nesa.models import Policy, public_addresses
from nesa.relay._dial import dial, hang_up
from nesa.relay._login import Signer, challenge, inbox, open_login
from nesa.relay._subjects import (
    CHUNK,
    DELETE,
    DIGEST,
    ERROR,
    GET,
    MAX_SIZE,
    OFFSET,
    PUT,
    REFUSED,
    SIZE,
    STAT,
    UNAVAILABLE,
)
from nesa.relay._uri import BlobUri
from nesa.untrusted import clean, parse_whole

__all__ = ["Blobs"]

_RETRY = 0.1


class Blobs:
    """Blobs on relays, as one account or as a reader without one. An async context manager.

    Args:
        chain_id: the chain's name, part of every login.
        relays: ``nats://host:port`` or ``tls://host:port``, where `put` stores: the first that works.
        signer: the account's key; None can only read.
        policy: whether relays at private addresses may be called, and how long an answer may take.
    """

    def __init__(
        self, chain_id: str, *, relays: Sequence[str] = (), signer: Signer | None = None, policy: Policy | None = None
    ) -> None:
        self._chain_id = chain_id
        self._relays = tuple(relays)
        self._signer = signer
        self._policy = policy or Policy()
        self._connections: dict[str, Client] = {}
        self._lock = anyio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._connections:
            await hang_up(self._connections.popitem()[1])

    async def put(self, source: bytes | Path) -> str:
        """Store a blob on the first relay that takes it and return its address.

        Raises:
            RelayRefusedError: no relay allows it; the text is the last one's reason.
            RelayError: no relay is configured or none answers.
        """
        if self._signer is None:
            raise RelayRefusedError("an upload needs an account's key")
        digest, size = await anyio.to_thread.run_sync(_measure, source)
        error = RelayError("no relay is configured")
        for relay in self._relays:
            try:
                await self._upload(relay, source, digest, size)
            except RelayError as found:
                error = found
            else:
                return str(BlobUri(relay, bytes.fromhex(digest)))
        raise error

    async def _upload(self, relay: str, source: bytes | Path, digest: str, size: int) -> None:
        subject = f"{PUT}.{self._address}"
        offset = 0
        async with aclosing(_pieces(source)) as pieces:
            async for data in pieces:
                headers = {DIGEST: digest, SIZE: str(size), OFFSET: str(offset)}
                reply = await self._request(relay, subject, data, headers)
                offset += len(data)
                stored = parse_whole((reply.headers or {}).get(OFFSET, ""), MAX_SIZE)
                if stored == size:  # whole, or there already
                    return
                if stored != offset:
                    raise RelayError(f"the relay {relay} lost its place in the upload")
        raise RelayError(f"the relay {relay} did not take the whole blob")

    async def get(self, uri: str, *, max_bytes: int, digest: bytes = b"") -> bytes:
        """Return a blob, checked against its digest.

        Args:
            uri: what `put` returned.
            max_bytes: more than this is refused before it is fetched.
            digest: when given, the SHA-256 that the address must name, 32 bytes.

        Raises:
            BlobUnavailableError: the relay does not answer or does not have it, it is too large, or it is not what
                the digest says.
        """
        where = BlobUri.parse(uri)
        if digest and digest != where.digest:
            raise BlobUnavailableError("the address names a blob with another digest")
        found, size = bytearray(), -1
        try:
            async with self._reader(where.server) as connection:
                while size < 0 or len(found) < size:
                    headers = {DIGEST: where.digest.hex(), OFFSET: str(len(found))}
                    reply = await self._ask(connection, where.server, GET, b"", headers)
                    size = _size(reply, size, max_bytes)
                    found += reply.data
                    if not reply.data or len(found) > size:
                        raise BlobUnavailableError("it sent a blob of another size than it announced")
        except RelayError as error:
            raise BlobUnavailableError(f"the blob cannot be had from {where.server}: {error}") from error
        if hashlib.sha256(found).digest() != where.digest:
            raise BlobUnavailableError(f"{where.server} sent something else than the blob asked for")
        return bytes(found)

    async def delete(self, uri: str) -> None:
        """Delete one's own copy of a blob.

        Raises:
            RelayRefusedError: this account has no such blob there.
            RelayError: the relay does not answer.
        """
        where = BlobUri.parse(uri)
        await self._request(where.server, f"{DELETE}.{self._address}", b"", {DIGEST: where.digest.hex()})

    async def usage(self, relay: str) -> tuple[int, int]:
        """Return the bytes that this account uses on a relay, and its quota there; 0 for a stranger.

        Raises:
            RelayError: the relay does not answer.
        """
        reply = await self._request(relay, f"{STAT}.{self._address}", b"", {})
        words = reply.data[:64].decode(errors="replace").partition(" ")
        used, quota = (parse_whole(word, MAX_SIZE) for word in (words[0], words[2]))
        if used is None or quota is None:
            raise RelayError(f"the relay {relay} does not say what is used")
        return used, quota

    @property
    def _address(self) -> str:
        return self._signer.address if self._signer else "nobody"

    async def _request(self, relay: str, subject: str, data: bytes, headers: dict[str, str]) -> Msg:
        return await self._ask(await self._connection(relay), relay, subject, data, headers)

    async def _ask(self, connection: Client, relay: str, subject: str, data: bytes, headers: dict[str, str]) -> Msg:
        try:
            reply = await connection.request(subject, data, timeout=self._policy.timeout, headers=headers)
        except Exception as error:  # a hostile server makes the library raise anything
            raise RelayError(f"the relay {relay} does not answer: {type(error).__name__}") from error
        code = (reply.headers or {}).get(ERROR)
        if code is None:
            return reply
        reason = clean(reply.data[:512].decode(errors="replace"))
        kinds: dict[str, type[RelayError]] = {REFUSED: RelayRefusedError, UNAVAILABLE: BlobUnavailableError}
        raise kinds.get(code, RelayError)(reason)

    async def _connection(self, relay: str) -> Client:
        async with self._lock:
            connection = self._connections.get(relay)
            if connection is None or connection.is_closed:
                connection = self._connections[relay] = await self._connect(relay, self._signer)
            return connection

    @asynccontextmanager
    async def _reader(self, relay: str) -> AsyncIterator[Client]:
        """Yield a connection to read over: the account's own at its relays, and elsewhere one that nobody signs for.

        A stranger's server learns no more than that somebody asks, and keeps nothing of this process's open.
        """
        if relay in self._relays:
            yield await self._connection(relay)
            return
        connection = await self._connect(relay, None)
        try:
            yield connection
        finally:
            await hang_up(connection)

    async def _connect(self, relay: str, signer: Signer | None) -> Client:
        url, port = _parts(relay)
        prefix, name = inbox(), f"{url.hostname}:{port}"

        def sign(nonce: str) -> bytes:
            if signer is None:
                return b""
            return base64.b64encode(signer.sign(challenge(self._chain_id, name, prefix, nonce)))

        refused: list[Exception] = []

        async def keep(error: Exception) -> None:
            refused.append(error)

        try:
            with anyio.fail_after(self._policy.timeout):
                # What was checked is what is called: a name may not change its address in between.
                addresses = await public_addresses(
                    str(url.hostname),
                    port,
                    allow_private=self._policy.allow_private,
                    resolver=self._policy.resolver,
                )
                host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
                return await dial(
                    f"{url.scheme}://{host}:{port}",
                    token=open_login(prefix, signer),
                    signature_cb=sign,
                    inbox_prefix=prefix.encode(),
                    tls=ssl.create_default_context() if url.scheme == "tls" else None,
                    tls_hostname=url.hostname if url.scheme == "tls" else None,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,  # the library counts the first attempt as one, and otherwise never ends
                    reconnect_time_wait=_RETRY,
                    error_cb=keep,
                )
        except (AddressRefusedError, DownloadError) as error:
            raise RelayError(f"the relay {relay} is not called: {error}") from error
        except Exception as error:  # a hostile server makes the library raise anything
            raise RelayError(f"the relay {relay} cannot be reached: {refused[0] if refused else error}") from error


def _parts(relay: str) -> tuple[SplitResult, int]:
    try:
        url = urlsplit(relay)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in {"nats", "tls"} or not url.hostname or not port:
        raise RelayError("a relay's address has the form nats://host:port or tls://host:port")
    return url, port


def _measure(source: bytes | Path) -> tuple[str, int]:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest(), len(source)
    try:
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
    except OSError as error:
        raise RelayError(f"{source} cannot be read: {error.strerror}") from error


async def _pieces(source: bytes | Path) -> AsyncGenerator[bytes, None]:
    if isinstance(source, bytes):
        for offset in range(0, len(source), CHUNK):
            yield source[offset : offset + CHUNK]
        return
    async with await anyio.open_file(source, "rb") as file:
        while data := await file.read(CHUNK):
            yield data


def _size(reply: Msg, known: int, max_bytes: int) -> int:
    size = parse_whole((reply.headers or {}).get(SIZE, ""), MAX_SIZE)
    if size is None or known not in {-1, size}:
        raise BlobUnavailableError("the relay did not say how large the blob is")
    if size > max_bytes:
        raise BlobUnavailableError(f"the blob has {size} bytes, more than the {max_bytes} allowed")
    return size
