from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class EventRegistered(_message.Message):
    __slots__ = ("miner", "stake")
    MINER_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    miner: str
    stake: str
    def __init__(self, miner: _Optional[str] = ..., stake: _Optional[str] = ...) -> None: ...

class EventUpdated(_message.Message):
    __slots__ = ("miner",)
    MINER_FIELD_NUMBER: _ClassVar[int]
    miner: str
    def __init__(self, miner: _Optional[str] = ...) -> None: ...

class EventStakeChanged(_message.Message):
    __slots__ = ("miner", "stake", "reason")
    MINER_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    miner: str
    stake: str
    reason: str
    def __init__(self, miner: _Optional[str] = ..., stake: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EventUnbonded(_message.Message):
    __slots__ = ("miner", "amount")
    MINER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    miner: str
    amount: str
    def __init__(self, miner: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class EventServed(_message.Message):
    __slots__ = ("miner", "version_id", "ask", "dropped")
    MINER_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    ASK_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    miner: str
    version_id: int
    ask: str
    dropped: bool
    def __init__(self, miner: _Optional[str] = ..., version_id: _Optional[int] = ..., ask: _Optional[str] = ..., dropped: bool = ...) -> None: ...

class EventEncryptionKey(_message.Message):
    __slots__ = ("miner", "id")
    MINER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    miner: str
    id: int
    def __init__(self, miner: _Optional[str] = ..., id: _Optional[int] = ...) -> None: ...

class EventStrike(_message.Message):
    __slots__ = ("miner", "job_id", "slashed")
    MINER_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    SLASHED_FIELD_NUMBER: _ClassVar[int]
    miner: str
    job_id: int
    slashed: bool
    def __init__(self, miner: _Optional[str] = ..., job_id: _Optional[int] = ..., slashed: bool = ...) -> None: ...

class EventJailed(_message.Message):
    __slots__ = ("miner", "until")
    MINER_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    miner: str
    until: int
    def __init__(self, miner: _Optional[str] = ..., until: _Optional[int] = ...) -> None: ...

class EventRetired(_message.Message):
    __slots__ = ("miner",)
    MINER_FIELD_NUMBER: _ClassVar[int]
    miner: str
    def __init__(self, miner: _Optional[str] = ...) -> None: ...
