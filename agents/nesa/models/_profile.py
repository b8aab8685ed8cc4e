"""The verification profile: what of a run is fingerprinted, and how far honest machines may differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from nesa.errors import ManifestError
from nesa.models._fields import Fields, Json, parse_object

__all__ = ["NONE", "Profile", "read_profile"]

NONE = "none"
"""Stands alone among the proof systems of a profile, or in a request: nobody checks what is delivered."""

_EXACT_SIZE = 32
_VALUE_SIZE = 2
_SCORES = (3, 5)
_MAX_BYTES = 2**16
_MAX_WINDOW = 100_000


@dataclass(frozen=True, slots=True)
class Profile:
    """How a model's runs are compared. Immutable within a version.

    Attributes:
        tensor: name of the graph's internal tensor that is fingerprinted; empty where runs are not compared.
        feature_axis: its axis of features, counted with the batch axis; the others are positions.
        positions: how many positions a seed selects.
        projections: how many signed sums are taken at each position.
        scale_bits: a feature is multiplied by 2 to this power before rounding.
        shift: a sum is shifted right by this many bits before it becomes an int16.
        threshold: θ, the L1 distance up to which two fingerprints agree; 0 compares tensors to the bit.
        score_thresholds: limits for the executor: of {fingerprint distance, output distance, difference in units}, for
            text of {fingerprint distance, clipped sum of margins, largest margin, mismatches, difference in units}.
        run_window: blocks that a run may take.
        proof_systems: names of proof systems that may settle a job instead of a check; `NONE` alone where nothing is
            verified.
    """

    tensor: str
    feature_axis: int
    positions: int
    projections: int
    scale_bits: int
    shift: int
    threshold: int
    score_thresholds: tuple[int, ...]
    run_window: int
    proof_systems: tuple[str, ...]

    @classmethod
    def unchecked(cls, run_window: int) -> "Profile":
        """Return the profile of a model whose runs nobody compares."""
        return cls("", 0, 0, 0, 0, 0, 0, (), run_window, (NONE,))

    @property
    def unverified(self) -> bool:
        """Whether nobody checks what is delivered."""
        return NONE in self.proof_systems

    @property
    def exact(self) -> bool:
        """Whether fingerprints are hashes of the whole tensor."""
        return self.threshold == 0

    @property
    def fingerprint_size(self) -> int:
        """Bytes of a fingerprint."""
        return _EXACT_SIZE if self.exact else self.positions * self.projections * _VALUE_SIZE

    @classmethod
    def read(cls, fields: Fields) -> "Profile":
        """Read the ``profile`` section of a manifest.

        Raises:
            ManifestError: a field is missing, unknown or out of range.
        """
        systems = fields.texts("proof_systems", r"[a-z0-9-]{1,32}", 8)
        if NONE in systems:
            if len(systems) > 1:
                raise ManifestError(f"profile.proof_systems has {NONE!r} beside others; it stands alone")
            unchecked = cls.unchecked(fields.integer("run_window", 1, _MAX_WINDOW))
            fields.done()
            return unchecked
        profile = cls(
            tensor=fields.text("tensor"),
            feature_axis=fields.integer("feature_axis", 0, 7),
            positions=fields.integer("positions", 1, 256),
            projections=fields.integer("projections", 1, 16),
            scale_bits=fields.integer("scale_bits", 0, 24),
            shift=fields.integer("shift", 0, 40),
            threshold=fields.integer("threshold", 0),
            score_thresholds=fields.integers("score_thresholds", _SCORES),
            run_window=fields.integer("run_window", 1, _MAX_WINDOW),
            proof_systems=systems,
        )
        fields.done()
        if profile.exact and profile.score_thresholds[0] != 0:
            raise ManifestError("profile.score_thresholds must start with 0 where the threshold is 0")
        return profile

    def to_dict(self) -> Mapping[str, Json]:
        """Return the profile as the manifest writes it."""
        if self.unverified:
            return {"run_window": self.run_window, "proof_systems": [NONE]}
        return {
            "tensor": self.tensor,
            "feature_axis": self.feature_axis,
            "positions": self.positions,
            "projections": self.projections,
            "scale_bits": self.scale_bits,
            "shift": self.shift,
            "threshold": self.threshold,
            "score_thresholds": list(self.score_thresholds),
            "run_window": self.run_window,
            "proof_systems": list(self.proof_systems),
        }


def read_profile(raw: bytes) -> Profile:
    """Read a file with nothing but what a manifest has under ``profile``.

    Raises:
        ManifestError: as of a manifest.
    """
    return Profile.read(Fields(parse_object(raw, _MAX_BYTES, "the profile"), "profile"))
