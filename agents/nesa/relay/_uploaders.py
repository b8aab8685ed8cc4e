"""Who may upload, and how much."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from nesa.chain import ChainClient, NotFoundError

__all__ = ["ChainUploaders", "FixedUploaders", "Uploaders"]


class Uploaders(Protocol):
    """Decides about accounts."""

    async def quota(self, address: str) -> int:
        """Return how many bytes the relay keeps for an account; 0 for a stranger."""
        ...


class FixedUploaders:
    """A list of accounts."""

    def __init__(self, quotas: Mapping[str, int]) -> None:
        self._quotas = dict(quotas)

    async def quota(self, address: str) -> int:
        """Return the account's quota, 0 if it is not in the list."""
        return self._quotas.get(address, 0)


class ChainUploaders:
    """Accounts that the chain knows: miners, and whoever holds enough to pay for a job.

    A minimum balance does not identify anybody. It makes many accounts cost something, and the store's total size and
    its time to live bound what they can do.
    """

    def __init__(
        self,
        chain: ChainClient,
        *,
        quota: int,
        min_balance: int,
        remember: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain = chain
        self._quota = quota
        self._min_balance = min_balance
        self._remember = remember
        self._clock = clock
        self._known: dict[str, tuple[float, int]] = {}

    async def quota(self, address: str) -> int:
        """Return the account's quota, after a question to the chain at most once a minute.

        Raises:
            ChainError: the chain cannot be asked.
        """
        now = self._clock()
        self._known = {who: known for who, known in self._known.items() if known[0] + self._remember > now}
        if address not in self._known:
            self._known[address] = now, self._quota if await self._may_upload(address) else 0
        return self._known[address][1]

    async def _may_upload(self, address: str) -> bool:
        if await self._chain.bank.balance(address) >= self._min_balance:
            return True
        try:
            miner = await self._chain.miners.by_key(address)
        except NotFoundError:
            return False
        return not miner.retired
