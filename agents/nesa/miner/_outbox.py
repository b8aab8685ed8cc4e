"""Sends what duties have to say: in batches, journalled first, and after a restart until each one's fate is known.

Nothing here decides. An entry that fails is forgotten, and the agent, which asks the chain anew at every block, brings
it again if it is still wanted. The chain takes each entry once, so bringing one again costs gas at most.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anyio
import structlog
from anyio.abc import TaskGroup, TaskStatus

from nesa.chain import ChainError, ItemResult, SignedTx, TxExpiredError, TxFailedError
from nesa.miner._chain import Receipt, Sender
from nesa.miner._journal import Duty, Journal, Kind, Pending, State
from nesa.miner._metrics import Metrics

__all__ = ["Outbox"]

_log = structlog.get_logger("nesa.miner")

_NES = 10**18
_RESUME_DELAY = 2.0
_SETTLING = 3.0  # a node that lags may still show the state before a message
_MAX_DELAY = 60.0

# From which states a message that was taken leads where. Its receipt may come late, after the chain's state has shown
# the same; what has gone on since is not turned back.
_DONE = {
    Kind.CLAIM: ({State.CLAIMING}, State.CLAIMED),
    Kind.DELIVER: ({State.RAN}, State.DELIVERED),
    Kind.ABSTAIN: ({State.CLAIMED}, State.ABSTAINED),
    Kind.COMMIT: ({State.CHECKED}, State.COMMITTED),
    Kind.REVEAL: ({State.CHECKED, State.COMMITTED}, State.REVEALED),
}

_Key = tuple[int, int]


class Outbox:
    """One queue for each kind of message, and at most one message of a kind on its way.

    Args:
        journal: where transactions are written before they leave.
        senders: the key that signs each kind.
        batch: entries of one message at most.
        clock: seconds, monotonic.
        metrics: to count in.
    """

    def __init__(
        self,
        journal: Journal,
        senders: Mapping[Kind, Sender],
        *,
        batch: int,
        clock: Callable[[], float],
        metrics: Metrics,
    ) -> None:
        self._journal = journal
        self._senders = dict(senders)
        self._batch = batch
        self._clock = clock
        self._metrics = metrics
        self._queues: dict[Kind, dict[_Key, tuple[Any, int]]] = {kind: {} for kind in Kind}
        self._wanted = {kind: anyio.Event() for kind in Kind}
        self._sending: dict[Kind, set[_Key]] = {kind: set() for kind in Kind}
        self._quiet: dict[tuple[Kind, _Key], tuple[int, float]] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is queued or on its way."""
        return not any(self._queues.values()) and not any(self._sending.values())

    def told(self, kind: Kind, duty: Duty) -> bool:
        """Tell whether an entry is queued or on its way, or was sent or refused a moment ago."""
        key = duty.key
        _, not_before = self._quiet.get((kind, key), (0, 0.0))
        return key in self._queues[kind] or key in self._sending[kind] or self._clock() < not_before

    def add(self, kind: Kind, duty: Duty, entry: object, seats: int = 1) -> None:
        """Queue an entry of a round with so many seats, unless the chain was just told or is about to be."""
        if not self.told(kind, duty):
            self._queues[kind][duty.key] = entry, seats
            self._wanted[kind].set()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Send until cancelled; started once what was on its way before a restart is known to be so."""
        pending = self._journal.pending()
        for item in pending:
            self._sending[item.kind].update(item.items)
        by_sender: dict[str, list[Kind]] = {}
        for kind, sender in self._senders.items():
            by_sender.setdefault(sender.address, []).append(kind)
        async with anyio.create_task_group() as tasks:
            for kinds in by_sender.values():
                tasks.start_soon(self._run_sender, kinds, [item for item in pending if item.kind in kinds], tasks)
            task_status.started()

    async def _run_sender(self, kinds: Sequence[Kind], pending: Sequence[Pending], tasks: TaskGroup) -> None:
        # A new transaction would take the sequence of one that is still on its way.
        for item in pending:
            await self._resume(item.kind, item.attempts, item.items)
        for kind in kinds:
            tasks.start_soon(self._run_kind, kind)

    async def _run_kind(self, kind: Kind) -> None:
        queue = self._queues[kind]
        while True:
            await self._wanted[kind].wait()
            keys = tuple(queue)[: self._batch]
            entries = [queue.pop(key) for key in keys]
            if not queue:
                self._wanted[kind] = anyio.Event()
            if keys:
                self._sending[kind].update(keys)
                await self._send(kind, keys, entries)

    async def _send(self, kind: Kind, keys: tuple[_Key, ...], queued: Sequence[tuple[Any, int]]) -> None:
        attempts: list[SignedTx] = []

        async def on_signed(signed: SignedTx) -> None:
            attempts.append(signed)
            self._journal.signed(kind, attempts[0].hash, signed, keys)

        try:
            entries, seats = zip(*queued, strict=True)
            receipt = await self._senders[kind].submit(kind, entries, seats, on_signed)
        except TxFailedError as error:
            self._failed(kind, keys, attempts, error)
        except ChainError as error:
            if attempts:
                await self._resume(kind, attempts, keys)
            else:
                self._failed(kind, keys, attempts, error)
        else:
            self._done(kind, keys, attempts, receipt)

    async def _resume(self, kind: Kind, attempts: Sequence[SignedTx], keys: tuple[_Key, ...]) -> None:
        while True:
            try:
                receipt = await self._senders[kind].resume(attempts)
            except (TxExpiredError, TxFailedError) as error:
                self._failed(kind, keys, attempts, error)
                return
            except ChainError as error:
                _log.warning("transaction_unknown", kind=kind.value, tx=attempts[-1].hash, error=str(error))
                self._metrics.errors.labels("chain").inc()
                await anyio.sleep(_RESUME_DELAY)
            else:
                self._done(kind, keys, attempts, receipt)
                return

    def _done(self, kind: Kind, keys: tuple[_Key, ...], attempts: Sequence[SignedTx], receipt: Receipt) -> None:
        fates = dict(zip(keys, receipt.items, strict=False))
        moved = []
        for key in keys:
            duty, fate = self._journal.duty(*key), fates.get(key)
            taken = fate is not None and fate.code == 0
            self._metrics.messages.labels(kind.value, "taken" if taken else "refused").inc()
            if taken:
                self._quiet[kind, key] = 0, self._clock() + _SETTLING
            else:
                self._note(kind, key, fate)
            if duty is not None and (next_ := _moved(kind, duty, taken=taken)):
                moved.append(next_)
        self._journal.settled([signed.hash for signed in attempts], receipt.fee, *moved)
        self._metrics.fees.inc(receipt.fee / _NES)
        self._sending[kind].difference_update(keys)
        _log.info("sent", kind=kind.value, entries=len(keys), height=receipt.height, fee=receipt.fee)

    def _failed(self, kind: Kind, keys: tuple[_Key, ...], attempts: Sequence[SignedTx], error: ChainError) -> None:
        self._journal.settled([signed.hash for signed in attempts], 0)
        for key in keys:
            self._note(kind, key, None)
        self._sending[kind].difference_update(keys)
        self._metrics.errors.labels("message").inc()
        _log.warning("not_sent", kind=kind.value, jobs=[job for job, _ in keys], error=str(error))

    def _note(self, kind: Kind, key: _Key, fate: ItemResult | None) -> None:
        if len(self._quiet) > 100_000:  # noqa: PLR2004 - finished long ago, most of them
            self._quiet.clear()
        count = self._quiet.get((kind, key), (0, 0.0))[0] + 1
        delay = min(0.25 * 2**count, _MAX_DELAY)
        self._quiet[kind, key] = count, self._clock() + delay
        if fate is not None and kind is not Kind.CLAIM:
            _log.warning("refused", kind=kind.value, job=key[0], round=key[1], code=fate.code, reason=fate.reason)


def _moved(kind: Kind, duty: Duty, *, taken: bool) -> Duty | None:
    before, after = _DONE[kind]
    if duty.state not in before:
        return None
    if taken:
        return duty.to(after, output=b"") if kind is Kind.DELIVER else duty.to(after)
    return duty.to(State.CLOSED) if kind is Kind.CLAIM else None
