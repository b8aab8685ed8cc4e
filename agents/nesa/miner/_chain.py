"""What the agent needs of the chain, and the same over `nesa.chain`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nesa.chain import (
    Account,
    ChainClient,
    ChainEvent,
    EventDrawn,
    EventPaid,
    ItemResult,
    Job,
    JobParams,
    JobView,
    MinerInfo,
    MinerParams,
    OutOfGasError,
    Seat,
    Served,
    SignedTx,
    Totals,
    Version,
    item_results,
    messages,
)
from nesa.miner._gas import GasBook
from nesa.miner._journal import Kind
from nesa.proto.cosmos.tx.v1beta1 import tx_pb2

__all__ = ["AccountSender", "Chain", "LiveChain", "OnSigned", "Receipt", "Sender", "Tamper", "fee_of"]

_BLOCKS_KEPT = 32

OnSigned = Callable[[SignedTx], Awaitable[None]]
Tamper = Callable[[Kind, list[Any]], Sequence[Any]]


class Chain(Protocol):
    """What an agent asks about the chain, each time anew: nothing here is taken from events alone."""

    @property
    def chain_id(self) -> str:
        """The chain's name."""
        ...

    def blocks(self) -> AsyncIterator[int]:
        """Return each height from now on."""
        ...

    async def miner(self) -> MinerInfo:
        """Return this miner."""
        ...

    async def served(self) -> Mapping[int, Served]:
        """Return what this miner serves, by version."""
        ...

    async def miner_params(self) -> MinerParams:
        """Return the miner module's parameters."""
        ...

    async def job_params(self, revision: int) -> JobParams:
        """Return the parameters that a job runs under."""
        ...

    async def version(self, version_id: int) -> Version:
        """Return a model's version."""
        ...

    async def totals(self, version_id: int) -> Totals:
        """Return who serves a version, summed up."""
        ...

    async def duties(self) -> Sequence[Seat]:
        """Return this miner's seats in open jobs, standby included."""
        ...

    async def my_jobs(self) -> Sequence[Job]:
        """Return the open jobs in which this miner has a seat; inputs and outputs may be left out."""
        ...

    async def open_jobs(self, version_id: int) -> Sequence[Job]:
        """Return a version's open jobs; inputs and outputs may be left out."""
        ...

    async def job(self, job_id: int) -> JobView:
        """Return a job and all its seats."""
        ...

    async def drawn(self, height: int) -> Sequence[int]:
        """Return the ids of jobs that a block's events say are open for claims: a hint where to look."""
        ...

    async def payments(self, job_id: int, height: int) -> Sequence[EventPaid]:
        """Return what was paid when a job ended, at that height."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message: its height, each entry's fate, the fee in anes."""

    height: int
    items: tuple[ItemResult, ...]
    fee: int


class Sender(Protocol):
    """Signs one key's messages and waits until they are in a block."""

    @property
    def address(self) -> str:
        """The key's account."""
        ...

    async def submit(self, kind: Kind, entries: Sequence[Any], seats: Sequence[int], on_signed: OnSigned) -> Receipt:
        """Send one message with these entries.

        Args:
            kind: of message.
            entries: of the message's entry type.
            seats: of each entry's round, which decide how much gas it may take.
            on_signed: awaited with each signed transaction before its first byte leaves.

        Raises:
            TxFailedError: refused, or executed and failed.
            TxUnknownError: nobody could be asked what became of it; see `resume`.
            ChainError: not sent.
        """
        ...

    async def resume(self, attempts: Sequence[SignedTx]) -> Receipt:
        """Find out what became of a message signed before a restart, and offer it again while it is valid.

        Raises:
            TxExpiredError: it is not in a block and never will be.
            TxFailedError: it failed.
            TxUnknownError: nobody could be asked.
        """
        ...


class LiveChain:
    """`Chain` over a `ChainClient`."""

    def __init__(self, client: ChainClient, owner: str) -> None:
        self._client = client
        self._owner = owner
        self._params: dict[int, JobParams] = {}
        self._versions: dict[int, Version] = {}
        self._events: dict[int, Sequence[ChainEvent]] = {}

    @property
    def chain_id(self) -> str:
        """The chain's name."""
        return self._client.network.chain_id

    def blocks(self) -> AsyncIterator[int]:
        """Return each height from now on."""
        return self._client.blocks()

    async def miner(self) -> MinerInfo:
        """Return this miner."""
        return await self._client.miners.get(self._owner)

    async def served(self) -> Mapping[int, Served]:
        """Return what this miner serves, by version."""
        return {entry.version_id: entry async for entry in self._client.miners.served(miner=self._owner)}

    async def miner_params(self) -> MinerParams:
        """Return the miner module's parameters."""
        return await self._client.miners.params()

    async def job_params(self, revision: int) -> JobParams:
        """Return the parameters that a job runs under; a revision never changes, so it is asked for once."""
        if revision not in self._params:
            self._params[revision] = await self._client.jobs.params(revision)
        return self._params[revision]

    async def version(self, version_id: int) -> Version:
        """Return a model's version; what an agent needs of one never changes, so it is asked for once."""
        if version_id not in self._versions:
            self._versions[version_id] = await self._client.models.version(version_id)
        return self._versions[version_id]

    async def totals(self, version_id: int) -> Totals:
        """Return who serves a version, summed up."""
        return await self._client.miners.totals(version_id)

    async def duties(self) -> Sequence[Seat]:
        """Return this miner's seats in open jobs."""
        return [seat async for seat in self._client.jobs.duties(self._owner)]

    async def my_jobs(self) -> Sequence[Job]:
        """Return the open jobs in which this miner has a seat."""
        return [job async for job in self._client.jobs.list(miner=self._owner)]

    async def open_jobs(self, version_id: int) -> Sequence[Job]:
        """Return a version's open jobs."""
        return [job async for job in self._client.jobs.list(version_id=version_id)]

    async def job(self, job_id: int) -> JobView:
        """Return a job and all its seats."""
        return await self._client.jobs.get(job_id)

    async def drawn(self, height: int) -> Sequence[int]:
        """Return the ids of jobs that a block opened for claims."""
        events = await self._announced(height)
        return [event.data.job_id for event in events if isinstance(event.data, EventDrawn)]

    async def payments(self, job_id: int, height: int) -> Sequence[EventPaid]:
        """Return what was paid when a job ended, at that height."""
        paid = [event.data for event in await self._announced(height) if isinstance(event.data, EventPaid)]
        return [payment for payment in paid if payment.job_id == job_id]

    async def _announced(self, height: int) -> Sequence[ChainEvent]:
        """Return a block's events; the last few blocks are asked for once, since many jobs may end in one."""
        found = self._events.get(height)
        if found is None:
            found = self._events[height] = await self._client.events(height)
            while len(self._events) > _BLOCKS_KEPT:
                del self._events[min(self._events)]
        return found


class AccountSender:
    """`Sender` over an `Account`.

    Args:
        account: the key's account.
        denom: in which fees are paid.
        tamper: changes entries before they are signed; for tests of dishonest miners.
    """

    def __init__(self, account: Account, *, denom: str, tamper: Tamper | None = None) -> None:
        self._account = account
        self._denom = denom
        self._tamper = tamper
        self._gas = GasBook()

    @property
    def address(self) -> str:
        """The key's account."""
        return self._account.address

    async def submit(self, kind: Kind, entries: Sequence[Any], seats: Sequence[int], on_signed: OnSigned) -> Receipt:
        """Send one message with these entries; see `Sender`."""
        build: dict[Kind, Callable[[str, Sequence[Any]], Any]] = {
            Kind.CLAIM: messages.claim,
            Kind.DELIVER: messages.deliver,
            Kind.ABSTAIN: messages.abstain,
            Kind.COMMIT: messages.commit,
            Kind.REVEAL: messages.reveal,
        }
        fees: dict[str, int] = {}

        async def note(signed: SignedTx) -> None:
            fees[signed.hash] = fee_of(signed.raw, self._denom)
            await on_signed(signed)

        chosen = self._tamper(kind, list(entries)) if self._tamper else entries
        message, gas = build[kind](self.address, chosen), self._gas.limit(kind, seats)
        try:
            result = await self._account.send(message, gas=gas, on_signed=note)
        except OutOfGasError:
            self._gas.ran_out(kind)
            raise
        self._gas.used(kind, result.gas_used / max(1, result.gas_wanted))
        return Receipt(result.height, item_results(result), fees.get(result.hash, 0))

    async def resume(self, attempts: Sequence[SignedTx]) -> Receipt:
        """Find out what became of a message; see `Sender`."""
        result = await self._account.resume(*attempts)
        fees = {signed.hash: fee_of(signed.raw, self._denom) for signed in attempts}
        return Receipt(result.height, item_results(result), fees.get(result.hash, 0))


def fee_of(raw: bytes, denom: str) -> int:
    """Return the fee that a signed transaction offers, in base units."""
    info = tx_pb2.AuthInfo.FromString(tx_pb2.TxRaw.FromString(raw).auth_info_bytes)
    return sum(int(coin.amount) for coin in info.fee.amount if coin.denom == denom)
