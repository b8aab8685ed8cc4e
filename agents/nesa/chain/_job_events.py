"""What the job module announces. Amounts are in anes."""

from dataclasses import dataclass

from nesa.chain._enums import CheckCause, Finding, Outcome, Role, SeatState, Standing, Status

__all__ = [
    "EventAppealed",
    "EventChallenged",
    "EventClaimed",
    "EventCommitted",
    "EventDelivered",
    "EventDrawn",
    "EventFinished",
    "EventJudged",
    "EventLottery",
    "EventMissed",
    "EventPaid",
    "EventRequested",
    "EventRevealed",
    "EventSeated",
    "EventVerdict",
]


@dataclass(frozen=True, slots=True)
class EventRequested:
    """Emitted when a job is opened.

    Source: `nesa.job.v1.EventRequested`.
    """

    job_id: int
    requester: str
    version_id: int
    escrow: int
    deadline: int


@dataclass(frozen=True, slots=True)
class EventDrawn:
    """Emitted when a round has its seed and claims are taken.

    Source: `nesa.job.v1.EventDrawn`.
    """

    job_id: int
    round: int
    seed_height: int
    seed: bytes
    seats: int
    claims_end: int


@dataclass(frozen=True, slots=True)
class EventClaimed:
    """Emitted when a ticket is among the best so far.

    Source: `nesa.job.v1.EventClaimed`.
    """

    job_id: int
    round: int
    miner: str
    slot: int
    ticket: bytes


@dataclass(frozen=True, slots=True)
class EventSeated:
    """Emitted when a miner gets a seat.

    Source: `nesa.job.v1.EventSeated`.
    """

    job_id: int
    round: int
    miner: str
    ticket: bytes
    bond: int
    until: int
    replacement: bool


@dataclass(frozen=True, slots=True)
class EventDelivered:
    """Emitted when an output arrives.

    Source: `nesa.job.v1.EventDelivered`.
    """

    job_id: int
    executor: str
    outcome: Outcome
    output_digest: bytes
    units: int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EventLottery:
    """Emitted when the lottery is drawn.

    Source: `nesa.job.v1.EventLottery`.
    """

    job_id: int
    drawn: bool
    seed_height: int
    cause: CheckCause


@dataclass(frozen=True, slots=True)
class EventChallenged:
    """Emitted when somebody asks for a check.

    Source: `nesa.job.v1.EventChallenged`.
    """

    job_id: int
    challenger: str
    deposit: int


@dataclass(frozen=True, slots=True)
class EventCommitted:
    """Emitted when a verifier commits.

    Source: `nesa.job.v1.EventCommitted`.
    """

    job_id: int
    round: int
    miner: str
    commitment: bytes


@dataclass(frozen=True, slots=True)
class EventRevealed:
    """Emitted when a verifier reveals.

    Source: `nesa.job.v1.EventRevealed`.
    """

    job_id: int
    round: int
    miner: str
    outcome: Outcome
    scores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EventMissed:
    """Emitted when a seat is given up or missed.

    Source: `nesa.job.v1.EventMissed`.
    """

    job_id: int
    round: int
    miner: str
    state: SeatState


@dataclass(frozen=True, slots=True)
class EventVerdict:
    """Emitted when a committee has decided.

    Source: `nesa.job.v1.EventVerdict`.
    """

    job_id: int
    round: int
    finding: Finding
    scores: tuple[int, ...]
    thresholds: tuple[int, ...]
    agreed: int
    seats: int


@dataclass(frozen=True, slots=True)
class EventJudged:
    """Emitted for each seat of a verdict.

    Source: `nesa.job.v1.EventJudged`.
    """

    job_id: int
    round: int
    miner: str
    standing: Standing
    distance: int


@dataclass(frozen=True, slots=True)
class EventAppealed:
    """Emitted when a verdict is appealed.

    Source: `nesa.job.v1.EventAppealed`.
    """

    job_id: int
    appellant: str
    deposit: int


@dataclass(frozen=True, slots=True)
class EventPaid:
    """Emitted for every amount that moves when a job ends.

    Source: `nesa.job.v1.EventPaid`.
    """

    job_id: int
    role: Role
    address: str
    amount: int


@dataclass(frozen=True, slots=True)
class EventFinished:
    """Emitted when a job ends.

    Source: `nesa.job.v1.EventFinished`.
    """

    job_id: int
    status: Status
    fee: int
    refunded: int
    finding: Finding
