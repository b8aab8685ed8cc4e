"""A float model's numbers in 64-bit floats of numpy: what its provable form is measured against."""

import numpy as np
import numpy.typing as npt

from nesa.provable._floats import FloatModel, FloatStep, Linear
from nesa.provable._form import Add, AveragePool, MaxPool
from nesa.provable._integers import convolve, windows

__all__ = ["by_channel", "linear_sums", "run_floats"]

Floats = npt.NDArray[np.float64]


def linear_sums(linear: Linear, weights: Floats, values: Floats) -> Floats:
    """Return the sums of a layer with other weights of the same shape, without its biases."""
    return values @ weights.T if linear.geometry is None else convolve(values, weights, linear.geometry)


def by_channel(linear: Linear, bias: Floats) -> Floats:
    """Return biases in a shape that adds to a layer's sums."""
    return bias if linear.geometry is None else bias[:, None, None]


def _result(step: FloatStep, inputs: tuple[Floats, ...]) -> Floats:
    first = inputs[0]
    match step.operation:
        case Linear() as linear:
            return linear_sums(linear, linear.weights, first) + by_channel(linear, linear.bias)
        case MaxPool(kernel=kernel, strides=strides):
            return np.asarray(windows(first, kernel, strides, (1, 1)).max(axis=(4, 5)))
        case AveragePool(kernel=kernel, strides=strides):
            return np.asarray(windows(first, kernel, strides, (1, 1)).mean(axis=(4, 5)))
        case Add():
            return first + inputs[1]
        case _:  # of the same values
            return first.reshape(len(first), *step.shape[1:])


def run_floats(model: FloatModel, values: Floats) -> dict[str, Floats]:
    """Return every tensor of a run by name; ``values`` is [N, …], N inputs at once."""
    found = {model.input: values}
    for step in model.steps:
        result = _result(step, tuple(found[name] for name in step.inputs))
        found[step.output] = np.maximum(result, 0) if step.relu else result
    return found
