"""Fingerprints of tensors that honest machines share to the bit: a seeded hash of everything."""

import hashlib

import numpy as np
import numpy.typing as npt
import onnx

from nesa.hashing import frame, u8, u64

__all__ = ["exact"]


def exact(tensor: npt.NDArray[np.generic], fingerprint_seed: bytes, chain_id: str) -> bytes:
    """Return the 32-byte SHA-256 of frame, seed, u8 rank, u64 sizes, u8 ONNX element type and little-endian values."""
    little = tensor.astype(tensor.dtype.newbyteorder("<"), copy=False)
    hasher = hashlib.sha256(frame("exact", chain_id) + fingerprint_seed)
    hasher.update(u8(tensor.ndim) + b"".join(u64(size) for size in tensor.shape))
    hasher.update(u8(int(onnx.helper.np_dtype_to_tensor_dtype(tensor.dtype))))
    hasher.update(np.ascontiguousarray(little).tobytes())
    return hasher.digest()
