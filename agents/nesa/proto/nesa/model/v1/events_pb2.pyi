from nesa.proto.nesa.model.v1 import types_pb2 as _types_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventModelRegistered(_message.Message):
    __slots__ = ("model", "owner")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    model: str
    owner: str
    def __init__(self, model: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class EventVersionAdded(_message.Message):
    __slots__ = ("version_id", "model", "number")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    model: str
    number: int
    def __init__(self, version_id: _Optional[int] = ..., model: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class EventVersionStatus(_message.Message):
    __slots__ = ("version_id", "status")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    status: _types_pb2.VersionStatus
    def __init__(self, version_id: _Optional[int] = ..., status: _Optional[_Union[_types_pb2.VersionStatus, str]] = ...) -> None: ...

class EventAccessChanged(_message.Message):
    __slots__ = ("model", "private")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_FIELD_NUMBER: _ClassVar[int]
    model: str
    private: bool
    def __init__(self, model: _Optional[str] = ..., private: bool = ...) -> None: ...

class EventModelRetired(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: str
    def __init__(self, model: _Optional[str] = ...) -> None: ...
