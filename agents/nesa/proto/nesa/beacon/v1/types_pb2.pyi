from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Params(_message.Message):
    __slots__ = ("key_delay", "seed_retention")
    KEY_DELAY_FIELD_NUMBER: _ClassVar[int]
    SEED_RETENTION_FIELD_NUMBER: _ClassVar[int]
    key_delay: int
    seed_retention: int
    def __init__(self, key_delay: _Optional[int] = ..., seed_retention: _Optional[int] = ...) -> None: ...

class VrfKey(_message.Message):
    __slots__ = ("public_key", "effective_height")
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    public_key: bytes
    effective_height: int
    def __init__(self, public_key: _Optional[bytes] = ..., effective_height: _Optional[int] = ...) -> None: ...

class ValidatorKeys(_message.Message):
    __slots__ = ("consensus_address", "current", "next")
    CONSENSUS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    consensus_address: str
    current: VrfKey
    next: VrfKey
    def __init__(self, consensus_address: _Optional[str] = ..., current: _Optional[_Union[VrfKey, _Mapping]] = ..., next: _Optional[_Union[VrfKey, _Mapping]] = ...) -> None: ...

class Seed(_message.Message):
    __slots__ = ("height", "value", "proposer", "contributed", "sole")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTED_FIELD_NUMBER: _ClassVar[int]
    SOLE_FIELD_NUMBER: _ClassVar[int]
    height: int
    value: bytes
    proposer: bytes
    contributed: bool
    sole: bool
    def __init__(self, height: _Optional[int] = ..., value: _Optional[bytes] = ..., proposer: _Optional[bytes] = ..., contributed: bool = ..., sole: bool = ...) -> None: ...
