"""An in-memory chain for one miner: heights, a mempool, and jobs that go through their phases.

It knows the rules that an agent must not break: one sequence at a time, one entry for each seat, a reveal that opens
its commitment, and a bond that is lost when a phase ends without what was due in it.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import anyio

from nesa.chain import (
    CheckCause,
    Checkpoint,
    Delivery,
    EventPaid,
    Finding,
    ItemResult,
    Job,
    JobParams,
    JobView,
    Miner,
    MinerInfo,
    MinerParams,
    Phase,
    Record,
    Result,
    Role,
    Seat,
    SeatState,
    Served,
    SignedTx,
    Status,
    Terms,
    Totals,
    TxFailedError,
    Unit,
    Version,
    VersionStatus,
)
from nesa.chain import Profile as ChainProfile
from nesa.miner import Kind, Receipt
from nesa.miner._sortition import best_ticket, commitment, executor_bond, verifier_bond
from nesa.models import Manifest
from unit.miner.records import (
    BLOCK_SECONDS,
    CHAIN,
    CLAIM_WINDOW,
    CLAIMER,
    MINER_PARAMS,
    NES,
    OPERATOR,
    OTHER,
    OWNER,
    PARAMS,
    REVEAL_WINDOW,
    RUN_WINDOW,
    USER,
    address,
    draw,
    seat_of,
)


@dataclass
class FakeChain:
    """The chain. Its miner is `OWNER`, who serves version 1 unless told otherwise."""

    manifest: Manifest
    stake: int = 10_000 * NES
    locked: int = 0
    height: int = 1
    seconds: float = 1000.0
    jobs: dict[int, Job] = field(default_factory=dict)
    seats: dict[tuple[int, int, str], Seat] = field(default_factory=dict)
    records: dict[int, Record] = field(default_factory=dict)
    paid: dict[int, list[EventPaid]] = field(default_factory=dict)
    missed: list[tuple[int, int]] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    wire: dict[str, tuple[str, SignedTx, Kind, Sequence[Any]]] = field(default_factory=dict)
    mempool: list[str] = field(default_factory=list)
    included: dict[str, Receipt | TxFailedError] = field(default_factory=dict)
    offered: list[tuple[Kind, Any]] = field(default_factory=list)
    hints: dict[int, list[int]] = field(default_factory=dict)
    events_work: bool = True
    ask: int = 1
    serves: tuple[int, ...] = (1,)
    _next: anyio.Event = field(default_factory=anyio.Event)

    # ------------------------------------------------------------ what an agent asks

    chain_id = CHAIN

    async def blocks(self) -> AsyncIterator[int]:
        seen = self.height
        while True:
            while self.height == seen:
                await self._next.wait()
            seen += 1
            yield seen

    async def miner(self) -> MinerInfo:
        me = Miner(
            OWNER,
            OPERATOR,
            CLAIMER,
            OWNER,
            "",
            self.stake,
            self.locked,
            0,
            0,
            (Checkpoint(0, self.stake),),
            (),
            0,
            False,
        )
        return MinerInfo(me, self.stake // MINER_PARAMS.slot_unit, self.stake - self.locked, 0)

    async def served(self) -> Mapping[int, Served]:
        return {version: Served(version, OWNER, self.ask, 0) for version in self.serves}

    async def miner_params(self) -> MinerParams:
        return MINER_PARAMS

    async def job_params(self, revision: int) -> JobParams:
        assert revision == 1
        return PARAMS

    async def version(self, version_id: int) -> Version:
        profile = self.manifest.profile
        pinned = ChainProfile(
            positions=profile.positions,
            projections=profile.projections,
            scale_bits=profile.scale_bits,
            shift=profile.shift,
            threshold=profile.threshold,
            score_thresholds=profile.score_thresholds,
            run_window=RUN_WINDOW,
            proof_systems=(),
        )
        digest = self.manifest.digest()
        return Version(
            version_id, "nesa/model", 1, digest, "", Unit.REQUEST, 0, pinned, VersionStatus.ACTIVE, 0, 0, 0, True
        )

    async def totals(self, version_id: int) -> Totals:
        return Totals(version_id, 10, 10_000)

    async def duties(self) -> Sequence[Seat]:
        return [seat for seat in self.seats.values() if seat.miner == OWNER]

    async def my_jobs(self) -> Sequence[Job]:
        return [job for job in self.jobs.values() if any(seat.job_id == job.id for seat in await self.duties())]

    async def open_jobs(self, version_id: int) -> Sequence[Job]:
        return [job for job in self.jobs.values() if job.terms.version_id == version_id]

    async def job(self, job_id: int) -> JobView:
        seats = sorted(
            (seat for seat in self.seats.values() if seat.job_id == job_id), key=lambda seat: (seat.round, seat.ticket)
        )
        return JobView(self.jobs.get(job_id), tuple(seats), self.records.get(job_id), forgotten=False)

    async def drawn(self, height: int) -> Sequence[int]:
        return self.hints.get(height, []) if self.events_work else []

    async def payments(self, job_id: int, height: int) -> Sequence[EventPaid]:
        return self.paid.get(job_id, []) if height == self.records[job_id].finished else []

    # ------------------------------------------------------------ what others do

    def request(self, terms_: Terms, **changes: Any) -> int:
        """Open a job that takes claims for its execution."""
        id_ = len(self.jobs) + len(self.records) + 1
        job = Job(
            id=id_,
            requester=USER,
            terms=terms_,
            params_revision=1,
            height=self.height,
            status=Status.REQUESTED,
            phase=Phase.CLAIM,
            phase_end=self.height + CLAIM_WINDOW,
            escrow=terms_.price,
            reserve=0,
            executor="",
            delivery=None,
            rounds=(draw(hashlib.sha256(bytes([id_ % 256, 0])).digest(), self.height, 1),),
            check_cause=CheckCause.UNSPECIFIED,
            challenger="",
            challenge_deposit=0,
            appellant="",
            appeal_deposit=0,
            unverified=False,
        )
        self.jobs[id_] = replace(job, **changes)
        self.hints.setdefault(self.height + 1, []).append(id_)
        return id_

    def request_check(self, terms_: Terms, delivery: Delivery, earlier: Sequence[Result] = ()) -> int:
        """Open a job that another has executed and that takes claims for its check, or, after one, for its appeal."""
        id_ = self.request(terms_)
        round_ = 2 if earlier else 1
        more = [draw(hashlib.sha256(bytes([id_ % 256, n + 1])).digest(), self.height, 3) for n in range(round_)]
        self.jobs[id_] = replace(
            self.jobs[id_],
            status=Status.APPEALED if earlier else Status.CHECKING,
            executor=OTHER,
            delivery=delivery,
            rounds=(*self.jobs[id_].rounds, *more),
        )
        for number, result in enumerate(earlier):
            miner = address(f"verifier {number}")
            self.seats[id_, 1, miner] = seat_of(id_, 1, miner, bytes([number]) * 32, SeatState.REVEALED, result)
        return id_

    # ------------------------------------------------------------ blocks

    def advance(self) -> None:
        """Make a block."""
        self.height += 1
        self.seconds += BLOCK_SECONDS
        for hash_ in list(self.mempool):
            self._include(hash_)
        for job in list(self.jobs.values()):
            if self.height >= job.phase_end:
                self._end_phase(job)
        self._next.set()
        self._next = anyio.Event()

    def _include(self, hash_: str) -> None:
        sender, signed, kind, entries = self.wire[hash_]
        if signed.timeout_height < self.height or signed.sequence < self.sequences.get(sender, 0):
            self.mempool.remove(hash_)
            return
        if signed.sequence > self.sequences.get(sender, 0):
            return
        self.mempool.remove(hash_)
        self.sequences[sender] = signed.sequence + 1
        items = tuple(self._apply(kind, entry) for entry in entries)
        if all(item.code for item in items):
            self.included[hash_] = TxFailedError(
                code=items[0].code, codespace="job", log=items[0].reason, tx_hash=hash_, height=self.height
            )
        else:
            self.included[hash_] = Receipt(self.height, items, 100)

    def _apply(self, kind: Kind, entry: Any) -> ItemResult:
        job = self.jobs.get(entry.job_id)
        round_ = 0 if kind is Kind.DELIVER else entry.round
        key = (entry.job_id, round_, OWNER)
        apply = {
            Kind.CLAIM: self._claim,
            Kind.DELIVER: self._deliver,
            Kind.ABSTAIN: self._abstain,
            Kind.COMMIT: self._commit,
            Kind.REVEAL: self._reveal,
        }[kind]
        reason = "no such job" if job is None else apply(job, self.seats.get(key), entry)
        return ItemResult(entry.job_id, 7 if reason else 0, reason)

    def _claim(self, job: Job, seat: Seat | None, entry: Any) -> str:
        if job.phase is not Phase.CLAIM or seat is not None:
            return "no claims are taken"
        ticket, slot = best_ticket(CHAIN, job.rounds[entry.round].seed, job.id, entry.round, OWNER, entry.slot + 1)
        assert slot == entry.slot, "not the best slot"
        self.seats[job.id, entry.round, OWNER] = seat_of(job.id, entry.round, OWNER, ticket, SeatState.STANDBY)
        return ""

    def _deliver(self, job: Job, seat: Seat | None, entry: Any) -> str:
        if job.phase is not Phase.RUN or seat is None or seat.state is not SeatState.SEATED:
            return "not waited for"
        if entry.output:
            assert hashlib.sha256(entry.output).digest() == entry.output_digest
        self._pay(job, Role.EXECUTOR, seat)
        return ""

    def _abstain(self, job: Job, seat: Seat | None, entry: Any) -> str:
        if job.phase is not Phase.COMMIT or seat is None or seat.state is not SeatState.SEATED:
            return "not seated"
        self.locked -= seat.bond
        self.seats[job.id, entry.round, OWNER] = replace(seat, state=SeatState.ABSTAINED)
        return ""

    def _commit(self, job: Job, seat: Seat | None, entry: Any) -> str:
        if job.phase is not Phase.COMMIT or seat is None or seat.state is not SeatState.SEATED:
            return "not seated"
        self.seats[job.id, entry.round, OWNER] = replace(seat, state=SeatState.COMMITTED, commitment=entry.commitment)
        self.jobs[job.id] = replace(job, phase=Phase.REVEAL, phase_end=self.height + REVEAL_WINDOW)
        return ""

    def _reveal(self, job: Job, seat: Seat | None, entry: Any) -> str:
        if job.phase is not Phase.REVEAL or seat is None or seat.state is not SeatState.COMMITTED:
            return "not committed"
        if commitment(CHAIN, job.id, entry.round, OWNER, entry.result, entry.salt) != seat.commitment:
            return "the reveal does not open the commitment"
        self.seats[job.id, entry.round, OWNER] = replace(seat, state=SeatState.REVEALED, result=entry.result)
        self._pay(job, Role.VERIFIER, seat)
        return ""

    def _end_phase(self, job: Job) -> None:
        round_ = len(job.rounds) - 1
        seat = self.seats.get((job.id, round_, OWNER))
        if job.phase is Phase.CLAIM:
            if seat is None:
                self._finish(job)
                return
            bond = executor_bond(job, PARAMS) if round_ == 0 else verifier_bond(job, PARAMS)
            self.locked += bond
            assert self.locked <= self.stake, "a bond that the stake does not cover"
            self.seats[job.id, round_, OWNER] = replace(seat, state=SeatState.SEATED, bond=bond)
            self.jobs[job.id] = replace(
                job,
                status=Status.CLAIMED if round_ == 0 else job.status,
                phase=Phase.COMMIT if round_ else Phase.RUN,
                phase_end=self.height + RUN_WINDOW,
                executor=job.executor or OWNER,
            )
            return
        if seat is not None and seat.state in {SeatState.SEATED, SeatState.COMMITTED}:
            self.missed.append((job.id, round_))
        self._finish(job)

    def _pay(self, job: Job, role: Role, seat: Seat) -> None:
        self.locked -= seat.bond
        self.paid[job.id] = [EventPaid(job.id, role, OWNER, job.terms.price), EventPaid(job.id, role, OWNER, 1)]
        self._finish(job)

    def _finish(self, job: Job) -> None:
        del self.jobs[job.id]
        for key in [key for key in self.seats if key[0] == job.id]:
            del self.seats[key]
        self.records[job.id] = Record(
            job.id, USER, job.executor, 1, Status.SETTLED, 0, self.height, 0, 0, b"", b"", 1, 1, Finding.UNSPECIFIED
        )
