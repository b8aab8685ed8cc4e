"""The beacon's seeds and keys."""

from dataclasses import dataclass

__all__ = [
    "BeaconParams",
    "Draw",
    "Seed",
    "ValidatorKeys",
    "VrfKey",
]


@dataclass(frozen=True, slots=True)
class VrfKey:
    """A public key of ECVRF-EDWARDS25519-SHA512-ELL2 (RFC 9381).

    Source: `nesa.beacon.v1.VrfKey`.
    """

    public_key: bytes
    effective_height: int


@dataclass(frozen=True, slots=True)
class ValidatorKeys:
    """The VRF keys of one validator.

    Source: `nesa.beacon.v1.ValidatorKeys`.
    """

    consensus_address: str
    current: VrfKey
    next: VrfKey | None


@dataclass(frozen=True, slots=True)
class Seed:
    """The beacon's value at one height.

    Source: `nesa.beacon.v1.Seed`.
    """

    height: int
    value: bytes
    proposer: bytes
    contributed: bool
    sole: bool


@dataclass(frozen=True, slots=True)
class BeaconParams:
    """The settings of the beacon that governance may change.

    Source: `nesa.beacon.v1.Params`.
    """

    key_delay: int
    seed_retention: int


@dataclass(frozen=True, slots=True)
class Draw:
    """The seed, 32 bytes, that decides a draw, and the height whose beacon it is.

    Source: `nesa.beacon.v1.QueryDrawResponse`.
    """

    height: int
    seed: bytes
