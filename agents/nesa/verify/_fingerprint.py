"""Fingerprints: proof that a machine computed a model's internal tensor under a seed that was not known before."""

from nesa.engines import Outcome, Output
from nesa.errors import FingerprintError
from nesa.hashing import digest, u64
from nesa.models import Profile
from nesa.verify._exact import exact
from nesa.verify._projection import project

__all__ = ["fingerprint", "fingerprint_seed"]


def fingerprint_seed(chain_id: str, beacon_seed: bytes, job: int, round_: int) -> bytes:
    """Return the 32-byte seed of a job's fingerprints in one round: 0 executes, 1 checks, 2 decides an appeal."""
    return digest("fingerprint-seed", chain_id, beacon_seed, u64(job), u64(round_))


def fingerprint(output: Output, profile: Profile, seed: bytes, chain_id: str) -> bytes:
    """Return the fingerprint of a run: nothing where the outcome is not OK.

    Args:
        output: a run's output, with the profile's tensor.
        profile: of the model's manifest.
        seed: 32 bytes, of `fingerprint_seed`.
        chain_id: the chain's name.

    Returns:
        ``profile.fingerprint_size`` bytes: big-endian int16 values by position, then projection; or a hash.

    Raises:
        FingerprintError: the tensor is missing, not finite or of the wrong rank.
    """
    if output.outcome is not Outcome.OK:
        return b""
    tensor = output.tensors.get(profile.tensor)
    if tensor is None:
        raise FingerprintError(f"the run did not give the tensor {profile.tensor}")
    if profile.exact:
        return exact(tensor, seed, chain_id)
    return project(tensor, profile, seed, chain_id).astype(">i2").tobytes()
