from nesa.proto.nesa.attestation.v1 import types_pb2 as _types_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MsgAttest(_message.Message):
    __slots__ = ("operator", "key", "quote", "expires")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_FIELD_NUMBER: _ClassVar[int]
    operator: str
    key: bytes
    quote: _types_pb2.Quote
    expires: int
    def __init__(self, operator: _Optional[str] = ..., key: _Optional[bytes] = ..., quote: _Optional[_Union[_types_pb2.Quote, _Mapping]] = ..., expires: _Optional[int] = ...) -> None: ...

class MsgAttestResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRevoke(_message.Message):
    __slots__ = ("sender", "miner", "key")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    MINER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    sender: str
    miner: str
    key: bytes
    def __init__(self, sender: _Optional[str] = ..., miner: _Optional[str] = ..., key: _Optional[bytes] = ...) -> None: ...

class MsgRevokeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgDecide(_message.Message):
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

class MsgDecideResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSetAnchor(_message.Message):
    __slots__ = ("authority", "anchor")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    authority: str
    anchor: _types_pb2.Anchor
    def __init__(self, authority: _Optional[str] = ..., anchor: _Optional[_Union[_types_pb2.Anchor, _Mapping]] = ...) -> None: ...

class MsgSetAnchorResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRemoveAnchor(_message.Message):
    __slots__ = ("authority", "platform", "product")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    authority: str
    platform: _types_pb2.Platform
    product: str
    def __init__(self, authority: _Optional[str] = ..., platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., product: _Optional[str] = ...) -> None: ...

class MsgRemoveAnchorResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSetCollateral(_message.Message):
    __slots__ = ("authority", "collateral")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_FIELD_NUMBER: _ClassVar[int]
    authority: str
    collateral: _types_pb2.Collateral
    def __init__(self, authority: _Optional[str] = ..., collateral: _Optional[_Union[_types_pb2.Collateral, _Mapping]] = ...) -> None: ...

class MsgSetCollateralResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSetMeasurement(_message.Message):
    __slots__ = ("authority", "measurement")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENT_FIELD_NUMBER: _ClassVar[int]
    authority: str
    measurement: _types_pb2.Measurement
    def __init__(self, authority: _Optional[str] = ..., measurement: _Optional[_Union[_types_pb2.Measurement, _Mapping]] = ...) -> None: ...

class MsgSetMeasurementResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRemoveMeasurement(_message.Message):
    __slots__ = ("authority", "platform", "value")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    authority: str
    platform: _types_pb2.Platform
    value: bytes
    def __init__(self, authority: _Optional[str] = ..., platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., value: _Optional[bytes] = ...) -> None: ...

class MsgRemoveMeasurementResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRevokeMachine(_message.Message):
    __slots__ = ("authority", "machine")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    authority: str
    machine: _types_pb2.RevokedMachine
    def __init__(self, authority: _Optional[str] = ..., machine: _Optional[_Union[_types_pb2.RevokedMachine, _Mapping]] = ...) -> None: ...

class MsgRevokeMachineResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRestoreMachine(_message.Message):
    __slots__ = ("authority", "platform", "id")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    authority: str
    platform: _types_pb2.Platform
    id: bytes
    def __init__(self, authority: _Optional[str] = ..., platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., id: _Optional[bytes] = ...) -> None: ...

class MsgRestoreMachineResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSetVerifyingKey(_message.Message):
    __slots__ = ("authority", "verifying_key")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    VERIFYING_KEY_FIELD_NUMBER: _ClassVar[int]
    authority: str
    verifying_key: _types_pb2.VerifyingKey
    def __init__(self, authority: _Optional[str] = ..., verifying_key: _Optional[_Union[_types_pb2.VerifyingKey, _Mapping]] = ...) -> None: ...

class MsgSetVerifyingKeyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgRetireVerifyingKey(_message.Message):
    __slots__ = ("authority", "version_id", "private_input")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_INPUT_FIELD_NUMBER: _ClassVar[int]
    authority: str
    version_id: int
    private_input: bool
    def __init__(self, authority: _Optional[str] = ..., version_id: _Optional[int] = ..., private_input: bool = ...) -> None: ...

class MsgRetireVerifyingKeyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

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
