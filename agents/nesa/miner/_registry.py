"""What the chain knows of this miner's attested keys."""

from nesa.chain import Account, ChainClient, messages
from nesa.miner._attest import Registered
from nesa.tee import Quote

__all__ = ["LiveRegistry"]


class LiveRegistry:
    """`Registry` over a `ChainClient`; the operator signs."""

    def __init__(self, client: ChainClient, operator: Account, owner: str) -> None:
        self._client = client
        self._operator = operator
        self._owner = owner

    @property
    def chain_id(self) -> str:
        """The chain's name."""
        return self._client.network.chain_id

    async def now(self) -> int:
        """Return the newest block's time, in seconds since 1970."""
        return int((await self._client.block(await self._client.height())).time.timestamp())

    async def life(self) -> int:
        """Return how long an attestation may hold, in seconds."""
        return (await self._client.attestation.params()).max_key_life

    async def registered(self, key: bytes) -> Registered | None:
        """Return what is known of one of this miner's keys."""
        for state in await self._client.attestation.keys(self._owner):
            if state.key.key == key:
                return Registered(state.key.expires, state.void)
        return None

    async def register(self, key: bytes, quote: Quote, expires: int) -> None:
        """Send an attestation and wait until it is in a block."""
        await self._operator.send(messages.attest(self._operator.address, key, quote, expires))
