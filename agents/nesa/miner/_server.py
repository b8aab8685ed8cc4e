"""Serves this miner's seats: runs, deliveries, commitments, reveals, abstentions."""

from collections.abc import Callable, Mapping, Sequence

import anyio
import structlog
from anyio.abc import TaskGroup

from nesa.chain import (
    ChainError,
    CommitEntry,
    DeliverEntry,
    Job,
    Outcome,
    Phase,
    Result,
    RevealEntry,
    Seat,
    SeatEntry,
    SeatState,
)
from nesa.errors import MinerError, RelayError, said
from nesa.miner._chain import Chain
from nesa.miner._claims import round_of
from nesa.miner._evidence import read_evidence
from nesa.miner._journal import Duty, Journal, Kind, State
from nesa.miner._metrics import Metrics
from nesa.miner._outbox import Outbox
from nesa.miner._pace import Pace
from nesa.miner._pool import ModelPool
from nesa.miner._sortition import commitment
from nesa.miner._work import Bench, check_job, execute_job

__all__ = ["DutyServer"]

_log = structlog.get_logger("nesa.miner")

_RETRY = 2.0
_LAND_BLOCKS = 4  # kept for the transaction that brings a result to the chain


class DutyServer:
    """Brings each seat one step further, whenever it is asked to."""

    def __init__(
        self,
        chain: Chain,
        journal: Journal,
        pool: ModelPool,
        bench: Bench,
        outbox: Outbox,
        metrics: Metrics,
        pace: Pace,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._chain = chain
        self._journal = journal
        self._pool = pool
        self._bench = bench
        self._outbox = outbox
        self._metrics = metrics
        self._pace = pace
        self._clock = clock
        self._working: dict[tuple[int, int], tuple[int, anyio.CancelScope]] = {}
        self._not_before: dict[tuple[int, int], float] = {}

    def serve(self, height: int, seats: Sequence[Seat], jobs: Mapping[int, Job], tasks: TaskGroup) -> None:
        """Do what these seats ask for at this height; model runs go on in ``tasks``, until it is too late for them."""
        for end, scope in self._working.values():
            if height + 1 > end:
                scope.cancel()
        for seat in seats:
            job = jobs.get(seat.job_id)
            if job is None or round_of(job) != seat.round or height + 1 > job.phase_end:
                continue
            duty = self._journal.duty(seat.job_id, seat.round)
            if duty is None or duty.state in {State.CLAIMING, State.CLOSED}:
                duty = Duty(seat.job_id, seat.round, job.terms.version_id, State.CLAIMED, seat.slot, seat.bond)
                self._journal.write(duty)
            match job.phase, seat.state:
                case Phase.RUN | Phase.COMMIT, SeatState.SEATED:
                    blocks = job.phase_end - height - _LAND_BLOCKS
                    self._seated(duty, job, blocks * self._pace.block_seconds, tasks)
                case Phase.REVEAL, SeatState.COMMITTED:
                    self._reveal(duty, job.rounds[seat.round].seats)
                case _:
                    pass

    def _seated(self, duty: Duty, job: Job, seconds: float, tasks: TaskGroup) -> None:
        seats = job.rounds[duty.round].seats
        match duty.state:
            case State.CLAIMED:
                if duty.key not in self._working and self._clock() >= self._not_before.get(duty.key, 0.0):
                    scope = anyio.CancelScope()
                    self._working[duty.key] = job.phase_end, scope
                    # Payloads may take half of what is left, or what the run leaves of it: blocks may come faster.
                    within = min(seconds / 2, seconds - self._bench.workers.expected(duty.version, 0))
                    tasks.start_soon(self._work, duty, seats, within, scope)
            case State.RAN:
                self._deliver(duty)
            case State.DELIVERED if not self._outbox.told(Kind.DELIVER, duty):
                # The chain took it, said a node, but does not have it. The output is gone by now: run again.
                self._journal.write(duty.to(State.CLAIMED))
            case State.CHECKED | State.COMMITTED:
                self._commit(duty, seats)
            case _:
                pass

    async def _work(self, duty: Duty, seats: int, within: float, scope: anyio.CancelScope) -> None:
        start = self._clock()
        task = "check" if duty.round else "execute"
        try:
            with scope:
                done = await self._result(duty, within)
        except (ChainError, MinerError, RelayError) as error:  # may pass
            self._failed(duty, task, error)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's payload made a library raise ends one seat only
            self._failed(duty, task, error)
            if duty.round:  # not being able to check says nothing about the delivery
                self._outbox.add(Kind.ABSTAIN, duty, SeatEntry(duty.job, duty.round))
        else:
            if scope.cancelled_caught:
                _log.warning("work_expired", job=duty.job, round=duty.round, version=duty.version)
                return
            self._journal.write(done)
            self._metrics.outcomes.labels(str(duty.version), task, Outcome(done.outcome).name).inc()
            self._metrics.run_seconds.labels(str(duty.version)).observe(done.seconds)
            self._metrics.work_seconds.labels(str(duty.version)).observe(self._clock() - start)
            _log.info(
                task,
                job=duty.job,
                round=duty.round,
                version=duty.version,
                outcome=Outcome(done.outcome).name,
                seconds=round(done.seconds, 3),
                scores=done.scores,
            )
            if duty.round:
                self._commit(done, seats)
            else:
                self._deliver(done)
        finally:
            self._working.pop(duty.key, None)

    async def _result(self, duty: Duty, within: float) -> Duty:
        model = await self._pool.get(duty.version)
        view = await self._chain.job(duty.job)
        if duty.round:
            return await check_job(view, duty, model, self._bench, within=within)
        if view.job is None:
            raise ChainError(f"Job {duty.job} has ended.")
        params = await self._chain.job_params(view.job.params_revision)
        return await execute_job(view.job, duty, model, self._bench, params.inline_limit, within=within)

    def _failed(self, duty: Duty, task: str, error: Exception) -> None:
        self._not_before[duty.key] = self._clock() + _RETRY
        self._metrics.errors.labels(task).inc()
        _log.error("work_failed", job=duty.job, round=duty.round, version=duty.version, error=said(error))

    def _deliver(self, duty: Duty) -> None:
        entry = DeliverEntry(
            duty.job,
            Outcome(duty.outcome),
            duty.output,
            duty.output_digest,
            duty.output_uri,
            duty.units,
            duty.fingerprint,
            duty.input_uri,
            read_evidence(duty.evidence),
        )
        self._outbox.add(Kind.DELIVER, duty, entry)

    def _commit(self, duty: Duty, seats: int) -> None:
        owner_commitment = commitment(
            self._bench.chain_id, duty.job, duty.round, self._bench.owner, _result(duty), duty.salt
        )
        self._outbox.add(Kind.COMMIT, duty, CommitEntry(duty.job, duty.round, owner_commitment), seats)

    def _reveal(self, duty: Duty, seats: int) -> None:
        if not duty.salt:
            _log.error("salt_lost", job=duty.job, round=duty.round)
            return
        self._outbox.add(Kind.REVEAL, duty, RevealEntry(duty.job, duty.round, _result(duty), duty.salt), seats)


def _result(duty: Duty) -> Result:
    return Result(Outcome(duty.outcome), duty.fingerprint, duty.scores)
