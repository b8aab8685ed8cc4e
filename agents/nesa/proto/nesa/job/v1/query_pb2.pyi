from nesa.proto.cosmos.base.query.v1beta1 import pagination_pb2 as _pagination_pb2
from nesa.proto.nesa.job.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QueryParamsRequest(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class QueryParamsResponse(_message.Message):
    __slots__ = ("params", "revision")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    revision: int
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class QueryEstimateRequest(_message.Message):
    __slots__ = ("requester", "terms")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    requester: str
    terms: _types_pb2.Terms
    def __init__(self, requester: _Optional[str] = ..., terms: _Optional[_Union[_types_pb2.Terms, _Mapping]] = ...) -> None: ...

class QueryEstimateResponse(_message.Message):
    __slots__ = ("fee", "premium", "reserve", "escrow", "executor", "royalty", "levy", "burn", "verifier", "verifiers", "bond", "check_bps", "miners", "cheapest_ask", "unverified", "deadline", "refusal")
    FEE_FIELD_NUMBER: _ClassVar[int]
    PREMIUM_FIELD_NUMBER: _ClassVar[int]
    RESERVE_FIELD_NUMBER: _ClassVar[int]
    ESCROW_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    ROYALTY_FIELD_NUMBER: _ClassVar[int]
    LEVY_FIELD_NUMBER: _ClassVar[int]
    BURN_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    BOND_FIELD_NUMBER: _ClassVar[int]
    CHECK_BPS_FIELD_NUMBER: _ClassVar[int]
    MINERS_FIELD_NUMBER: _ClassVar[int]
    CHEAPEST_ASK_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    fee: str
    premium: str
    reserve: str
    escrow: str
    executor: str
    royalty: str
    levy: str
    burn: str
    verifier: str
    verifiers: int
    bond: str
    check_bps: int
    miners: int
    cheapest_ask: str
    unverified: bool
    deadline: int
    refusal: str
    def __init__(self, fee: _Optional[str] = ..., premium: _Optional[str] = ..., reserve: _Optional[str] = ..., escrow: _Optional[str] = ..., executor: _Optional[str] = ..., royalty: _Optional[str] = ..., levy: _Optional[str] = ..., burn: _Optional[str] = ..., verifier: _Optional[str] = ..., verifiers: _Optional[int] = ..., bond: _Optional[str] = ..., check_bps: _Optional[int] = ..., miners: _Optional[int] = ..., cheapest_ask: _Optional[str] = ..., unverified: bool = ..., deadline: _Optional[int] = ..., refusal: _Optional[str] = ...) -> None: ...

class QueryJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class QueryJobResponse(_message.Message):
    __slots__ = ("job", "seats", "record", "forgotten")
    JOB_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    FORGOTTEN_FIELD_NUMBER: _ClassVar[int]
    job: _types_pb2.Job
    seats: _containers.RepeatedCompositeFieldContainer[_types_pb2.Seat]
    record: _types_pb2.Record
    forgotten: bool
    def __init__(self, job: _Optional[_Union[_types_pb2.Job, _Mapping]] = ..., seats: _Optional[_Iterable[_Union[_types_pb2.Seat, _Mapping]]] = ..., record: _Optional[_Union[_types_pb2.Record, _Mapping]] = ..., forgotten: bool = ...) -> None: ...

class QueryJobsRequest(_message.Message):
    __slots__ = ("requester", "miner", "version_id", "status", "pagination")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    requester: str
    miner: str
    version_id: int
    status: _types_pb2.Status
    pagination: _pagination_pb2.PageRequest
    def __init__(self, requester: _Optional[str] = ..., miner: _Optional[str] = ..., version_id: _Optional[int] = ..., status: _Optional[_Union[_types_pb2.Status, str]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryJobsResponse(_message.Message):
    __slots__ = ("jobs", "pagination")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_types_pb2.Job]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, jobs: _Optional[_Iterable[_Union[_types_pb2.Job, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryRecordsRequest(_message.Message):
    __slots__ = ("requester", "executor", "version_id", "pagination")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    EXECUTOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    requester: str
    executor: str
    version_id: int
    pagination: _pagination_pb2.PageRequest
    def __init__(self, requester: _Optional[str] = ..., executor: _Optional[str] = ..., version_id: _Optional[int] = ..., pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryRecordsResponse(_message.Message):
    __slots__ = ("records", "pagination")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_types_pb2.Record]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, records: _Optional[_Iterable[_Union[_types_pb2.Record, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryDutiesRequest(_message.Message):
    __slots__ = ("miner", "pagination")
    MINER_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    miner: str
    pagination: _pagination_pb2.PageRequest
    def __init__(self, miner: _Optional[str] = ..., pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryDutiesResponse(_message.Message):
    __slots__ = ("seats", "pagination")
    SEATS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    seats: _containers.RepeatedCompositeFieldContainer[_types_pb2.Seat]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, seats: _Optional[_Iterable[_Union[_types_pb2.Seat, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryDueRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryDueResponse(_message.Message):
    __slots__ = ("due", "pagination")
    DUE_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    due: _containers.RepeatedCompositeFieldContainer[_types_pb2.Due]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, due: _Optional[_Iterable[_Union[_types_pb2.Due, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryRevealsRequest(_message.Message):
    __slots__ = ("miner",)
    MINER_FIELD_NUMBER: _ClassVar[int]
    miner: str
    def __init__(self, miner: _Optional[str] = ...) -> None: ...

class QueryRevealsResponse(_message.Message):
    __slots__ = ("reveals",)
    REVEALS_FIELD_NUMBER: _ClassVar[int]
    reveals: _types_pb2.EpochReveals
    def __init__(self, reveals: _Optional[_Union[_types_pb2.EpochReveals, _Mapping]] = ...) -> None: ...

class QuerySolvencyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QuerySolvencyResponse(_message.Message):
    __slots__ = ("escrow_balance", "escrow_owed", "levy_balance", "solvent")
    ESCROW_BALANCE_FIELD_NUMBER: _ClassVar[int]
    ESCROW_OWED_FIELD_NUMBER: _ClassVar[int]
    LEVY_BALANCE_FIELD_NUMBER: _ClassVar[int]
    SOLVENT_FIELD_NUMBER: _ClassVar[int]
    escrow_balance: str
    escrow_owed: str
    levy_balance: str
    solvent: bool
    def __init__(self, escrow_balance: _Optional[str] = ..., escrow_owed: _Optional[str] = ..., levy_balance: _Optional[str] = ..., solvent: bool = ...) -> None: ...
