from nesa.proto.cosmos.base.query.v1beta1 import pagination_pb2 as _pagination_pb2
from nesa.proto.nesa.attestation.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QueryParamsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QueryParamsResponse(_message.Message):
    __slots__ = ("params",)
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ...) -> None: ...

class QueryAnchorsRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryAnchorsResponse(_message.Message):
    __slots__ = ("anchors", "pagination")
    ANCHORS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    anchors: _containers.RepeatedCompositeFieldContainer[_types_pb2.Anchor]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, anchors: _Optional[_Iterable[_Union[_types_pb2.Anchor, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryCollateralRequest(_message.Message):
    __slots__ = ("platform", "product")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    platform: _types_pb2.Platform
    product: str
    def __init__(self, platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., product: _Optional[str] = ...) -> None: ...

class QueryCollateralResponse(_message.Message):
    __slots__ = ("collateral",)
    COLLATERAL_FIELD_NUMBER: _ClassVar[int]
    collateral: _types_pb2.Collateral
    def __init__(self, collateral: _Optional[_Union[_types_pb2.Collateral, _Mapping]] = ...) -> None: ...

class QueryMeasurementsRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryMeasurementsResponse(_message.Message):
    __slots__ = ("measurements", "pagination")
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    measurements: _containers.RepeatedCompositeFieldContainer[_types_pb2.Measurement]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, measurements: _Optional[_Iterable[_Union[_types_pb2.Measurement, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryRevokedMachinesRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryRevokedMachinesResponse(_message.Message):
    __slots__ = ("machines", "pagination")
    MACHINES_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    machines: _containers.RepeatedCompositeFieldContainer[_types_pb2.RevokedMachine]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, machines: _Optional[_Iterable[_Union[_types_pb2.RevokedMachine, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryKeysRequest(_message.Message):
    __slots__ = ("miner",)
    MINER_FIELD_NUMBER: _ClassVar[int]
    miner: str
    def __init__(self, miner: _Optional[str] = ...) -> None: ...

class KeyState(_message.Message):
    __slots__ = ("key", "void")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VOID_FIELD_NUMBER: _ClassVar[int]
    key: _types_pb2.AttestedKey
    void: str
    def __init__(self, key: _Optional[_Union[_types_pb2.AttestedKey, _Mapping]] = ..., void: _Optional[str] = ...) -> None: ...

class QueryKeysResponse(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[KeyState]
    def __init__(self, keys: _Optional[_Iterable[_Union[KeyState, _Mapping]]] = ...) -> None: ...

class QueryVerifyingKeysRequest(_message.Message):
    __slots__ = ("version_id", "pagination")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    pagination: _pagination_pb2.PageRequest
    def __init__(self, version_id: _Optional[int] = ..., pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryVerifyingKeysResponse(_message.Message):
    __slots__ = ("verifying_keys", "pagination")
    VERIFYING_KEYS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    verifying_keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.VerifyingKey]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, verifying_keys: _Optional[_Iterable[_Union[_types_pb2.VerifyingKey, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryVerifyDecisionRequest(_message.Message):
    __slots__ = ("prover", "version_id", "label", "commitment", "output", "proof")
    PROVER_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    prover: str
    version_id: int
    label: bytes
    commitment: bytes
    output: bytes
    proof: _types_pb2.Proof
    def __init__(self, prover: _Optional[str] = ..., version_id: _Optional[int] = ..., label: _Optional[bytes] = ..., commitment: _Optional[bytes] = ..., output: _Optional[bytes] = ..., proof: _Optional[_Union[_types_pb2.Proof, _Mapping]] = ...) -> None: ...

class QueryVerifyDecisionResponse(_message.Message):
    __slots__ = ("valid", "reason")
    VALID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    reason: str
    def __init__(self, valid: bool = ..., reason: _Optional[str] = ...) -> None: ...
