"""Fingerprints of tensors whose values honest machines share up to rounding: seeded random projections.

Source: locality-sensitive fingerprints of activations after TOPLOC (arXiv 2501.16007), with Johnson–Lindenstrauss
projections in integers instead of polynomial codes, so that the chain can compare them.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from nesa.errors import FingerprintError
from nesa.hashing import frame
from nesa.models import Profile

__all__ = ["project"]

_INT16 = np.iinfo(np.int16)
_INT32 = np.iinfo(np.int32)
_POSITION_BYTES = 8


def project(
    tensor: npt.NDArray[np.generic], profile: Profile, fingerprint_seed: bytes, chain_id: str
) -> npt.NDArray[np.int16]:
    """Return int16 [positions · projections]: signed sums over the features at positions that the seed selects.

    The tensor is viewed as [P, D], features last and all other axes in their order. The SHAKE-128 stream of the seed
    gives first ``positions`` u64 numbers, taken modulo P, then for each position and projection ⌈D/8⌉ bytes of signs,
    most significant bit first, where a set bit means minus. Features times 2^scale_bits are rounded half to even and
    saturated to int32; their signed sum is shifted right by ``shift`` bits and saturated to int16.

    Args:
        tensor: any numeric dtype, any rank above the profile's feature axis.
        profile: what to take.
        fingerprint_seed: 32 bytes, of `nesa.verify.fingerprint_seed`.
        chain_id: the chain's name.

    Raises:
        FingerprintError: a value is not finite, or the tensor is empty or lacks the axis.
    """
    if tensor.ndim <= profile.feature_axis or tensor.size == 0:
        raise FingerprintError(f"the tensor {profile.tensor} is empty or lacks axis {profile.feature_axis}")
    features = tensor.shape[profile.feature_axis]
    table = np.moveaxis(tensor, profile.feature_axis, -1).reshape(-1, features)
    sign_bytes = -(-features // 8)
    drawn = profile.positions * _POSITION_BYTES
    size = drawn + profile.positions * profile.projections * sign_bytes
    stream = hashlib.shake_128(frame("fingerprint", chain_id) + fingerprint_seed).digest(size)

    picked = np.frombuffer(stream[:drawn], ">u8") % np.uint64(len(table))
    rows = table[picked.astype(np.int64)].astype(np.float64)
    if not np.isfinite(rows).all():
        raise FingerprintError(f"the tensor {profile.tensor} holds values that are not finite")
    scaled = np.rint(np.ldexp(rows, profile.scale_bits)).clip(_INT32.min, _INT32.max).astype(np.int64)

    signs = np.frombuffer(stream[drawn:], np.uint8).reshape(profile.positions, profile.projections, sign_bytes)
    minus = np.unpackbits(signs, axis=-1, count=features)
    # Σ ±q = Σ q - 2 Σ q over the minus signs
    minuses = np.einsum("pkd,pd->pk", minus.astype(np.int64), scaled)
    sums = scaled.sum(axis=-1, keepdims=True) - 2 * minuses
    values: npt.NDArray[np.int16] = (sums >> profile.shift).clip(_INT16.min, _INT16.max).astype(np.int16).ravel()
    return values
