from nesa.proto.cosmos.base.query.v1beta1 import pagination_pb2 as _pagination_pb2
from nesa.proto.nesa.beacon.v1 import types_pb2 as _types_pb2
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

class QueryLatestRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QueryLatestResponse(_message.Message):
    __slots__ = ("seed",)
    SEED_FIELD_NUMBER: _ClassVar[int]
    seed: _types_pb2.Seed
    def __init__(self, seed: _Optional[_Union[_types_pb2.Seed, _Mapping]] = ...) -> None: ...

class QuerySeedRequest(_message.Message):
    __slots__ = ("height",)
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    height: int
    def __init__(self, height: _Optional[int] = ...) -> None: ...

class QuerySeedResponse(_message.Message):
    __slots__ = ("seed",)
    SEED_FIELD_NUMBER: _ClassVar[int]
    seed: _types_pb2.Seed
    def __init__(self, seed: _Optional[_Union[_types_pb2.Seed, _Mapping]] = ...) -> None: ...

class QueryDrawRequest(_message.Message):
    __slots__ = ("fixed",)
    FIXED_FIELD_NUMBER: _ClassVar[int]
    fixed: int
    def __init__(self, fixed: _Optional[int] = ...) -> None: ...

class QueryDrawResponse(_message.Message):
    __slots__ = ("known", "height", "seed")
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    known: bool
    height: int
    seed: bytes
    def __init__(self, known: bool = ..., height: _Optional[int] = ..., seed: _Optional[bytes] = ...) -> None: ...

class QueryKeysRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryKeysResponse(_message.Message):
    __slots__ = ("keys", "pagination")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.ValidatorKeys]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, keys: _Optional[_Iterable[_Union[_types_pb2.ValidatorKeys, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryKeyRequest(_message.Message):
    __slots__ = ("consensus_address",)
    CONSENSUS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    consensus_address: str
    def __init__(self, consensus_address: _Optional[str] = ...) -> None: ...

class QueryKeyResponse(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _types_pb2.ValidatorKeys
    def __init__(self, keys: _Optional[_Union[_types_pb2.ValidatorKeys, _Mapping]] = ...) -> None: ...
