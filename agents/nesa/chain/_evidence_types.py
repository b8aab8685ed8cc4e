"""Evidence for a delivery, as it goes onto the chain."""

from dataclasses import dataclass, field

__all__ = ["Evidence", "KeySignature", "Proof", "Quote"]


@dataclass(frozen=True, slots=True)
class KeySignature:
    """By a key that was attested before.

    Source: `nesa.attestation.v1.KeySignature`.
    """

    key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Quote:
    """What the hardware signs, about one delivery.

    Source: `nesa.attestation.v1.Quote`.
    """

    platform: int
    report: bytes = field(repr=False)


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
