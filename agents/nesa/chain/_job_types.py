"""Jobs, as the chain keeps them. Amounts are in anes, shares in basis points, times are heights."""

from dataclasses import dataclass, field

from nesa.chain._enums import CheckCause, Finding, Outcome, Phase, SeatState, Standing, Status

__all__ = [
    "Assurance",
    "Delivery",
    "Due",
    "EpochReveals",
    "EscrowSolvency",
    "Estimate",
    "Job",
    "JobParams",
    "JobView",
    "Record",
    "Result",
    "Round",
    "Seat",
    "Terms",
]


@dataclass(frozen=True, slots=True)
class Assurance:
    """What the requester wants to be sure of.

    Source: `nesa.job.v1.Assurance`.
    """

    check_bps: int
    verifiers: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a request fixes.

    Source: `nesa.job.v1.Terms`.
    """

    version_id: int
    input: bytes = field(default=b"", repr=False)  # payloads stay out of logs
    input_digest: bytes = b""
    input_uri: str = ""
    options: bytes = b""
    seed: bytes = b""
    price: int
    max_units: int
    assurance: Assurance
    deadline: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the executor hands over.

    Source: `nesa.job.v1.Delivery`.
    """

    height: int
    outcome: Outcome
    output: bytes = field(repr=False)
    output_digest: bytes
    output_uri: str
    units: int
    fingerprint: bytes
    input_uri: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a verifier finds.

    Source: `nesa.job.v1.Result`.
    """

    outcome: Outcome
    fingerprint: bytes = b""
    scores: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A miner's place in a round: 0 executes, 1 checks, 2 decides an appeal.

    Source: `nesa.job.v1.Seat`.
    """

    job_id: int
    round: int
    miner: str
    slot: int
    ticket: bytes
    state: SeatState
    bond: int
    commitment: bytes
    result: Result | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Round:
    """One draw and what came of it.

    Source: `nesa.job.v1.Round`.
    """

    draw_height: int
    seed: bytes
    seed_height: int
    epoch: int
    seats: int
    replacements: int
    finding: Finding
    scores: tuple[int, ...]
    claimed: tuple[bytes, ...]
    claim_start: int
    miners: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """An open job.

    Source: `nesa.job.v1.Job`.
    """

    id: int
    requester: str
    terms: Terms
    params_revision: int
    height: int
    status: Status
    phase: Phase
    phase_end: int
    escrow: int
    reserve: int
    executor: str
    delivery: Delivery | None
    rounds: tuple[Round, ...]
    check_cause: CheckCause
    challenger: str
    challenge_deposit: int
    appellant: str
    appeal_deposit: int
    unverified: bool


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the queue of deadlines.

    Source: `nesa.job.v1.Due`.
    """

    height: int
    job_id: int


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a finished job for the retention time.

    Source: `nesa.job.v1.Record`.
    """

    id: int
    requester: str
    executor: str
    version_id: int
    status: Status
    requested: int
    finished: int
    fee: int
    refunded: int
    input_digest: bytes
    output_digest: bytes
    units: int
    params_revision: int
    finding: Finding
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EpochReveals:
    """Counts a miner's expected and missing deliveries.

    Commitments and reveals in an epoch, with the bonds withheld for them until its end.

    Source: `nesa.job.v1.EpochReveals`.
    """

    miner: str
    epoch: int
    expected: int
    missing: int
    withheld: int
    waived: int = 0


@dataclass(frozen=True, slots=True)
class JobParams:
    """Parameters set by governance; a job keeps those of its revision.

    Source: `nesa.job.v1.Params`.
    """

    min_check_bps: int
    unverified_below: int
    verifiers: int
    max_verifiers: int
    agreement_bps: int
    appeal_seats: int
    appeal_floor: int
    standby: int
    claim_window: int
    reveal_window: int
    challenge_window: int
    appeal_window: int
    open_claims_miners: int
    levy_bps: int
    burn_bps: int
    verifier_bps: int
    bond_fees: int
    base_fee_bps: int
    cancel_bps: int
    levy_share: int
    inline_limit: int
    retention: int
    max_due: int
    max_deadline: int
    max_batch: int
    outage_bps: int
    outage_min: int
    min_fee: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole breakdown, in anes.

    Source: `nesa.job.v1.QueryEstimateResponse`.
    """

    fee: int
    premium: int
    reserve: int
    escrow: int
    executor: int
    royalty: int
    levy: int
    burn: int
    verifier: int
    verifiers: int
    bond: int
    check_bps: int
    miners: int
    cheapest_ask: int
    unverified: bool
    deadline: int
    refusal: str


@dataclass(frozen=True, slots=True)
class EscrowSolvency:
    """Compares balances and obligations, in anes.

    Source: `nesa.job.v1.QuerySolvencyResponse`.
    """

    escrow_balance: int
    escrow_owed: int
    levy_balance: int
    solvent: bool


@dataclass(frozen=True, slots=True)
class JobView:
    """What the chain still knows of a job.

    While the job is open there are ``job`` and its seats, by round and ticket; afterwards there is ``record`` until its
    retention is over; then the job is ``forgotten``.

    Source: `nesa.job.v1.QueryJobResponse`.
    """

    job: Job | None
    seats: tuple[Seat, ...]
    record: Record | None
    forgotten: bool

    @property
    def status(self) -> Status:
        """Where the job stands; UNSPECIFIED when it is forgotten."""
        known = self.job or self.record
        return known.status if known else Status.UNSPECIFIED
