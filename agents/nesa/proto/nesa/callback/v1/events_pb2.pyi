from nesa.proto.nesa.callback.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventAwaited(_message.Message):
    __slots__ = ("job_id", "contract", "gas_limit", "fee")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    contract: str
    gas_limit: int
    fee: str
    def __init__(self, job_id: _Optional[int] = ..., contract: _Optional[str] = ..., gas_limit: _Optional[int] = ..., fee: _Optional[str] = ...) -> None: ...

class EventAnswered(_message.Message):
    __slots__ = ("job_id", "contract", "state", "gas_limit", "fee")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    contract: str
    state: _types_pb2.State
    gas_limit: int
    fee: str
    def __init__(self, job_id: _Optional[int] = ..., contract: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.State, str]] = ..., gas_limit: _Optional[int] = ..., fee: _Optional[str] = ...) -> None: ...

class EventCalledBack(_message.Message):
    __slots__ = ("job_id", "contract", "sender", "success", "failure", "gas_used", "fee", "logs")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    GAS_USED_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    LOGS_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    contract: str
    sender: str
    success: bool
    failure: str
    gas_used: int
    fee: str
    logs: _containers.RepeatedCompositeFieldContainer[_types_pb2.Log]
    def __init__(self, job_id: _Optional[int] = ..., contract: _Optional[str] = ..., sender: _Optional[str] = ..., success: bool = ..., failure: _Optional[str] = ..., gas_used: _Optional[int] = ..., fee: _Optional[str] = ..., logs: _Optional[_Iterable[_Union[_types_pb2.Log, _Mapping]]] = ...) -> None: ...

class EventForgotten(_message.Message):
    __slots__ = ("job_id", "contract", "refunded")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    contract: str
    refunded: str
    def __init__(self, job_id: _Optional[int] = ..., contract: _Optional[str] = ..., refunded: _Optional[str] = ...) -> None: ...
