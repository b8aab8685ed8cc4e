from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class EventSeed(_message.Message):
    __slots__ = ("height", "value", "proposer", "contributed")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTED_FIELD_NUMBER: _ClassVar[int]
    height: int
    value: bytes
    proposer: str
    contributed: bool
    def __init__(self, height: _Optional[int] = ..., value: _Optional[bytes] = ..., proposer: _Optional[str] = ..., contributed: bool = ...) -> None: ...

class EventKeyRegistered(_message.Message):
    __slots__ = ("validator", "consensus_address", "public_key", "effective_height")
    VALIDATOR_FIELD_NUMBER: _ClassVar[int]
    CONSENSUS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    validator: str
    consensus_address: str
    public_key: bytes
    effective_height: int
    def __init__(self, validator: _Optional[str] = ..., consensus_address: _Optional[str] = ..., public_key: _Optional[bytes] = ..., effective_height: _Optional[int] = ...) -> None: ...

class EventParamsUpdated(_message.Message):
    __slots__ = ("authority",)
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    authority: str
    def __init__(self, authority: _Optional[str] = ...) -> None: ...
