from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Platform(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLATFORM_UNSPECIFIED: _ClassVar[Platform]
    PLATFORM_SEV_SNP: _ClassVar[Platform]
    PLATFORM_TDX: _ClassVar[Platform]
PLATFORM_UNSPECIFIED: Platform
PLATFORM_SEV_SNP: Platform
PLATFORM_TDX: Platform

class Evidence(_message.Message):
    __slots__ = ("key", "quote", "proof")
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    key: KeySignature
    quote: Quote
    proof: Proof
    def __init__(self, key: _Optional[_Union[KeySignature, _Mapping]] = ..., quote: _Optional[_Union[Quote, _Mapping]] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class KeySignature(_message.Message):
    __slots__ = ("key", "signature")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    signature: bytes
    def __init__(self, key: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("platform", "product", "report", "certificates", "gpu_report", "gpu_certificates")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    GPU_REPORT_FIELD_NUMBER: _ClassVar[int]
    GPU_CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    platform: Platform
    product: str
    report: bytes
    certificates: _containers.RepeatedScalarFieldContainer[bytes]
    gpu_report: bytes
    gpu_certificates: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, platform: _Optional[_Union[Platform, str]] = ..., product: _Optional[str] = ..., report: _Optional[bytes] = ..., certificates: _Optional[_Iterable[bytes]] = ..., gpu_report: _Optional[bytes] = ..., gpu_certificates: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Proof(_message.Message):
    __slots__ = ("groth16",)
    GROTH16_FIELD_NUMBER: _ClassVar[int]
    groth16: bytes
    def __init__(self, groth16: _Optional[bytes] = ...) -> None: ...

class Anchor(_message.Message):
    __slots__ = ("platform", "product", "certificates", "min_tcb", "gpu_root", "simulated")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    MIN_TCB_FIELD_NUMBER: _ClassVar[int]
    GPU_ROOT_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    platform: Platform
    product: str
    certificates: _containers.RepeatedScalarFieldContainer[bytes]
    min_tcb: bytes
    gpu_root: bytes
    simulated: bool
    def __init__(self, platform: _Optional[_Union[Platform, str]] = ..., product: _Optional[str] = ..., certificates: _Optional[_Iterable[bytes]] = ..., min_tcb: _Optional[bytes] = ..., gpu_root: _Optional[bytes] = ..., simulated: bool = ...) -> None: ...

class Collateral(_message.Message):
    __slots__ = ("platform", "product", "root_crl", "pck_crl", "tcb_info", "qe_identity", "signing_chain", "height")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ROOT_CRL_FIELD_NUMBER: _ClassVar[int]
    PCK_CRL_FIELD_NUMBER: _ClassVar[int]
    TCB_INFO_FIELD_NUMBER: _ClassVar[int]
    QE_IDENTITY_FIELD_NUMBER: _ClassVar[int]
    SIGNING_CHAIN_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    platform: Platform
    product: str
    root_crl: bytes
    pck_crl: bytes
    tcb_info: bytes
    qe_identity: bytes
    signing_chain: _containers.RepeatedScalarFieldContainer[bytes]
    height: int
    def __init__(self, platform: _Optional[_Union[Platform, str]] = ..., product: _Optional[str] = ..., root_crl: _Optional[bytes] = ..., pck_crl: _Optional[bytes] = ..., tcb_info: _Optional[bytes] = ..., qe_identity: _Optional[bytes] = ..., signing_chain: _Optional[_Iterable[bytes]] = ..., height: _Optional[int] = ...) -> None: ...

class Measurement(_message.Message):
    __slots__ = ("platform", "value", "name")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    platform: Platform
    value: bytes
    name: str
    def __init__(self, platform: _Optional[_Union[Platform, str]] = ..., value: _Optional[bytes] = ..., name: _Optional[str] = ...) -> None: ...

class AttestedKey(_message.Message):
    __slots__ = ("miner", "key", "platform", "product", "measurement", "tcb", "gpu", "height", "expires", "revoked", "machine")
    MINER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENT_FIELD_NUMBER: _ClassVar[int]
    TCB_FIELD_NUMBER: _ClassVar[int]
    GPU_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    miner: str
    key: bytes
    platform: Platform
    product: str
    measurement: bytes
    tcb: bytes
    gpu: bool
    height: int
    expires: int
    revoked: bool
    machine: bytes
    def __init__(self, miner: _Optional[str] = ..., key: _Optional[bytes] = ..., platform: _Optional[_Union[Platform, str]] = ..., product: _Optional[str] = ..., measurement: _Optional[bytes] = ..., tcb: _Optional[bytes] = ..., gpu: bool = ..., height: _Optional[int] = ..., expires: _Optional[int] = ..., revoked: bool = ..., machine: _Optional[bytes] = ...) -> None: ...

class RevokedMachine(_message.Message):
    __slots__ = ("platform", "id", "reason")
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    platform: Platform
    id: bytes
    reason: str
    def __init__(self, platform: _Optional[_Union[Platform, str]] = ..., id: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class VerifyingKey(_message.Message):
    __slots__ = ("version_id", "private_input", "key", "input_size", "output_size", "transcript_digest")
    VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_INPUT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    INPUT_SIZE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_SIZE_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    version_id: int
    private_input: bool
    key: bytes
    input_size: int
    output_size: int
    transcript_digest: bytes
    def __init__(self, version_id: _Optional[int] = ..., private_input: bool = ..., key: _Optional[bytes] = ..., input_size: _Optional[int] = ..., output_size: _Optional[int] = ..., transcript_digest: _Optional[bytes] = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("max_key_life", "max_keys", "gas_quote", "gas_gpu", "gas_signature", "gas_proof", "gas_public_value", "max_quote_bytes", "allow_simulated", "gas_further_proof")
    MAX_KEY_LIFE_FIELD_NUMBER: _ClassVar[int]
    MAX_KEYS_FIELD_NUMBER: _ClassVar[int]
    GAS_QUOTE_FIELD_NUMBER: _ClassVar[int]
    GAS_GPU_FIELD_NUMBER: _ClassVar[int]
    GAS_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    GAS_PROOF_FIELD_NUMBER: _ClassVar[int]
    GAS_PUBLIC_VALUE_FIELD_NUMBER: _ClassVar[int]
    MAX_QUOTE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_SIMULATED_FIELD_NUMBER: _ClassVar[int]
    GAS_FURTHER_PROOF_FIELD_NUMBER: _ClassVar[int]
    max_key_life: int
    max_keys: int
    gas_quote: int
    gas_gpu: int
    gas_signature: int
    gas_proof: int
    gas_public_value: int
    max_quote_bytes: int
    allow_simulated: bool
    gas_further_proof: int
    def __init__(self, max_key_life: _Optional[int] = ..., max_keys: _Optional[int] = ..., gas_quote: _Optional[int] = ..., gas_gpu: _Optional[int] = ..., gas_signature: _Optional[int] = ..., gas_proof: _Optional[int] = ..., gas_public_value: _Optional[int] = ..., max_quote_bytes: _Optional[int] = ..., allow_simulated: bool = ..., gas_further_proof: _Optional[int] = ...) -> None: ...
