"""How large a step's accumulators can become, whatever its input."""

import numpy as np
import numpy.typing as npt

from nesa.provable._form import INT8_MIN, Add, AveragePool, Convolution, Dense, Operation

__all__ = ["largest_accumulator", "linear_bound"]


def linear_bound(weights: npt.NDArray[np.int8], bias: npt.NDArray[np.int64]) -> int:
    """Return the largest ``Σ |w| · 128 + |b|`` over the outputs, the weights' first axis."""
    sums = np.abs(weights.astype(np.int64)).reshape(len(weights), -1).sum(axis=1)
    return int((sums * -INT8_MIN + np.abs(bias)).max())


def largest_accumulator(operation: Operation) -> int:
    """Return the largest absolute value that an operation's accumulators can have."""
    match operation:
        case Dense(weights=weights, bias=bias) | Convolution(weights=weights, bias=bias):
            return linear_bound(weights, bias)
        case AveragePool(kernel=(height, width)):
            return height * width * -INT8_MIN
        case Add(left=left, right=right):
            return ((1 << left) + (1 << right)) * -INT8_MIN
        case _:
            return -INT8_MIN
