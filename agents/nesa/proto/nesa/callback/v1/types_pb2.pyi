from nesa.proto.nesa.job.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATE_UNSPECIFIED: _ClassVar[State]
    STATE_WAITING: _ClassVar[State]
    STATE_READY: _ClassVar[State]
    STATE_KEPT: _ClassVar[State]
    STATE_FAILED: _ClassVar[State]
STATE_UNSPECIFIED: State
STATE_WAITING: State
STATE_READY: State
STATE_KEPT: State
STATE_FAILED: State

class Answer(_message.Message):
    __slots__ = ("status", "outcome", "output", "output_digest", "output_uri", "units", "finding", "height")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_URI_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    status: _types_pb2.Status
    outcome: _types_pb2.Outcome
    output: bytes
    output_digest: bytes
    output_uri: str
    units: int
    finding: _types_pb2.Finding
    height: int
    def __init__(self, status: _Optional[_Union[_types_pb2.Status, str]] = ..., outcome: _Optional[_Union[_types_pb2.Outcome, str]] = ..., output: _Optional[bytes] = ..., output_digest: _Optional[bytes] = ..., output_uri: _Optional[str] = ..., units: _Optional[int] = ..., finding: _Optional[_Union[_types_pb2.Finding, str]] = ..., height: _Optional[int] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("job_id", "contract", "gas_limit", "fee", "max_output", "state", "answer", "forget_height", "failure", "gas_used")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    FORGET_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    GAS_USED_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    contract: str
    gas_limit: int
    fee: str
    max_output: int
    state: State
    answer: Answer
    forget_height: int
    failure: str
    gas_used: int
    def __init__(self, job_id: _Optional[int] = ..., contract: _Optional[str] = ..., gas_limit: _Optional[int] = ..., fee: _Optional[str] = ..., max_output: _Optional[int] = ..., state: _Optional[_Union[State, str]] = ..., answer: _Optional[_Union[Answer, _Mapping]] = ..., forget_height: _Optional[int] = ..., failure: _Optional[str] = ..., gas_used: _Optional[int] = ...) -> None: ...

class Log(_message.Message):
    __slots__ = ("address", "topics", "data")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    address: bytes
    topics: _containers.RepeatedScalarFieldContainer[bytes]
    data: bytes
    def __init__(self, address: _Optional[bytes] = ..., topics: _Optional[_Iterable[bytes]] = ..., data: _Optional[bytes] = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("gas_price", "overhead_gas", "tip", "max_gas_limit", "max_output", "max_due")
    GAS_PRICE_FIELD_NUMBER: _ClassVar[int]
    OVERHEAD_GAS_FIELD_NUMBER: _ClassVar[int]
    TIP_FIELD_NUMBER: _ClassVar[int]
    MAX_GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    MAX_DUE_FIELD_NUMBER: _ClassVar[int]
    gas_price: str
    overhead_gas: int
    tip: str
    max_gas_limit: int
    max_output: int
    max_due: int
    def __init__(self, gas_price: _Optional[str] = ..., overhead_gas: _Optional[int] = ..., tip: _Optional[str] = ..., max_gas_limit: _Optional[int] = ..., max_output: _Optional[int] = ..., max_due: _Optional[int] = ...) -> None: ...
