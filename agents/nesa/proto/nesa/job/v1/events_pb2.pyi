from nesa.proto.nesa.job.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_EXECUTOR: _ClassVar[Role]
    ROLE_VERIFIER: _ClassVar[Role]
    ROLE_ROYALTY: _ClassVar[Role]
    ROLE_LEVY: _ClassVar[Role]
    ROLE_BURN: _ClassVar[Role]
    ROLE_REFUND: _ClassVar[Role]
    ROLE_DEPOSIT: _ClassVar[Role]
    ROLE_BOND: _ClassVar[Role]
ROLE_UNSPECIFIED: Role
ROLE_EXECUTOR: Role
ROLE_VERIFIER: Role
ROLE_ROYALTY: Role
ROLE_LEVY: Role
ROLE_BURN: Role
ROLE_REFUND: Role
ROLE_DEPOSIT: Role
ROLE_BOND: Role

class EventRequested(_message.Message):
    __slots__ = ("job_id", "requester", "version_id", "escrow", "deadline")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    ESCROW_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    requester: str
    version_id: int
    escrow: str
    deadline: int
    def __init__(self, job_id: _Optional[int] = ..., requester: _Optional[str] = ..., version_id: _Optional[int] = ..., escrow: _Optional[str] = ..., deadline: _Optional[int] = ...) -> None: ...

class EventDrawn(_message.Message):
    __slots__ = ("job_id", "round", "seed_height", "seed", "seats", "claims_end")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    SEED_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_END_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    seed_height: int
    seed: bytes
    seats: int
    claims_end: int
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., seed_height: _Optional[int] = ..., seed: _Optional[bytes] = ..., seats: _Optional[int] = ..., claims_end: _Optional[int] = ...) -> None: ...

class EventClaimed(_message.Message):
    __slots__ = ("job_id", "round", "miner", "slot", "ticket")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    slot: int
    ticket: bytes
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., slot: _Optional[int] = ..., ticket: _Optional[bytes] = ...) -> None: ...

class EventSeated(_message.Message):
    __slots__ = ("job_id", "round", "miner", "ticket", "bond", "until", "replacement")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    BOND_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    ticket: bytes
    bond: str
    until: int
    replacement: bool
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., ticket: _Optional[bytes] = ..., bond: _Optional[str] = ..., until: _Optional[int] = ..., replacement: bool = ...) -> None: ...

class EventDelivered(_message.Message):
    __slots__ = ("job_id", "executor", "outcome", "output_digest", "units", "evidence")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    executor: str
    outcome: _types_pb2.Outcome
    output_digest: bytes
    units: int
    evidence: str
    def __init__(self, job_id: _Optional[int] = ..., executor: _Optional[str] = ..., outcome: _Optional[_Union[_types_pb2.Outcome, str]] = ..., output_digest: _Optional[bytes] = ..., units: _Optional[int] = ..., evidence: _Optional[str] = ...) -> None: ...

class EventLottery(_message.Message):
    __slots__ = ("job_id", "drawn", "seed_height", "cause")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    SEED_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    drawn: bool
    seed_height: int
    cause: _types_pb2.CheckCause
    def __init__(self, job_id: _Optional[int] = ..., drawn: bool = ..., seed_height: _Optional[int] = ..., cause: _Optional[_Union[_types_pb2.CheckCause, str]] = ...) -> None: ...

class EventChallenged(_message.Message):
    __slots__ = ("job_id", "challenger", "deposit")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    challenger: str
    deposit: str
    def __init__(self, job_id: _Optional[int] = ..., challenger: _Optional[str] = ..., deposit: _Optional[str] = ...) -> None: ...

class EventCommitted(_message.Message):
    __slots__ = ("job_id", "round", "miner", "commitment")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    commitment: bytes
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., commitment: _Optional[bytes] = ...) -> None: ...

class EventRevealed(_message.Message):
    __slots__ = ("job_id", "round", "miner", "outcome", "scores")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    outcome: _types_pb2.Outcome
    scores: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., outcome: _Optional[_Union[_types_pb2.Outcome, str]] = ..., scores: _Optional[_Iterable[int]] = ...) -> None: ...

class EventMissed(_message.Message):
    __slots__ = ("job_id", "round", "miner", "state")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    state: _types_pb2.SeatState
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.SeatState, str]] = ...) -> None: ...

class EventVerdict(_message.Message):
    __slots__ = ("job_id", "round", "finding", "scores", "thresholds", "agreed", "seats")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    finding: _types_pb2.Finding
    scores: _containers.RepeatedScalarFieldContainer[int]
    thresholds: _containers.RepeatedScalarFieldContainer[int]
    agreed: int
    seats: int
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., finding: _Optional[_Union[_types_pb2.Finding, str]] = ..., scores: _Optional[_Iterable[int]] = ..., thresholds: _Optional[_Iterable[int]] = ..., agreed: _Optional[int] = ..., seats: _Optional[int] = ...) -> None: ...

class EventJudged(_message.Message):
    __slots__ = ("job_id", "round", "miner", "standing", "distance")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    miner: str
    standing: _types_pb2.Standing
    distance: int
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., miner: _Optional[str] = ..., standing: _Optional[_Union[_types_pb2.Standing, str]] = ..., distance: _Optional[int] = ...) -> None: ...

class EventAppealed(_message.Message):
    __slots__ = ("job_id", "appellant", "deposit")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    APPELLANT_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    appellant: str
    deposit: str
    def __init__(self, job_id: _Optional[int] = ..., appellant: _Optional[str] = ..., deposit: _Optional[str] = ...) -> None: ...

class EventPaid(_message.Message):
    __slots__ = ("job_id", "role", "address", "amount")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    role: Role
    address: str
    amount: str
    def __init__(self, job_id: _Optional[int] = ..., role: _Optional[_Union[Role, str]] = ..., address: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class EventFinished(_message.Message):
    __slots__ = ("job_id", "status", "fee", "refunded", "finding")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    status: _types_pb2.Status
    fee: str
    refunded: str
    finding: _types_pb2.Finding
    def __init__(self, job_id: _Optional[int] = ..., status: _Optional[_Union[_types_pb2.Status, str]] = ..., fee: _Optional[str] = ..., refunded: _Optional[str] = ..., finding: _Optional[_Union[_types_pb2.Finding, str]] = ...) -> None: ...
