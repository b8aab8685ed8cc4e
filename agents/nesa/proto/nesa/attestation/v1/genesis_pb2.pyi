from nesa.proto.nesa.attestation.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenesisState(_message.Message):
    __slots__ = ("params", "anchors", "collateral", "measurements", "keys", "revoked_machines", "verifying_keys")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    ANCHORS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REVOKED_MACHINES_FIELD_NUMBER: _ClassVar[int]
    VERIFYING_KEYS_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    anchors: _containers.RepeatedCompositeFieldContainer[_types_pb2.Anchor]
    collateral: _containers.RepeatedCompositeFieldContainer[_types_pb2.Collateral]
    measurements: _containers.RepeatedCompositeFieldContainer[_types_pb2.Measurement]
    keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.AttestedKey]
    revoked_machines: _containers.RepeatedCompositeFieldContainer[_types_pb2.RevokedMachine]
    verifying_keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.VerifyingKey]
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., anchors: _Optional[_Iterable[_Union[_types_pb2.Anchor, _Mapping]]] = ..., collateral: _Optional[_Iterable[_Union[_types_pb2.Collateral, _Mapping]]] = ..., measurements: _Optional[_Iterable[_Union[_types_pb2.Measurement, _Mapping]]] = ..., keys: _Optional[_Iterable[_Union[_types_pb2.AttestedKey, _Mapping]]] = ..., revoked_machines: _Optional[_Iterable[_Union[_types_pb2.RevokedMachine, _Mapping]]] = ..., verifying_keys: _Optional[_Iterable[_Union[_types_pb2.VerifyingKey, _Mapping]]] = ...) -> None: ...
