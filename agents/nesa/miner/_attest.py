"""Keeps an enclave's key attested: before its attestation expires, the hardware is asked for another."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import anyio
import anyio.to_thread
import structlog

from nesa.errors import NesaError, said
from nesa.tee import AttestedKey, Quote, Reader

__all__ = ["Attester", "Registered", "Registry"]

_log = structlog.get_logger("nesa.miner")

_LOOK = 60.0  # seconds between looks at what the chain says of the key
_FRESH = 10.0  # seconds for which an answer of the chain is taken to hold
_LEFT = 3  # a key is renewed when less than one part in so many of its life is left


@dataclass(frozen=True, slots=True)
class Registered:
    """What the chain says of a key.

    Attributes:
        expires: in seconds of block time since 1970.
        void: why it is not in force; empty when it is.
    """

    expires: int
    void: str = ""


class Registry(Protocol):
    """What is asked of the chain about attested keys, and told."""

    @property
    def chain_id(self) -> str:
        """The chain's name."""
        ...

    async def now(self) -> int:
        """Return the newest block's time, in seconds since 1970."""
        ...

    async def life(self) -> int:
        """Return how long an attestation may hold, in seconds."""
        ...

    async def registered(self, key: bytes) -> Registered | None:
        """Return what is known of one of this miner's keys; None when it is not known."""
        ...

    async def register(self, key: bytes, quote: Quote, expires: int) -> None:
        """Send an attestation and wait until it is in a block."""
        ...


class Attester:
    """A miner's enclave.

    Args:
        owner: the miner's address.
        key: the key that is attested.
        reader: makes quotes.
        registry: what the chain knows.
        reload: reads the key anew, once the chain has revoked it for good and somebody has put another in its place.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        owner: str,
        key: AttestedKey,
        reader: Reader,
        registry: Registry,
        *,
        reload: Callable[[], AttestedKey] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reload = reload
        self._owner = owner
        self._key = key
        self._reader = reader
        self._registry = registry
        self._clock = clock
        self._asked = float("-inf")
        self._attested = False

    @property
    def key(self) -> bytes:
        """The ed25519 public key, 32 bytes."""
        return self._key.key

    def sign(self, digest: bytes) -> bytes:
        """Return the 64-byte signature over a digest."""
        return self._key.sign(digest)

    async def attested(self) -> bool:
        """Tell whether the chain takes this key's signatures now; an answer is kept for a few seconds.

        Raises:
            ChainError: the chain cannot be asked.
        """
        if self._clock() - self._asked >= _FRESH:
            await self._look()
        return self._attested

    async def attest(self) -> tuple[Quote, int]:
        """Have the key attested anew, for as long as the chain allows; return the quote, and when the key expires.

        Raises:
            AttestationError: the hardware gives no quote.
            ChainError: the chain cannot be asked, or refuses it.
        """
        expires = await self._registry.now() + await self._registry.life()
        data = self._key.report_data(self._registry.chain_id, self._owner, expires)
        quote = await anyio.to_thread.run_sync(self._reader.quote, data)
        await self._registry.register(self.key, quote, expires)
        self._asked = float("-inf")
        return quote, expires

    async def renew(self) -> bool:
        """Have the key attested anew if the chain does not take it, or not for long; tell whether it was.

        Raises:
            AttestationError: the hardware gives no quote.
            ChainError: the chain cannot be asked, or refuses it.
        """
        found = await self._look()
        if found is not None and not found.void:
            left = found.expires - await self._registry.now()
            if left * _LEFT >= await self._registry.life():
                return False
        if found is not None and "revoked" in found.void and self._reload is not None:
            self._key = await anyio.to_thread.run_sync(self._reload)
        quote, expires = await self.attest()
        _log.info("attested", key=self.key.hex(), platform=quote.platform.name, product=quote.product, expires=expires)
        return True

    async def run(self) -> None:
        """Renew the attestation until cancelled; what fails is logged and tried again."""
        while True:
            try:
                await self.renew()
            except NesaError as error:
                _log.warning("not_attested", key=self.key.hex(), error=said(error))
            await anyio.sleep(_LOOK)

    async def _look(self) -> Registered | None:
        found = await self._registry.registered(self.key)
        self._attested = found is not None and not found.void
        self._asked = self._clock()
        return found
