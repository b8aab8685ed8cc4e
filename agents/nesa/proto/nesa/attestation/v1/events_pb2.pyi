from nesa.proto.nesa.attestation.v1 import types_pb2 as _types_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventAttested(_message.Message):
    __slots__ = ("miner", "key", "platform", "product", "measurement", "gpu", "expires")
    MINER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENT_FIELD_NUMBER: _ClassVar[int]
    GPU_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_FIELD_NUMBER: _ClassVar[int]
    miner: str
    key: bytes
    platform: _types_pb2.Platform
    product: str
    measurement: bytes
    gpu: bool
    expires: int
    def __init__(self, miner: _Optional[str] = ..., key: _Optional[bytes] = ..., platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., product: _Optional[str] = ..., measurement: _Optional[bytes] = ..., gpu: bool = ..., expires: _Optional[int] = ...) -> None: ...

class EventRevoked(_message.Message):
    __slots__ = ("miner", "key")
    MINER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    miner: str
    key: bytes
    def __init__(self, miner: _Optional[str] = ..., key: _Optional[bytes] = ...) -> None: ...

class EventVerified(_message.Message):
    __slots__ = ("job_id", "kind", "key", "measurement")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    kind: str
    key: bytes
    measurement: bytes
    def __init__(self, job_id: _Optional[int] = ..., kind: _Optional[str] = ..., key: _Optional[bytes] = ..., measurement: _Optional[bytes] = ...) -> None: ...

class EventDecision(_message.Message):
    __slots__ = ("prover", "version_id", "label", "commitment", "output")
    PROVER_FIELD_NUMBER: _ClassVar[int]
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    prover: str
    version_id: int
    label: bytes
    commitment: bytes
    output: bytes
    def __init__(self, prover: _Optional[str] = ..., version_id: _Optional[int] = ..., label: _Optional[bytes] = ..., commitment: _Optional[bytes] = ..., output: _Optional[bytes] = ...) -> None: ...

class EventVerifyingKey(_message.Message):
    __slots__ = ("version_id", "private_input", "transcript_digest", "retired")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_INPUT_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    private_input: bool
    transcript_digest: bytes
    retired: bool
    def __init__(self, version_id: _Optional[int] = ..., private_input: bool = ..., transcript_digest: _Optional[bytes] = ..., retired: bool = ...) -> None: ...

class EventAnchor(_message.Message):
    __slots__ = ("platform", "product", "what", "measurement", "removed", "machine")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    platform: _types_pb2.Platform
    product: str
    what: str
    measurement: bytes
    removed: bool
    machine: bytes
    def __init__(self, platform: _Optional[_Union[_types_pb2.Platform, str]] = ..., product: _Optional[str] = ..., what: _Optional[str] = ..., measurement: _Optional[bytes] = ..., removed: bool = ..., machine: _Optional[bytes] = ...) -> None: ...

class EventParamsUpdated(_message.Message):
    __slots__ = ("authority",)
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    authority: str
    def __init__(self, authority: _Optional[str] = ...) -> None: ...
