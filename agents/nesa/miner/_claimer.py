"""Looks for seats to claim and enters tickets for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import anyio
import structlog
from anyio.abc import TaskGroup

from nesa.chain import Claim, Job, JobView, MinerInfo, MinerParams, Phase, Seat, SeatState, Served, Totals
from nesa.errors import BlobUnavailableError
from nesa.miner._chain import Chain
from nesa.miner._claims import Claimable, Ground, NotNowError, consider, round_of
from nesa.miner._journal import Duty, Journal, Kind, State
from nesa.miner._metrics import Metrics
from nesa.miner._outbox import Outbox
from nesa.miner._pace import Pace
from nesa.miner._pool import ModelPool
from nesa.miner._work import Bench

__all__ = ["Claimer"]

_log = structlog.get_logger("nesa.miner")

# Every open job is looked at, whatever events have said: every other block while they are few, and at least so often.
_LOOK_LEAST = 2
_LOOK_BLOCKS = 20
_LOOK_JOBS = 50  # for so many jobs, one block is left out
_VIEWS = 256  # jobs looked at in one block at most
_QUERIES = 8  # at once
_COMMITTEE = 3  # seats that a committee has at least, as a rule


@dataclass(slots=True)
class _Survey:
    """What is known and promised at one block.

    Attributes:
        promised: anes of bonds that tickets may lock.
        coming: model runs that are likely to come of them.
    """

    height: int
    me: MinerInfo
    served: Mapping[int, Served]
    miner_params: MinerParams
    totals: dict[int, Totals] = field(default_factory=dict)
    promised: int = 0
    coming: float = 0.0


class Claimer:
    """Keeps the jobs that may be open for claims, and decides about each at every block."""

    def __init__(
        self,
        chain: Chain,
        journal: Journal,
        pool: ModelPool,
        bench: Bench,
        outbox: Outbox,
        metrics: Metrics,
        pace: Pace,
    ) -> None:
        self._chain = chain
        self._journal = journal
        self._pool = pool
        self._bench = bench
        self._outbox = outbox
        self._metrics = metrics
        self._pace = pace
        self._watched: dict[int, None] = {}  # ordered: the oldest is looked at first
        self._fetching: set[bytes] = set()
        self._look_at = 0
        self._served: Mapping[int, Served] = {}
        self._served_at = 0

    def hint(self, jobs: Iterable[int]) -> None:
        """Look at these jobs at the next block."""
        self._watched.update(dict.fromkeys(jobs))

    def look_everywhere(self) -> None:
        """Look at all open jobs, and at what this miner serves, at the next block."""
        self._look_at = self._served_at = 0

    def wants(self, height: int) -> bool:
        """Tell whether there is anything to look at in this block."""
        return bool(self._watched) or height >= self._look_at

    async def claim(
        self, height: int, me: MinerInfo, seats: Sequence[Seat], jobs: Mapping[int, Job], tasks: TaskGroup
    ) -> None:
        """Enter tickets for every job that can be won, paid for and finished.

        Raises:
            ChainError: the chain cannot be asked.
        """
        if height >= self._served_at:
            self._served, self._served_at = await self._chain.served(), height + _LOOK_BLOCKS
        served = {version: entry for version, entry in self._served.items() if self._pool.loaded(version)}
        if height >= self._look_at:
            open_ = await self._look(served)
            self._look_at = height + min(_LOOK_LEAST + open_ // _LOOK_JOBS, _LOOK_BLOCKS)
        if not self._watched:
            return
        survey = _Survey(height, me, served, await self._chain.miner_params())
        for duty in self._promised(seats, jobs):
            await self._promise(survey, duty.version, duty.round, duty.bond)
        for view in await self._views(list(self._watched)[:_VIEWS]):
            found = await self._consider(view, survey, tasks)
            if found is not None:
                await self._promise(survey, found.version, found.round, found.bond)
                self._enter(found)

    async def _look(self, served: Iterable[int]) -> int:
        """Watch every job that takes claims or will; return how many are open."""
        found = 0
        for version in served:
            for job in await self._chain.open_jobs(version):
                found += 1
                if job.phase in {Phase.SEED, Phase.CLAIM}:
                    self._watched[job.id] = None
        return found

    def _promised(self, seats: Sequence[Seat], jobs: Mapping[int, Job]) -> Iterator[Duty]:
        """Yield the duties whose tickets may still win in the ordinary way.

        One that waits for others to fail is not counted: a miner that cannot pay then is passed over, at no cost.
        """
        standing = {(seat.job_id, seat.round): seat.state for seat in seats}
        for duty in self._journal.open_duties():
            if duty.state not in {State.CLAIMING, State.CLAIMED}:
                continue
            job = jobs.get(duty.job)
            if standing.get(duty.key, SeatState.STANDBY) is SeatState.STANDBY and (
                job is None or job.phase is Phase.CLAIM
            ):
                yield duty

    async def _promise(self, survey: _Survey, version: int, round_: int, bond: int) -> None:
        """Count a ticket that is in: its bond whole, its work by how likely it is to win."""
        share = survey.me.slots / max(1, (await self._totals(survey, version)).slots)
        survey.promised += bond
        survey.coming += min(1.0, share * (_COMMITTEE if round_ else 1))

    async def _totals(self, survey: _Survey, version: int) -> Totals:
        if version not in survey.totals:
            survey.totals[version] = await self._chain.totals(version)
        return survey.totals[version]

    async def _views(self, ids: Sequence[int]) -> list[JobView]:
        found: dict[int, JobView] = {}
        limiter = anyio.CapacityLimiter(_QUERIES)

        async def ask(job: int) -> None:
            async with limiter:
                found[job] = await self._chain.job(job)

        try:
            async with anyio.create_task_group() as tasks:
                for job in ids:
                    tasks.start_soon(ask, job)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        for job in ids:
            if found[job].job is None:
                self._watched.pop(job, None)
        return [found[job] for job in ids if found[job].job is not None]

    async def _consider(self, view: JobView, survey: _Survey, tasks: TaskGroup) -> Claimable | None:
        """Return the seat to claim in a job, and forget the job when there never will be one in this round."""
        job = view.job
        if job is None or job.phase is Phase.SEED:
            return None
        version = job.terms.version_id
        duty = self._journal.duty(job.id, round_of(job))
        if version not in survey.served or (duty is not None and duty.state is not State.CLAIMING):
            self._watched.pop(job.id, None)
            return None
        if duty is not None and self._outbox.told(Kind.CLAIM, duty):
            return None
        try:
            totals = await self._totals(survey, version)
            ground = Ground(
                chain_id=self._chain.chain_id,
                height=survey.height,
                me=survey.me,
                served=survey.served[version],
                params=await self._chain.job_params(job.params_revision),
                miner_params=survey.miner_params,
                miners=totals.miners,
                slots=totals.slots,
                free=survey.me.free - survey.promised,
                seconds=self._bench.workers.expected(
                    version, survey.coming, proven="zk" in job.terms.assurance.evidence
                ),
                block_seconds=self._pace.block_seconds,
            )
            self._have_room(survey)
            found = consider(view, ground, (await self._chain.version(version)).profile.run_window)
            await self._have_evidence(job, found.round)
            self._have_input(job, found.round, survey.height, tasks)
        except NotNowError as reason:
            if reason.final:
                self._watched.pop(job.id, None)
            self._metrics.skipped.labels(str(reason)).inc()
            _log.debug("not_claimed", job=job.id, reason=str(reason))
            return None
        return found

    def _have_room(self, survey: _Survey) -> None:
        if self._bench.workers.full(survey.coming):
            raise NotNowError("the queue is full", final=False)

    async def _have_evidence(self, job: Job, round_: int) -> None:
        """Make sure that an executor can give evidence before it promises a delivery that must carry some."""
        wanted = job.terms.assurance.evidence
        if round_ > 0 or not wanted:
            return
        version = job.terms.version_id
        manifest = (await self._pool.get(version)).manifest
        if not await self._bench.notary.can_give(wanted, version, manifest):
            raise NotNowError("the job asks for evidence that this machine cannot give")

    def _have_input(self, job: Job, round_: int, height: int, tasks: TaskGroup) -> None:
        """Make sure that an executor has its input before it promises to run it.

        A verifier may find that it cannot be had, so it need not.
        """
        terms = job.terms
        if round_ > 0 or not terms.input_uri or self._bench.payloads.has(terms.input_digest):
            return
        if terms.input_digest not in self._fetching:
            self._fetching.add(terms.input_digest)
            tasks.start_soon(self._fetch, job, (job.phase_end - height) * self._pace.block_seconds)
        raise NotNowError("the input is being fetched", final=False)

    async def _fetch(self, job: Job, seconds: float) -> None:
        terms = job.terms
        try:
            await self._bench.payloads.fetch(b"", terms.input_digest, terms.input_uri, within=seconds)
        except BlobUnavailableError as error:
            _log.warning("input_unavailable", job=job.id, error=str(error))
            self._watched.pop(job.id, None)
        finally:
            self._fetching.discard(terms.input_digest)

    def _enter(self, found: Claimable) -> None:
        duty = Duty(found.job, found.round, found.version, State.CLAIMING, found.slot, found.bond)
        self._journal.write(duty)
        self._outbox.add(Kind.CLAIM, duty, Claim(found.job, found.round, found.slot), found.seats)
        self._metrics.claims.labels("entered").inc()
        _log.info("claim", job=found.job, round=found.round, slot=found.slot, ticket=found.ticket.hex()[:16])
