"""Comparing fingerprints in integers, exactly as the chain does."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

from nesa.errors import FingerprintError
from nesa.models import Profile

__all__ = ["Standing", "distance", "reference", "standing"]

_NEUTRAL = 4


class Standing(Enum):
    """How a verifier's distance from the committee's reference is judged."""

    GOOD = "good"
    NEUTRAL = "neutral"
    FAULT = "fault"


def _values(fingerprint: bytes, profile: Profile) -> npt.NDArray[np.int64]:
    if len(fingerprint) != profile.fingerprint_size:
        raise FingerprintError(f"a fingerprint has {len(fingerprint)} bytes instead of {profile.fingerprint_size}")
    return np.frombuffer(fingerprint, ">i2").astype(np.int64)


def distance(one: bytes, other: bytes, profile: Profile) -> int:
    """Return the L1 distance of two fingerprints; of two hashes, 0 if they are equal and 1 otherwise.

    Raises:
        FingerprintError: a fingerprint has the wrong size.
    """
    values = _values(one, profile), _values(other, profile)
    return int(one != other) if profile.exact else int(np.abs(values[0] - values[1]).sum())


def reference(fingerprints: Sequence[bytes], profile: Profile) -> bytes:
    """Return what a committee's fingerprints are measured against.

    The lower median of each coordinate; of hashes, the one most often revealed, of equally frequent ones the smallest.

    Raises:
        FingerprintError: there is none, or one has the wrong size.
    """
    if not fingerprints:
        raise FingerprintError("there is no fingerprint to compare with")
    rows = np.stack([_values(fingerprint, profile) for fingerprint in fingerprints])
    if profile.exact:
        counts = Counter(fingerprints)
        return min(counts, key=lambda fingerprint: (-counts[fingerprint], fingerprint))
    middle: npt.NDArray[np.int64] = np.sort(rows, axis=0)[(len(rows) - 1) // 2]
    return middle.astype(">i2").tobytes()


def standing(distance_: int, profile: Profile) -> Standing:
    """Judge a verifier: good within θ, neither paid nor punished within 4θ, at fault beyond."""
    if distance_ <= profile.threshold:
        return Standing.GOOD
    return Standing.NEUTRAL if distance_ <= _NEUTRAL * profile.threshold else Standing.FAULT
