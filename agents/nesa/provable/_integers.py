"""The reference: a provable model's numbers in 64-bit integers of numpy, exact by construction."""

from collections.abc import Mapping
from math import prod
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from nesa.errors import InvalidInputError
from nesa.provable._form import (
    INT8_MAX,
    INT8_MIN,
    Add,
    AveragePool,
    Convolution,
    Dense,
    Geometry,
    MaxPool,
    Provable,
    Step,
)

__all__ = ["accumulate", "convolve", "requantise", "run_integers", "trace", "windows"]

Int8 = npt.NDArray[np.int8]
Int64 = npt.NDArray[np.int64]
Scalars = TypeVar("Scalars", Int64, npt.NDArray[np.float64])


def requantise(accumulators: Int64, shift: int) -> Int8:
    """Return int8 ``clamp(round(acc · 2^-shift), -128, 127)``, halves rounded to even, of int64 below 2^62."""
    rounded = accumulators
    if shift:
        odd = (accumulators >> shift) & 1
        rounded = (accumulators + (2 ** (shift - 1) - 1) + odd) >> shift  # >> rounds down, negative numbers too
    return np.clip(rounded, INT8_MIN, INT8_MAX).astype(np.int8)


def windows(values: Scalars, kernel: tuple[int, int], strides: tuple[int, int], dilations: tuple[int, int]) -> Scalars:
    """Return [N, C, H', W', kH, kW], a view of each window of [N, C, H, W]."""
    reach = tuple((size - 1) * gap + 1 for size, gap in zip(kernel, dilations, strict=True))
    found = np.lib.stride_tricks.sliding_window_view(values, reach, axis=(2, 3))
    return found[:, :, :: strides[0], :: strides[1], :: dilations[0], :: dilations[1]]


def convolve(values: Scalars, weights: Scalars, geometry: Geometry) -> Scalars:
    """Return the sums of a convolution without biases: [N, M, H', W'] of [N, C, H, W] and [M, C / group, kH, kW]."""
    top, left, bottom, right = geometry.pads
    padded = np.pad(values, ((0, 0), (0, 0), (top, bottom), (left, right)))
    outputs, depth, *kernel = weights.shape
    seen = windows(padded, (kernel[0], kernel[1]), geometry.strides, geometry.dilations)
    batch, _, height, width = seen.shape[:4]
    grouped = seen.reshape(batch, geometry.group, depth, height, width, *kernel)
    split = weights.reshape(geometry.group, -1, depth, *kernel)
    sums: Scalars = np.einsum("ngchwij,gmcij->ngmhw", grouped, split, optimize=True)
    return sums.reshape(batch, outputs, height, width)


def accumulate(step: Step, inputs: tuple[Int8, ...]) -> Int64:
    """Return a step's int64 accumulators; the leading axis of the inputs may be larger than 1."""
    first = inputs[0].astype(np.int64)
    match step.operation:
        case Dense(weights=weights, bias=bias):
            return first @ weights.astype(np.int64).T + bias
        case Convolution(weights=weights, bias=bias, geometry=geometry):
            return convolve(first, weights.astype(np.int64), geometry) + bias[:, None, None]
        case MaxPool(kernel=kernel, strides=strides):
            return np.asarray(windows(first, kernel, strides, (1, 1)).max(axis=(4, 5)), np.int64)
        case AveragePool(kernel=kernel, strides=strides):
            return np.asarray(windows(first, kernel, strides, (1, 1)).sum(axis=(4, 5)), np.int64)
        case Add(left=left, right=right):
            return (first << left) + (inputs[1].astype(np.int64) << right)
        case _:  # of the same values
            return first.reshape(len(first), *step.output.shape[1:])


def trace(model: Provable, values: Int8) -> Mapping[str, Int8]:
    """Return every int8 tensor of a run by name.

    Args:
        model: what to run.
        values: int8 [N, …] after the input's shape, N inputs at once.

    Raises:
        InvalidInputError: another shape or type.
    """
    if values.dtype != np.int8 or values.shape[1:] != model.input.shape[1:]:
        raise InvalidInputError(f"the model's input is int8 of shape {list(model.input.shape)}")
    found: dict[str, Int8] = {model.input.name: values}
    for step in model.steps:
        accumulators = accumulate(step, tuple(found[name] for name in step.inputs))
        found[step.output.name] = requantise(np.maximum(accumulators, 0) if step.relu else accumulators, step.shift)
    return found


def run_integers(model: Provable, payload: bytes) -> bytes:
    """Run a model on a payload: the int8 input, row by row, to the int8 output.

    Raises:
        InvalidInputError: the payload has another size.
    """
    if len(payload) != prod(model.input.shape):
        raise InvalidInputError(f"the model's input has {prod(model.input.shape)} bytes, not {len(payload)}")
    values = np.frombuffer(payload, np.int8).reshape(model.input.shape)
    return trace(model, values)[model.output.name].tobytes()
