from nesa.proto.nesa.miner.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenesisState(_message.Message):
    __slots__ = ("params", "miners", "served", "keys", "unbondings", "strikes", "next_unbonding_id")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    MINERS_FIELD_NUMBER: _ClassVar[int]
    SERVED_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    UNBONDINGS_FIELD_NUMBER: _ClassVar[int]
    STRIKES_FIELD_NUMBER: _ClassVar[int]
    NEXT_UNBONDING_ID_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    miners: _containers.RepeatedCompositeFieldContainer[_types_pb2.Miner]
    served: _containers.RepeatedCompositeFieldContainer[_types_pb2.Served]
    keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.EncryptionKey]
    unbondings: _containers.RepeatedCompositeFieldContainer[_types_pb2.Unbonding]
    strikes: _containers.RepeatedCompositeFieldContainer[_types_pb2.Strike]
    next_unbonding_id: int
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., miners: _Optional[_Iterable[_Union[_types_pb2.Miner, _Mapping]]] = ..., served: _Optional[_Iterable[_Union[_types_pb2.Served, _Mapping]]] = ..., keys: _Optional[_Iterable[_Union[_types_pb2.EncryptionKey, _Mapping]]] = ..., unbondings: _Optional[_Iterable[_Union[_types_pb2.Unbonding, _Mapping]]] = ..., strikes: _Optional[_Iterable[_Union[_types_pb2.Strike, _Mapping]]] = ..., next_unbonding_id: _Optional[int] = ...) -> None: ...
