from nesa.proto.nesa.model.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenesisState(_message.Message):
    __slots__ = ("params", "models", "versions", "access", "publishers", "probation_miners", "next_version_id")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHERS_FIELD_NUMBER: _ClassVar[int]
    PROBATION_MINERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    models: _containers.RepeatedCompositeFieldContainer[_types_pb2.Model]
    versions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Version]
    access: _containers.RepeatedCompositeFieldContainer[Access]
    publishers: _containers.RepeatedCompositeFieldContainer[Publisher]
    probation_miners: _containers.RepeatedCompositeFieldContainer[ProbationMiner]
    next_version_id: int
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., models: _Optional[_Iterable[_Union[_types_pb2.Model, _Mapping]]] = ..., versions: _Optional[_Iterable[_Union[_types_pb2.Version, _Mapping]]] = ..., access: _Optional[_Iterable[_Union[Access, _Mapping]]] = ..., publishers: _Optional[_Iterable[_Union[Publisher, _Mapping]]] = ..., probation_miners: _Optional[_Iterable[_Union[ProbationMiner, _Mapping]]] = ..., next_version_id: _Optional[int] = ...) -> None: ...

class Access(_message.Message):
    __slots__ = ("model", "address")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    model: str
    address: str
    def __init__(self, model: _Optional[str] = ..., address: _Optional[str] = ...) -> None: ...

class Publisher(_message.Message):
    __slots__ = ("name", "owner")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    name: str
    owner: str
    def __init__(self, name: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class ProbationMiner(_message.Message):
    __slots__ = ("version_id", "miner")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    miner: str
    def __init__(self, version_id: _Optional[int] = ..., miner: _Optional[str] = ...) -> None: ...
