from nesa.proto.nesa.beacon.v1 import types_pb2 as _types_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MsgRegisterKey(_message.Message):
    __slots__ = ("validator", "public_key", "possession")
    VALIDATOR_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    POSSESSION_FIELD_NUMBER: _ClassVar[int]
    validator: str
    public_key: bytes
    possession: bytes
    def __init__(self, validator: _Optional[str] = ..., public_key: _Optional[bytes] = ..., possession: _Optional[bytes] = ...) -> None: ...

class MsgRegisterKeyResponse(_message.Message):
    __slots__ = ("effective_height",)
    EFFECTIVE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    effective_height: int
    def __init__(self, effective_height: _Optional[int] = ...) -> None: ...

class MsgUpdateParams(_message.Message):
    __slots__ = ("authority", "params")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    authority: str
    params: _types_pb2.Params
    def __init__(self, authority: _Optional[str] = ..., params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ...) -> None: ...

class MsgUpdateParamsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
