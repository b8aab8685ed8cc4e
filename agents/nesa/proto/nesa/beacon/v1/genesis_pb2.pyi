from nesa.proto.nesa.beacon.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenesisState(_message.Message):
    __slots__ = ("params", "keys", "seeds")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    SEEDS_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.ValidatorKeys]
    seeds: _containers.RepeatedCompositeFieldContainer[_types_pb2.Seed]
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., keys: _Optional[_Iterable[_Union[_types_pb2.ValidatorKeys, _Mapping]]] = ..., seeds: _Optional[_Iterable[_Union[_types_pb2.Seed, _Mapping]]] = ...) -> None: ...
