from nesa.proto.cosmos.base.query.v1beta1 import pagination_pb2 as _pagination_pb2
from nesa.proto.nesa.miner.v1 import types_pb2 as _types_pb2
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

class QueryMinerRequest(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class QueryMinerResponse(_message.Message):
    __slots__ = ("miner", "slots", "free", "epoch")
    MINER_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    miner: _types_pb2.Miner
    slots: int
    free: str
    epoch: int
    def __init__(self, miner: _Optional[_Union[_types_pb2.Miner, _Mapping]] = ..., slots: _Optional[int] = ..., free: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class QueryMinerByKeyRequest(_message.Message):
    __slots__ = ("address",)
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    address: str
    def __init__(self, address: _Optional[str] = ...) -> None: ...

class QueryMinerByKeyResponse(_message.Message):
    __slots__ = ("miner",)
    MINER_FIELD_NUMBER: _ClassVar[int]
    miner: _types_pb2.Miner
    def __init__(self, miner: _Optional[_Union[_types_pb2.Miner, _Mapping]] = ...) -> None: ...

class QueryMinersRequest(_message.Message):
    __slots__ = ("pagination",)
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    pagination: _pagination_pb2.PageRequest
    def __init__(self, pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryMinersResponse(_message.Message):
    __slots__ = ("miners", "pagination")
    MINERS_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    miners: _containers.RepeatedCompositeFieldContainer[_types_pb2.Miner]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, miners: _Optional[_Iterable[_Union[_types_pb2.Miner, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryServedRequest(_message.Message):
    __slots__ = ("version_id", "miner", "pagination")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    miner: str
    pagination: _pagination_pb2.PageRequest
    def __init__(self, version_id: _Optional[int] = ..., miner: _Optional[str] = ..., pagination: _Optional[_Union[_pagination_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QueryServedResponse(_message.Message):
    __slots__ = ("served", "pagination")
    SERVED_FIELD_NUMBER: _ClassVar[int]
    PAGINATION_FIELD_NUMBER: _ClassVar[int]
    served: _containers.RepeatedCompositeFieldContainer[_types_pb2.Served]
    pagination: _pagination_pb2.PageResponse
    def __init__(self, served: _Optional[_Iterable[_Union[_types_pb2.Served, _Mapping]]] = ..., pagination: _Optional[_Union[_pagination_pb2.PageResponse, _Mapping]] = ...) -> None: ...

class QueryTotalsRequest(_message.Message):
    __slots__ = ("version_id",)
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    def __init__(self, version_id: _Optional[int] = ...) -> None: ...

class QueryTotalsResponse(_message.Message):
    __slots__ = ("totals",)
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    totals: _types_pb2.Totals
    def __init__(self, totals: _Optional[_Union[_types_pb2.Totals, _Mapping]] = ...) -> None: ...

class QueryEncryptionKeysRequest(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class QueryEncryptionKeysResponse(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[_types_pb2.EncryptionKey]
    def __init__(self, keys: _Optional[_Iterable[_Union[_types_pb2.EncryptionKey, _Mapping]]] = ...) -> None: ...

class QueryUnbondingsRequest(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class QueryUnbondingsResponse(_message.Message):
    __slots__ = ("unbondings",)
    UNBONDINGS_FIELD_NUMBER: _ClassVar[int]
    unbondings: _containers.RepeatedCompositeFieldContainer[_types_pb2.Unbonding]
    def __init__(self, unbondings: _Optional[_Iterable[_Union[_types_pb2.Unbonding, _Mapping]]] = ...) -> None: ...

class QueryStrikesRequest(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class QueryStrikesResponse(_message.Message):
    __slots__ = ("strikes",)
    STRIKES_FIELD_NUMBER: _ClassVar[int]
    strikes: _containers.RepeatedCompositeFieldContainer[_types_pb2.Strike]
    def __init__(self, strikes: _Optional[_Iterable[_Union[_types_pb2.Strike, _Mapping]]] = ...) -> None: ...

class QuerySolvencyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QuerySolvencyResponse(_message.Message):
    __slots__ = ("balance", "stake", "unbonding", "solvent")
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    UNBONDING_FIELD_NUMBER: _ClassVar[int]
    SOLVENT_FIELD_NUMBER: _ClassVar[int]
    balance: str
    stake: str
    unbonding: str
    solvent: bool
    def __init__(self, balance: _Optional[str] = ..., stake: _Optional[str] = ..., unbonding: _Optional[str] = ..., solvent: bool = ...) -> None: ...
