"""Whether to claim a seat: a pure function of what the chain says and what this machine can do."""

from dataclasses import dataclass

from nesa.chain import Job, JobParams, JobView, MinerInfo, MinerParams, Phase, Served, Status
from nesa.miner._sortition import best_ticket, claim_threshold, executor_bond, slots_at, verifier_bond

__all__ = ["Claimable", "Ground", "NotNowError", "consider", "round_of"]

_ROUNDS = {
    Status.REQUESTED: 0,
    Status.CLAIMED: 0,
    Status.CHECKING: 1,
    Status.APPEALED: 2,
}


class NotNowError(Exception):
    """A seat is not claimed; the text says why.

    Attributes:
        final: whether this round of the job can be forgotten.
    """

    def __init__(self, reason: str, *, final: bool = True) -> None:
        super().__init__(reason)
        self.final = final


@dataclass(frozen=True, slots=True)
class Claimable:
    """A seat worth claiming: whose ticket, which slot, the bond that winning locks, the round's seats."""

    job: int
    round: int
    version: int
    slot: int
    ticket: bytes
    bond: int
    seats: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a decision stands on.

    Attributes:
        chain_id: the chain's name.
        height: the newest block; a claim sent now is in the next one at the earliest.
        me: this miner.
        served: its entry for the job's version.
        params: of the job's revision.
        miner_params: of the miner module.
        miners: how many serve the version.
        slots: of all of them.
        free: stake that no bond or earlier claim of this block's has taken.
        seconds: that the job will take from now, waiting included.
        block_seconds: between blocks.
    """

    chain_id: str
    height: int
    me: MinerInfo
    served: Served
    params: JobParams
    miner_params: MinerParams
    miners: int
    slots: int
    free: int
    seconds: float
    block_seconds: float


def round_of(job: Job) -> int:
    """Return the round that a job is in: 0 executes, 1 checks, 2 decides an appeal; -1 when it is in none."""
    return _ROUNDS.get(job.status, -1)


def consider(view: JobView, ground: Ground, run_window: int) -> Claimable:
    """Return the seat to claim.

    Raises:
        NotNowError: there is nothing to claim, or it cannot be won, paid for or finished.
    """
    job = view.job
    if job is None or job.phase is not Phase.CLAIM:
        raise NotNowError("no claims are taken")
    round_ = round_of(job)
    _may_sit(view, job, round_, ground)
    bond = executor_bond(job, ground.params) if round_ == 0 else verifier_bond(job, ground.params)
    if bond > ground.free:
        raise NotNowError("the free stake does not cover the bond", final=False)
    until = min(job.phase_end + run_window, job.terms.deadline) if round_ == 0 else job.phase_end + run_window
    if ground.seconds > (until - ground.height) * ground.block_seconds:
        raise NotNowError("the work would not be done in time", final=False)
    return _ticket(view, job, round_, ground, bond)


def _may_sit(view: JobView, job: Job, round_: int, ground: Ground) -> None:
    owner = ground.me.miner.owner
    draw = job.rounds[round_]
    if not draw.seed:
        raise NotNowError("the seed is not known", final=False)
    if ground.height + 1 > job.phase_end:
        raise NotNowError("the window for claims is over")
    if ground.served.since > draw.draw_height:
        raise NotNowError("the version was not served before the draw")
    if ground.served.ask > job.terms.price:
        raise NotNowError("the bid is below the ask")
    mine = [seat.round for seat in view.seats if seat.miner == owner]
    if round_ in mine:
        raise NotNowError("the ticket is in")
    parties = {job.requester, job.challenger, job.appellant}
    if round_ > 0 and parties & {owner, ground.me.miner.operator, ground.me.miner.claim_key}:
        raise NotNowError("a party to the job does not judge it")
    if round_ > 0 and min(mine, default=round_) < round_:
        raise NotNowError("whoever had a seat before does not judge the job")


def _ticket(view: JobView, job: Job, round_: int, ground: Ground, bond: int) -> Claimable:
    draw = job.rounds[round_]
    owner = ground.me.miner.owner
    slots = slots_at(ground.me.miner, draw.epoch, ground.miner_params)
    if slots == 0:
        raise NotNowError("no stake of this miner counts in the draw")
    ticket, slot = best_ticket(ground.chain_id, draw.seed, job.id, round_, owner, slots)
    if ground.miners > ground.params.open_claims_miners:
        blocks_open = max(0, ground.height + 1 - draw.claim_start)
        if ticket >= claim_threshold(ground.slots, blocks_open):
            raise NotNowError("the ticket is above the threshold of this block", final=False)
    rivals = sorted(seat.ticket for seat in view.seats if seat.round == round_)
    places = draw.seats + ground.params.standby
    if len(rivals) >= places and ticket >= rivals[places - 1]:
        raise NotNowError("the ticket is beaten")
    return Claimable(job.id, round_, job.terms.version_id, slot, ticket, bond, draw.seats)
