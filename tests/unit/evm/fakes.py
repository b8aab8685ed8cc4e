"""A chain on which contracts wait to be told, for whoever tells them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from nesa.chain import (
    CallbackEntry,
    CallbackState,
    ChainUnreachableError,
    EventCalledBack,
    NotFoundError,
    TxFailedError,
)

ME = "nesa1me"
AROUND = 100_000  # gas of the transaction around a call


def entry(job_id: int, **fields: Any) -> CallbackEntry:
    """What a contract has prepaid at 1 gwei."""
    found = CallbackEntry(
        job_id, f"nesa1contract{job_id}", 500_000, 770_000 * 10**9, 64, CallbackState.READY, None, 99, "", 0
    )
    return replace(found, **fields)


@dataclass
class Waiting:
    """A chain and an account in one.

    Attributes:
        ready: what waits, by block; the last goes on.
        faster: jobs that somebody else calls back just before.
        silent: blocks after which no node answers.
    """

    ready: list[list[CallbackEntry]]
    price: int = 10**9
    faster: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    fails: set[int] = field(default_factory=set)
    sent: list[tuple[int, int | None]] = field(default_factory=list)
    block: int = 0
    address: str = ME

    @property
    def chain(self) -> Any:
        return SimpleNamespace(
            blocks=self._blocks,
            callbacks=SimpleNamespace(entries=self._entries, entry=self._entry),
            gas=SimpleNamespace(price=self._price),
        )

    async def _blocks(self) -> AsyncIterator[int]:
        for block in range(len(self.ready)):
            self.block = block
            yield block

    def _now(self) -> list[CallbackEntry]:
        made = {job_id for job_id, _ in self.sent}
        return [found for found in self.ready[self.block] if found.job_id not in made]

    async def _entries(self, state: CallbackState) -> AsyncIterator[CallbackEntry]:
        if self.block in self.silent:
            raise ChainUnreachableError("no node answers")
        for found in self._now():
            if state in {CallbackState.UNSPECIFIED, found.state}:
                yield found

    async def _entry(self, job_id: int) -> CallbackEntry:
        for found in self._now():
            if found.job_id == job_id:
                return found
        raise NotFoundError("none")

    async def _price(self) -> int:
        return self.price

    async def simulate(self, message: Any) -> int:
        found = await self._entry(message.job_id)
        if found.job_id in self.faster:
            raise TxFailedError(code=6, codespace="callback", log="no callback is open", tx_hash="")
        return found.gas_limit + AROUND

    async def send(self, message: Any, *, gas: int | None) -> Any:
        assert message.sender == self.address
        found = await self._entry(message.job_id)
        self.sent.append((found.job_id, gas))
        good = found.job_id not in self.fails
        called = EventCalledBack(
            found.job_id, found.contract, self.address, good, "" if good else "not\x1b[31m today", 70_000, found.fee, ()
        )
        return SimpleNamespace(hash="AB", events=[SimpleNamespace(data=called)])
