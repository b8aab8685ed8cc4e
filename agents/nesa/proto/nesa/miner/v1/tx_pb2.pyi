from nesa.proto.cosmos.base.v1beta1 import coin_pb2 as _coin_pb2
from nesa.proto.nesa.miner.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MsgRegister(_message.Message):
    __slots__ = ("owner", "operator", "claim_key", "withdraw_address", "moniker", "stake", "relays")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    CLAIM_KEY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MONIKER_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    RELAYS_FIELD_NUMBER: _ClassVar[int]
    owner: str
    operator: str
    claim_key: str
    withdraw_address: str
    moniker: str
    stake: _coin_pb2.Coin
    relays: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, owner: _Optional[str] = ..., operator: _Optional[str] = ..., claim_key: _Optional[str] = ..., withdraw_address: _Optional[str] = ..., moniker: _Optional[str] = ..., stake: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., relays: _Optional[_Iterable[str]] = ...) -> None: ...

class MsgRegisterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgUpdate(_message.Message):
    __slots__ = ("owner", "operator", "claim_key", "withdraw_address", "moniker", "relays", "set_relays")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    CLAIM_KEY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MONIKER_FIELD_NUMBER: _ClassVar[int]
    RELAYS_FIELD_NUMBER: _ClassVar[int]
    SET_RELAYS_FIELD_NUMBER: _ClassVar[int]
    owner: str
    operator: str
    claim_key: str
    withdraw_address: str
    moniker: str
    relays: _containers.RepeatedScalarFieldContainer[str]
    set_relays: bool
    def __init__(self, owner: _Optional[str] = ..., operator: _Optional[str] = ..., claim_key: _Optional[str] = ..., withdraw_address: _Optional[str] = ..., moniker: _Optional[str] = ..., relays: _Optional[_Iterable[str]] = ..., set_relays: bool = ...) -> None: ...

class MsgUpdateResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgAddStake(_message.Message):
    __slots__ = ("owner", "amount")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    owner: str
    amount: _coin_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., amount: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgAddStakeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgUnstake(_message.Message):
    __slots__ = ("owner", "amount")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    owner: str
    amount: _coin_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., amount: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgUnstakeResponse(_message.Message):
    __slots__ = ("complete_height",)
    COMPLETE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    complete_height: int
    def __init__(self, complete_height: _Optional[int] = ...) -> None: ...

class MsgUnjail(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class MsgUnjailResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRetire(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class MsgRetireResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ServeEntry(_message.Message):
    __slots__ = ("version_id", "ask")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    ASK_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    ask: str
    def __init__(self, version_id: _Optional[int] = ..., ask: _Optional[str] = ...) -> None: ...

class MsgServe(_message.Message):
    __slots__ = ("operator", "serve", "drop")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    SERVE_FIELD_NUMBER: _ClassVar[int]
    DROP_FIELD_NUMBER: _ClassVar[int]
    operator: str
    serve: _containers.RepeatedCompositeFieldContainer[ServeEntry]
    drop: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, operator: _Optional[str] = ..., serve: _Optional[_Iterable[_Union[ServeEntry, _Mapping]]] = ..., drop: _Optional[_Iterable[int]] = ...) -> None: ...

class MsgServeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSetEncryptionKey(_message.Message):
    __slots__ = ("operator", "key", "to")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    operator: str
    key: bytes
    to: int
    def __init__(self, operator: _Optional[str] = ..., key: _Optional[bytes] = ..., to: _Optional[int] = ..., **kwargs) -> None: ...

class MsgSetEncryptionKeyResponse(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

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
