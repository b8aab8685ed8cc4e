from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATUS_UNSPECIFIED: _ClassVar[Status]
    STATUS_REQUESTED: _ClassVar[Status]
    STATUS_CLAIMED: _ClassVar[Status]
    STATUS_DELIVERED: _ClassVar[Status]
    STATUS_CHECKING: _ClassVar[Status]
    STATUS_DECIDED: _ClassVar[Status]
    STATUS_APPEALED: _ClassVar[Status]
    STATUS_SETTLED: _ClassVar[Status]
    STATUS_REFUNDED: _ClassVar[Status]
    STATUS_EXPIRED: _ClassVar[Status]
    STATUS_CANCELLED: _ClassVar[Status]

class Phase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PHASE_UNSPECIFIED: _ClassVar[Phase]
    PHASE_SEED: _ClassVar[Phase]
    PHASE_CLAIM: _ClassVar[Phase]
    PHASE_RUN: _ClassVar[Phase]
    PHASE_LOTTERY: _ClassVar[Phase]
    PHASE_CHALLENGE: _ClassVar[Phase]
    PHASE_COMMIT: _ClassVar[Phase]
    PHASE_REVEAL: _ClassVar[Phase]
    PHASE_APPEAL: _ClassVar[Phase]

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_OK: _ClassVar[Outcome]
    OUTCOME_INVALID_INPUT: _ClassVar[Outcome]
    OUTCOME_NON_FINITE: _ClassVar[Outcome]
    OUTCOME_OVER_LIMIT: _ClassVar[Outcome]
    OUTCOME_UNAVAILABLE: _ClassVar[Outcome]

class SeatState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEAT_STATE_UNSPECIFIED: _ClassVar[SeatState]
    SEAT_STATE_STANDBY: _ClassVar[SeatState]
    SEAT_STATE_SEATED: _ClassVar[SeatState]
    SEAT_STATE_COMMITTED: _ClassVar[SeatState]
    SEAT_STATE_REVEALED: _ClassVar[SeatState]
    SEAT_STATE_ABSTAINED: _ClassVar[SeatState]
    SEAT_STATE_MISSING: _ClassVar[SeatState]

class Standing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STANDING_UNSPECIFIED: _ClassVar[Standing]
    STANDING_GOOD: _ClassVar[Standing]
    STANDING_NEUTRAL: _ClassVar[Standing]
    STANDING_FAULT: _ClassVar[Standing]

class Finding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_UNSPECIFIED: _ClassVar[Finding]
    FINDING_UPHELD: _ClassVar[Finding]
    FINDING_FAULT: _ClassVar[Finding]
    FINDING_INCONCLUSIVE: _ClassVar[Finding]
    FINDING_UNAVAILABLE: _ClassVar[Finding]

class CheckCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_CAUSE_UNSPECIFIED: _ClassVar[CheckCause]
    CHECK_CAUSE_DRAWN: _ClassVar[CheckCause]
    CHECK_CAUSE_REQUESTED: _ClassVar[CheckCause]
    CHECK_CAUSE_CHALLENGED: _ClassVar[CheckCause]
STATUS_UNSPECIFIED: Status
STATUS_REQUESTED: Status
STATUS_CLAIMED: Status
STATUS_DELIVERED: Status
STATUS_CHECKING: Status
STATUS_DECIDED: Status
STATUS_APPEALED: Status
STATUS_SETTLED: Status
STATUS_REFUNDED: Status
STATUS_EXPIRED: Status
STATUS_CANCELLED: Status
PHASE_UNSPECIFIED: Phase
PHASE_SEED: Phase
PHASE_CLAIM: Phase
PHASE_RUN: Phase
PHASE_LOTTERY: Phase
PHASE_CHALLENGE: Phase
PHASE_COMMIT: Phase
PHASE_REVEAL: Phase
PHASE_APPEAL: Phase
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_OK: Outcome
OUTCOME_INVALID_INPUT: Outcome
OUTCOME_NON_FINITE: Outcome
OUTCOME_OVER_LIMIT: Outcome
OUTCOME_UNAVAILABLE: Outcome
SEAT_STATE_UNSPECIFIED: SeatState
SEAT_STATE_STANDBY: SeatState
SEAT_STATE_SEATED: SeatState
SEAT_STATE_COMMITTED: SeatState
SEAT_STATE_REVEALED: SeatState
SEAT_STATE_ABSTAINED: SeatState
SEAT_STATE_MISSING: SeatState
STANDING_UNSPECIFIED: Standing
STANDING_GOOD: Standing
STANDING_NEUTRAL: Standing
STANDING_FAULT: Standing
FINDING_UNSPECIFIED: Finding
FINDING_UPHELD: Finding
FINDING_FAULT: Finding
FINDING_INCONCLUSIVE: Finding
FINDING_UNAVAILABLE: Finding
CHECK_CAUSE_UNSPECIFIED: CheckCause
CHECK_CAUSE_DRAWN: CheckCause
CHECK_CAUSE_REQUESTED: CheckCause
CHECK_CAUSE_CHALLENGED: CheckCause

class Assurance(_message.Message):
    __slots__ = ("check_bps", "verifiers", "evidence")
    CHECK_BPS_FIELD_NUMBER: _ClassVar[int]
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    check_bps: int
    verifiers: int
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, check_bps: _Optional[int] = ..., verifiers: _Optional[int] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class Terms(_message.Message):
    __slots__ = ("version_id", "input", "input_digest", "input_uri", "options", "seed", "price", "max_units", "assurance", "deadline")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    INPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    INPUT_URI_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    MAX_UNITS_FIELD_NUMBER: _ClassVar[int]
    ASSURANCE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    input: bytes
    input_digest: bytes
    input_uri: str
    options: bytes
    seed: bytes
    price: str
    max_units: int
    assurance: Assurance
    deadline: int
    def __init__(self, version_id: _Optional[int] = ..., input: _Optional[bytes] = ..., input_digest: _Optional[bytes] = ..., input_uri: _Optional[str] = ..., options: _Optional[bytes] = ..., seed: _Optional[bytes] = ..., price: _Optional[str] = ..., max_units: _Optional[int] = ..., assurance: _Optional[_Union[Assurance, _Mapping]] = ..., deadline: _Optional[int] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("height", "outcome", "output", "output_digest", "output_uri", "units", "fingerprint", "input_uri", "evidence")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_URI_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    INPUT_URI_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    height: int
    outcome: Outcome
    output: bytes
    output_digest: bytes
    output_uri: str
    units: int
    fingerprint: bytes
    input_uri: str
    evidence: str
    def __init__(self, height: _Optional[int] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., output: _Optional[bytes] = ..., output_digest: _Optional[bytes] = ..., output_uri: _Optional[str] = ..., units: _Optional[int] = ..., fingerprint: _Optional[bytes] = ..., input_uri: _Optional[str] = ..., evidence: _Optional[str] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("outcome", "fingerprint", "scores")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    outcome: Outcome
    fingerprint: bytes
    scores: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, outcome: _Optional[_Union[Outcome, str]] = ..., fingerprint: _Optional[bytes] = ..., scores: _Optional[_Iterable[int]] = ...) -> None: ...

class Seat(_message.Message):
    __slots__ = ("job_id", "round", "miner", "slot", "ticket", "state", "bond", "commitment", "result", "standing")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BOND_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    slot: int
    ticket: bytes
    state: SeatState
    bond: str
    commitment: bytes
    result: Result
    standing: Standing
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., slot: _Optional[int] = ..., ticket: _Optional[bytes] = ..., state: _Optional[_Union[SeatState, str]] = ..., bond: _Optional[str] = ..., commitment: _Optional[bytes] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., standing: _Optional[_Union[Standing, str]] = ...) -> None: ...

class Round(_message.Message):
    __slots__ = ("draw_height", "seed", "seed_height", "epoch", "seats", "replacements", "finding", "scores", "claimed", "claim_start", "miners")
    DRAW_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SEED_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    CLAIM_START_FIELD_NUMBER: _ClassVar[int]
    MINERS_FIELD_NUMBER: _ClassVar[int]
    draw_height: int
    seed: bytes
    seed_height: int
    epoch: int
    seats: int
    replacements: int
    finding: Finding
    scores: _containers.RepeatedScalarFieldContainer[int]
    claimed: _containers.RepeatedScalarFieldContainer[bytes]
    claim_start: int
    miners: int
    def __init__(self, draw_height: _Optional[int] = ..., seed: _Optional[bytes] = ..., seed_height: _Optional[int] = ..., epoch: _Optional[int] = ..., seats: _Optional[int] = ..., replacements: _Optional[int] = ..., finding: _Optional[_Union[Finding, str]] = ..., scores: _Optional[_Iterable[int]] = ..., claimed: _Optional[_Iterable[bytes]] = ..., claim_start: _Optional[int] = ..., miners: _Optional[int] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("id", "requester", "terms", "params_revision", "height", "status", "phase", "phase_end", "escrow", "reserve", "executor", "delivery", "rounds", "check_cause", "challenger", "challenge_deposit", "appellant", "appeal_deposit", "unverified")
    ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_REVISION_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    PHASE_END_FIELD_NUMBER: _ClassVar[int]
    ESCROW_FIELD_NUMBER: _ClassVar[int]
    RESERVE_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    CHECK_CAUSE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    APPELLANT_FIELD_NUMBER: _ClassVar[int]
    APPEAL_DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_FIELD_NUMBER: _ClassVar[int]
    id: int
    requester: str
    terms: Terms
    params_revision: int
    height: int
    status: Status
    phase: Phase
    phase_end: int
    escrow: str
    reserve: str
    executor: str
    delivery: Delivery
    rounds: _containers.RepeatedCompositeFieldContainer[Round]
    check_cause: CheckCause
    challenger: str
    challenge_deposit: str
    appellant: str
    appeal_deposit: str
    unverified: bool
    def __init__(self, id: _Optional[int] = ..., requester: _Optional[str] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ..., params_revision: _Optional[int] = ..., height: _Optional[int] = ..., status: _Optional[_Union[Status, str]] = ..., phase: _Optional[_Union[Phase, str]] = ..., phase_end: _Optional[int] = ..., escrow: _Optional[str] = ..., reserve: _Optional[str] = ..., executor: _Optional[str] = ..., delivery: _Optional[_Union[Delivery, _Mapping]] = ..., rounds: _Optional[_Iterable[_Union[Round, _Mapping]]] = ..., check_cause: _Optional[_Union[CheckCause, str]] = ..., challenger: _Optional[str] = ..., challenge_deposit: _Optional[str] = ..., appellant: _Optional[str] = ..., appeal_deposit: _Optional[str] = ..., unverified: bool = ...) -> None: ...

class Due(_message.Message):
    __slots__ = ("height", "job_id")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    height: int
    job_id: int
    def __init__(self, height: _Optional[int] = ..., job_id: _Optional[int] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("id", "requester", "executor", "version_id", "status", "requested", "finished", "fee", "refunded", "input_digest", "output_digest", "units", "params_revision", "finding", "evidence")
    ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    INPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_REVISION_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    id: int
    requester: bytes
    executor: bytes
    version_id: int
    status: Status
    requested: int
    finished: int
    fee: str
    refunded: str
    input_digest: bytes
    output_digest: bytes
    units: int
    params_revision: int
    finding: Finding
    evidence: str
    def __init__(self, id: _Optional[int] = ..., requester: _Optional[bytes] = ..., executor: _Optional[bytes] = ..., version_id: _Optional[int] = ..., status: _Optional[_Union[Status, str]] = ..., requested: _Optional[int] = ..., finished: _Optional[int] = ..., fee: _Optional[str] = ..., refunded: _Optional[str] = ..., input_digest: _Optional[bytes] = ..., output_digest: _Optional[bytes] = ..., units: _Optional[int] = ..., params_revision: _Optional[int] = ..., finding: _Optional[_Union[Finding, str]] = ..., evidence: _Optional[str] = ...) -> None: ...

class EpochReveals(_message.Message):
    __slots__ = ("miner", "epoch", "expected", "missing", "withheld", "waived")
    MINER_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    WAIVED_FIELD_NUMBER: _ClassVar[int]
    miner: str
    epoch: int
    expected: int
    missing: int
    withheld: str
    waived: int
    def __init__(self, miner: _Optional[str] = ..., epoch: _Optional[int] = ..., expected: _Optional[int] = ..., missing: _Optional[int] = ..., withheld: _Optional[str] = ..., waived: _Optional[int] = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("min_check_bps", "unverified_below", "verifiers", "max_verifiers", "agreement_bps", "appeal_seats", "appeal_floor", "standby", "claim_window", "reveal_window", "challenge_window", "appeal_window", "open_claims_miners", "levy_bps", "burn_bps", "verifier_bps", "bond_fees", "base_fee_bps", "cancel_bps", "levy_share", "inline_limit", "retention", "max_due", "max_deadline", "max_batch", "outage_bps", "outage_min", "min_fee")
    MIN_CHECK_BPS_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_BELOW_FIELD_NUMBER: _ClassVar[int]
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    MAX_VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_BPS_FIELD_NUMBER: _ClassVar[int]
    APPEAL_SEATS_FIELD_NUMBER: _ClassVar[int]
    APPEAL_FLOOR_FIELD_NUMBER: _ClassVar[int]
    STANDBY_FIELD_NUMBER: _ClassVar[int]
    CLAIM_WINDOW_FIELD_NUMBER: _ClassVar[int]
    REVEAL_WINDOW_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_WINDOW_FIELD_NUMBER: _ClassVar[int]
    APPEAL_WINDOW_FIELD_NUMBER: _ClassVar[int]
    OPEN_CLAIMS_MINERS_FIELD_NUMBER: _ClassVar[int]
    LEVY_BPS_FIELD_NUMBER: _ClassVar[int]
    BURN_BPS_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_BPS_FIELD_NUMBER: _ClassVar[int]
    BOND_FEES_FIELD_NUMBER: _ClassVar[int]
    BASE_FEE_BPS_FIELD_NUMBER: _ClassVar[int]
    CANCEL_BPS_FIELD_NUMBER: _ClassVar[int]
    LEVY_SHARE_FIELD_NUMBER: _ClassVar[int]
    INLINE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    MAX_DUE_FIELD_NUMBER: _ClassVar[int]
    MAX_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_FIELD_NUMBER: _ClassVar[int]
    OUTAGE_BPS_FIELD_NUMBER: _ClassVar[int]
    OUTAGE_MIN_FIELD_NUMBER: _ClassVar[int]
    MIN_FEE_FIELD_NUMBER: _ClassVar[int]
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
    min_fee: str
    def __init__(self, min_check_bps: _Optional[int] = ..., unverified_below: _Optional[int] = ..., verifiers: _Optional[int] = ..., max_verifiers: _Optional[int] = ..., agreement_bps: _Optional[int] = ..., appeal_seats: _Optional[int] = ..., appeal_floor: _Optional[int] = ..., standby: _Optional[int] = ..., claim_window: _Optional[int] = ..., reveal_window: _Optional[int] = ..., challenge_window: _Optional[int] = ..., appeal_window: _Optional[int] = ..., open_claims_miners: _Optional[int] = ..., levy_bps: _Optional[int] = ..., burn_bps: _Optional[int] = ..., verifier_bps: _Optional[int] = ..., bond_fees: _Optional[int] = ..., base_fee_bps: _Optional[int] = ..., cancel_bps: _Optional[int] = ..., levy_share: _Optional[int] = ..., inline_limit: _Optional[int] = ..., retention: _Optional[int] = ..., max_due: _Optional[int] = ..., max_deadline: _Optional[int] = ..., max_batch: _Optional[int] = ..., outage_bps: _Optional[int] = ..., outage_min: _Optional[int] = ..., min_fee: _Optional[str] = ...) -> None: ...
