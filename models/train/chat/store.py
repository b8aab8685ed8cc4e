"""Keeps weights compactly, and turns them back into float32, with numpy alone: the same bytes on every machine.

A matrix [rows, columns] is kept as int8 and one float32 scale for each row; a product of two floats is one rounding,
so what is read back does not depend on the machine. Vectors stay float32. The file is in safetensors' format.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "pack", "read_tensors", "unpack", "write_tensors"]

Array = npt.NDArray[np.float32] | npt.NDArray[np.int8]
TYPES: dict[str, type[np.float32 | np.int8]] = {"F32": np.float32, "I8": np.int8}
"""By safetensors' names; both sides are little-endian."""
SCALE = ".scale"
HIGHEST = 127


def pack(weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Array]:
    """Return what is kept of ``weights``."""
    kept: dict[str, Array] = {}
    for name, values in weights.items():
        if values.ndim == 1:
            kept[name] = values
            continue
        scale = (np.abs(values).max(axis=1) / HIGHEST).astype(np.float32)
        kept[name] = np.rint(values / scale[:, None]).astype(np.int8)
        kept[name + SCALE] = scale
    return kept


def unpack(kept: Mapping[str, Array]) -> dict[str, npt.NDArray[np.float32]]:
    """Return float32 weights of what `pack` kept."""
    weights: dict[str, npt.NDArray[np.float32]] = {}
    for name, values in kept.items():
        if name + SCALE in kept:
            weights[name] = values.astype(np.float32) * kept[name + SCALE].astype(np.float32)[:, None]
        elif not name.endswith(SCALE):
            weights[name] = values.astype(np.float32)
    return weights


def write_tensors(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write a safetensors file, tensors in the order of their names."""
    names = {np.dtype(kind): name for name, kind in TYPES.items()}
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    place, parts = 0, []
    for name in sorted(tensors):
        values = np.ascontiguousarray(tensors[name])
        header[name] = {
            "dtype": names[values.dtype],
            "shape": values.shape,
            "data_offsets": (place, place + values.nbytes),
        }
        place += values.nbytes
        parts.append(values.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def read_tensors(path: Path) -> dict[str, Array]:
    """Read a safetensors file of this project's own."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header: dict[str, dict[str, Any]] = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = memoryview(data)[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], TYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
