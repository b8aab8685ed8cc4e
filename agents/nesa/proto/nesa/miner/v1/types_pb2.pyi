from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Miner(_message.Message):
    __slots__ = ("owner", "operator", "claim_key", "withdraw_address", "moniker", "stake", "locked", "unbonding", "owed", "checkpoints", "relays", "jailed_until", "retired")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    CLAIM_KEY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MONIKER_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    LOCKED_FIELD_NUMBER: _ClassVar[int]
    UNBONDING_FIELD_NUMBER: _ClassVar[int]
    OWED_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    RELAYS_FIELD_NUMBER: _ClassVar[int]
    JAILED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    owner: str
    operator: str
    claim_key: str
    withdraw_address: str
    moniker: str
    stake: str
    locked: str
    unbonding: str
    owed: str
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    relays: _containers.RepeatedScalarFieldContainer[str]
    jailed_until: int
    retired: bool
    def __init__(self, owner: _Optional[str] = ..., operator: _Optional[str] = ..., claim_key: _Optional[str] = ..., withdraw_address: _Optional[str] = ..., moniker: _Optional[str] = ..., stake: _Optional[str] = ..., locked: _Optional[str] = ..., unbonding: _Optional[str] = ..., owed: _Optional[str] = ..., checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ..., relays: _Optional[_Iterable[str]] = ..., jailed_until: _Optional[int] = ..., retired: bool = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("epoch", "stake")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    STAKE_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    stake: str
    def __init__(self, epoch: _Optional[int] = ..., stake: _Optional[str] = ...) -> None: ...

class Served(_message.Message):
    __slots__ = ("version_id", "miner", "ask", "since")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    ASK_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    miner: str
    ask: str
    since: int
    def __init__(self, version_id: _Optional[int] = ..., miner: _Optional[str] = ..., ask: _Optional[str] = ..., since: _Optional[int] = ...) -> None: ...

class Totals(_message.Message):
    __slots__ = ("version_id", "miners", "slots")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MINERS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    miners: int
    slots: int
    def __init__(self, version_id: _Optional[int] = ..., miners: _Optional[int] = ..., slots: _Optional[int] = ...) -> None: ...

class EncryptionKey(_message.Message):
    __slots__ = ("miner", "id", "key", "to")
    MINER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    miner: str
    id: int
    key: bytes
    to: int
    def __init__(self, miner: _Optional[str] = ..., id: _Optional[int] = ..., key: _Optional[bytes] = ..., to: _Optional[int] = ..., **kwargs) -> None: ...

class Unbonding(_message.Message):
    __slots__ = ("miner", "id", "amount", "complete_height")
    MINER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    miner: str
    id: int
    amount: str
    complete_height: int
    def __init__(self, miner: _Optional[str] = ..., id: _Optional[int] = ..., amount: _Optional[str] = ..., complete_height: _Optional[int] = ...) -> None: ...

class Strike(_message.Message):
    __slots__ = ("miner", "job_id", "requester", "height")
    MINER_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    miner: str
    job_id: int
    requester: str
    height: int
    def __init__(self, miner: _Optional[str] = ..., job_id: _Optional[int] = ..., requester: _Optional[str] = ..., height: _Optional[int] = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("slot_unit", "min_stake", "epoch_blocks", "unbonding_blocks", "max_unbondings", "max_served", "max_keys", "slash_bps", "strikes_to_slash", "strike_window", "jail_blocks", "key_delay")
    SLOT_UNIT_FIELD_NUMBER: _ClassVar[int]
    MIN_STAKE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_BLOCKS_FIELD_NUMBER: _ClassVar[int]
    UNBONDING_BLOCKS_FIELD_NUMBER: _ClassVar[int]
    MAX_UNBONDINGS_FIELD_NUMBER: _ClassVar[int]
    MAX_SERVED_FIELD_NUMBER: _ClassVar[int]
    MAX_KEYS_FIELD_NUMBER: _ClassVar[int]
    SLASH_BPS_FIELD_NUMBER: _ClassVar[int]
    STRIKES_TO_SLASH_FIELD_NUMBER: _ClassVar[int]
    STRIKE_WINDOW_FIELD_NUMBER: _ClassVar[int]
    JAIL_BLOCKS_FIELD_NUMBER: _ClassVar[int]
    KEY_DELAY_FIELD_NUMBER: _ClassVar[int]
    slot_unit: str
    min_stake: str
    epoch_blocks: int
    unbonding_blocks: int
    max_unbondings: int
    max_served: int
    max_keys: int
    slash_bps: int
    strikes_to_slash: int
    strike_window: int
    jail_blocks: int
    key_delay: int
    def __init__(self, slot_unit: _Optional[str] = ..., min_stake: _Optional[str] = ..., epoch_blocks: _Optional[int] = ..., unbonding_blocks: _Optional[int] = ..., max_unbondings: _Optional[int] = ..., max_served: _Optional[int] = ..., max_keys: _Optional[int] = ..., slash_bps: _Optional[int] = ..., strikes_to_slash: _Optional[int] = ..., strike_window: _Optional[int] = ..., jail_blocks: _Optional[int] = ..., key_delay: _Optional[int] = ...) -> None: ...
