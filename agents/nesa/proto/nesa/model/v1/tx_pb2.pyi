from nesa.proto.nesa.model.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MsgRegister(_message.Message):
    __slots__ = ("owner", "name", "private")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_FIELD_NUMBER: _ClassVar[int]
    owner: str
    name: str
    private: bool
    def __init__(self, owner: _Optional[str] = ..., name: _Optional[str] = ..., private: bool = ...) -> None: ...

class MsgRegisterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgAddVersion(_message.Message):
    __slots__ = ("owner", "model", "manifest_digest", "uri", "unit", "royalty_bps", "profile")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ROYALTY_BPS_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    owner: str
    model: str
    manifest_digest: bytes
    uri: str
    unit: _types_pb2.Unit
    royalty_bps: int
    profile: _types_pb2.Profile
    def __init__(self, owner: _Optional[str] = ..., model: _Optional[str] = ..., manifest_digest: _Optional[bytes] = ..., uri: _Optional[str] = ..., unit: _Optional[_Union[_types_pb2.Unit, str]] = ..., royalty_bps: _Optional[int] = ..., profile: _Optional[_Union[_types_pb2.Profile, _Mapping]] = ...) -> None: ...

class MsgAddVersionResponse(_message.Message):
    __slots__ = ("version_id", "number")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    number: int
    def __init__(self, version_id: _Optional[int] = ..., number: _Optional[int] = ...) -> None: ...

class MsgSetAccess(_message.Message):
    __slots__ = ("owner", "model", "private", "grant", "revoke")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_FIELD_NUMBER: _ClassVar[int]
    GRANT_FIELD_NUMBER: _ClassVar[int]
    REVOKE_FIELD_NUMBER: _ClassVar[int]
    owner: str
    model: str
    private: bool
    grant: _containers.RepeatedScalarFieldContainer[str]
    revoke: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, owner: _Optional[str] = ..., model: _Optional[str] = ..., private: bool = ..., grant: _Optional[_Iterable[str]] = ..., revoke: _Optional[_Iterable[str]] = ...) -> None: ...

class MsgSetAccessResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRetire(_message.Message):
    __slots__ = ("owner", "model", "number")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    model: str
    number: int
    def __init__(self, owner: _Optional[str] = ..., model: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class MsgRetireResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

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
