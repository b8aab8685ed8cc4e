"""Models and their versions, as the chain keeps them. Amounts are in anes, shares in basis points."""

from dataclasses import dataclass

from nesa.chain._enums import Unit, VersionStatus

__all__ = [
    "Model",
    "ModelParams",
    "Profile",
    "Version",
]


@dataclass(frozen=True, slots=True)
class Model:
    """A named family of versions.

    Source: `nesa.model.v1.Model`.
    """

    name: str
    owner: str
    private: bool
    retired: bool
    versions: int


@dataclass(frozen=True, slots=True)
class Profile:
    """How results of a version are verified.

    It never changes within a version.

    Source: `nesa.model.v1.Profile`.
    """

    positions: int
    projections: int
    scale_bits: int
    shift: int
    threshold: int
    score_thresholds: tuple[int, ...]
    run_window: int
    proof_systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable release of a model.

    Source: `nesa.model.v1.Version`.
    """

    id: int
    model: str
    number: int
    manifest_digest: bytes
    uri: str
    unit: Unit
    royalty_bps: int
    profile: Profile
    status: VersionStatus
    agreed: int
    disagreed: int
    distinct_miners: int
    proven: bool


@dataclass(frozen=True, slots=True)
class ModelParams:
    """Parameters set by governance.

    Source: `nesa.model.v1.Params`.
    """

    registration_fee: int
    max_royalty_bps: int
    probation_checks: int
    probation_miners: int
    suspension_checks: int
    suspension_bps: int
    max_run_window: int
