"""Closes duties: of jobs that have ended, with what was earned or lost, and of tickets that did not win."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from nesa.chain import ChainError, EventPaid, Job, Miner, Phase, Role, Seat
from nesa.miner._chain import Chain
from nesa.miner._claims import round_of
from nesa.miner._journal import Duty, Journal, State
from nesa.miner._metrics import Metrics

__all__ = ["Closer"]

_log = structlog.get_logger("nesa.miner")

_NES = 10**18
_AGAIN = 3
_QUERIES = 64
_UNPROVEN = {State.CLAIMING, State.CLAIMED}


class Closer:
    """Compares the journal with the chain's open jobs."""

    def __init__(self, chain: Chain, journal: Journal, metrics: Metrics) -> None:
        self._chain = chain
        self._journal = journal
        self._metrics = metrics
        self._again: dict[tuple[int, int], int] = {}

    async def close(self, height: int, me: Miner, seats: Sequence[Seat], jobs: Mapping[int, Job]) -> None:
        """Close what is over.

        Raises:
            ChainError: the chain cannot be asked.
        """
        seated = {(seat.job_id, seat.round) for seat in seats}
        asked = 0
        for duty in self._journal.open_duties():
            if (duty.key in seated and duty.job in jobs) or height < self._again.get(duty.key, 0):
                continue
            if asked == _QUERIES:
                return
            asked += 1
            if await self._close(duty, me):
                self._again.pop(duty.key, None)
            else:
                self._again[duty.key] = height + _AGAIN

    async def _close(self, duty: Duty, me: Miner) -> bool:
        view = await self._chain.job(duty.job)
        job = view.job
        if job is not None:
            waiting = round_of(job) == duty.round and job.phase in {Phase.SEED, Phase.CLAIM}
            if waiting or duty.state not in _UNPROVEN or any(_is_mine(seat, duty, me) for seat in view.seats):
                return False
            self._journal.finish(duty)
            self._metrics.claims.labels("lost").inc()
            return True
        if duty.state in _UNPROVEN:
            self._journal.finish(duty)
            return True
        if view.record is None:  # so long ago that the chain has forgotten it
            self._journal.finish(duty)
            return True
        try:
            payments = await self._chain.payments(duty.job, view.record.finished)
        except ChainError as error:
            _log.warning("payments_unknown", job=duty.job, error=str(error))
            return False
        self._finish(_paid(duty, me, payments))
        return True

    def _finish(self, duty: Duty) -> None:
        self._journal.finish(duty)
        self._metrics.earned.labels(str(duty.version)).inc(duty.earned / _NES)
        self._metrics.lost.labels(str(duty.version)).inc(duty.lost / _NES)
        _log.info("closed", job=duty.job, round=duty.round, earned=duty.earned, lost=duty.lost)


def _is_mine(seat: Seat, duty: Duty, me: Miner) -> bool:
    return seat.miner == me.owner and seat.round == duty.round


def _paid(duty: Duty, me: Miner, payments: Sequence[EventPaid]) -> Duty:
    """Return the duty with what it brought.

    One withdraw address may collect for several miners, so of several verifiers' pays only one is this miner's.
    """
    role = Role.VERIFIER if duty.round else Role.EXECUTOR
    pays = [paid.amount for paid in payments if paid.role is role and paid.address == me.withdraw_address]
    bonds = [paid.amount for paid in payments if paid.role is Role.BOND and paid.address == me.owner]
    return replace(duty, earned=pays[0] if pays else 0, lost=sum(bonds))
