"""Weights in blocks of 4 bits, as ONNX Runtime's MatMulNBits has them."""

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK", "Floats", "expand_blocks", "quantise_blocks"]

Floats = npt.NDArray[np.float32]
BLOCK = 32
"""Inputs that share a scale."""
_ZERO = 8
_LARGEST = 15


def quantise_blocks(matrix: Floats) -> tuple[npt.NDArray[np.uint8], Floats]:
    """Return the symmetric form of a matrix [N, K]: two numbers a byte [N, blocks, 16], scales [N, blocks].

    A number q stands for (q - 8) · scale, so one end reaches further than the other: the scale's sign is such that the
    value furthest from zero is at that end. A last block that is not full is filled with zeros.
    """
    rows, columns = matrix.shape
    full = np.pad(matrix, ((0, 0), (0, -columns % BLOCK)))
    blocks = full.reshape(rows, -1, BLOCK)
    furthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scales = furthest / np.float32(-_ZERO)
    numbers = np.rint(blocks / np.where(scales == 0, np.float32(1), scales)) + _ZERO
    numbers = np.clip(numbers, 0, _LARGEST).astype(np.uint8)
    return numbers[:, :, 0::2] | numbers[:, :, 1::2] << 4, scales[:, :, 0]


def expand_blocks(packed: npt.NDArray[np.uint8], scales: Floats, columns: int) -> Floats:
    """Return the matrix [N, columns] that such numbers stand for."""
    rows, blocks = packed.shape[:2]
    numbers = np.stack([packed & _LARGEST, packed >> 4], axis=-1).reshape(rows, blocks, BLOCK).astype(np.float32)
    matrix: Floats = ((numbers - _ZERO) * scales.reshape(rows, blocks, 1)).reshape(rows, -1)[:, :columns]
    return matrix
