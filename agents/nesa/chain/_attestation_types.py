"""Enclaves, proofs, and the evidence for a delivery."""

from dataclasses import dataclass, field

from nesa.chain._enums import Platform

__all__ = [
    "Anchor",
    "AttestationParams",
    "AttestedKey",
    "Evidence",
    "KeySignature",
    "KeyState",
    "Measurement",
    "Proof",
    "Quote",
    "RevokedMachine",
    "VerifyingKey",
]


@dataclass(frozen=True, slots=True)
class KeySignature:
    """By a key that was attested before.

    Source: `nesa.attestation.v1.KeySignature`.
    """

    key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement of the hardware about what runs in it.

    Attributes:
        platform: the kind of hardware.
        product: names the vendor's roots to verify it under, such as ``Milan``.
        report: in the platform's own form: 1184 bytes of SEV-SNP, a version 4 quote of TDX.
        certificates: from the signer's up, DER; empty where the report carries them, as TDX's does.
        gpu_report: of a GPU whose nonce is the SHA-256 of the report data; empty without one.
        gpu_certificates: from the GPU's up, DER.

    Source: `nesa.attestation.v1.Quote`.
    """

    platform: Platform
    product: str
    report: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    gpu_report: bytes = field(default=b"", repr=False)
    gpu_certificates: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """A zero-knowledge proof.

    Source: `nesa.attestation.v1.Proof`.
    """

    groth16: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence.

    Source: `nesa.attestation.v1.Evidence`.
    """

    key: KeySignature | None = None
    quote: Quote | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What quotes of a platform's product are verified under.

    Source: `nesa.attestation.v1.Anchor`.
    """

    platform: Platform
    product: str
    certificates: tuple[bytes, ...]
    min_tcb: bytes
    gpu_root: bytes
    simulated: bool


@dataclass(frozen=True, slots=True)
class Measurement:
    """Identifies an enclave's image that is accepted.

    Source: `nesa.attestation.v1.Measurement`.
    """

    platform: Platform
    value: bytes
    name: str


@dataclass(frozen=True, slots=True)
class AttestedKey:
    """An enclave's signing key; ``expires`` is in seconds since 1970.

    Source: `nesa.attestation.v1.AttestedKey`.
    """

    miner: str
    key: bytes
    platform: Platform
    product: str
    measurement: bytes
    tcb: bytes
    gpu: bool
    height: int
    expires: int
    revoked: bool = False
    machine: bytes = b""


@dataclass(frozen=True, slots=True)
class RevokedMachine:
    """One whose quotes governance trusts no longer.

    Source: `nesa.attestation.v1.RevokedMachine`.
    """

    platform: Platform
    id: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key, and why it is not in force; ``void`` is empty when it is.

    Source: `nesa.attestation.v1.KeyState`.
    """

    key: AttestedKey
    void: str


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """Admits proofs about a version.

    Source: `nesa.attestation.v1.VerifyingKey`.
    """

    version_id: int
    private_input: bool
    key: bytes = field(repr=False)
    input_size: int
    output_size: int
    transcript_digest: bytes


@dataclass(frozen=True, slots=True)
class AttestationParams:
    """Parameters set by governance; times are in seconds.

    Source: `nesa.attestation.v1.Params`.
    """

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
