"""Brings a float model into provable form: powers of two as scales, chosen so that calibration data lose least.

Layer by layer, with the inputs that the layers before really give: for the weights and for the result a few exponents
around the largest that fits are tried, and the one with the least squared error is taken. A layer's biases also take up
the mean error that rounding the weights makes on the calibration data.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.errors import ProvableError
from nesa.provable._bounds import largest_accumulator
from nesa.provable._floats import FloatModel, FloatStep, Linear
from nesa.provable._form import (
    ACCUMULATOR_BOUND,
    INT8_MAX,
    INT8_MIN,
    MAX_EXPONENT,
    MAX_SHIFT,
    WEIGHT_MAX,
    Activation,
    Add,
    AveragePool,
    Convolution,
    Dense,
    Operation,
    Provable,
    Step,
)
from nesa.provable._integers import accumulate, requantise
from nesa.provable._run_floats import by_channel, linear_sums, run_floats
from nesa.provable._write import write_provable

__all__ = ["Quantised", "quantise", "quantise_values"]

Floats = npt.NDArray[np.float64]

_CLIPPED = 3  # exponents tried above the one at which nothing is clipped
_COARSER = 3  # exponents tried below it where sums become too large: its largest weight has four levels then
_FEWEST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Quantised:
    """A model in provable form, and the exponents of its weights by step."""

    model: Provable
    weight_exponents: dict[str, int]

    def to_onnx(self) -> bytes:
        """Return the graph's bytes."""
        return write_provable(self.model, self.weight_exponents)


def quantise_values(values: Floats, exponent: int) -> npt.NDArray[np.int8]:
    """Return int8 ``values · 2^exponent``, rounded half to even and saturated."""
    return np.clip(np.rint(np.ldexp(values, exponent)), INT8_MIN, INT8_MAX).astype(np.int8)


def _fitting(values: Floats, limit: int, name: str) -> int:
    """Return the largest exponent at which no value exceeds ``limit``."""
    largest = float(np.abs(values).max(initial=0))
    if not math.isfinite(largest):
        raise ProvableError(f"{name} holds values that are not finite")
    exponent = MAX_EXPONENT if largest == 0 else math.floor(math.log2(limit / largest))
    if exponent < -MAX_EXPONENT:
        raise ProvableError(f"{name} holds values as large as {largest:g}, too large for any scale")
    return min(exponent, MAX_EXPONENT)


def _squared(difference: Floats) -> float:
    return float(np.mean(difference**2))


class _Quantiser:
    def __init__(self, model: FloatModel, values: Floats, input_exponent: int | None) -> None:
        self._model = model
        self._floats = run_floats(model, values)
        exponent = self._input(values) if input_exponent is None else input_exponent
        self._made = {model.input: Activation(model.input, model.shape, exponent)}
        self._integers = {model.input: quantise_values(values, exponent)}
        self._weight_exponents: dict[str, int] = {}

    def _input(self, values: Floats) -> int:
        fitting = _fitting(values, INT8_MAX, self._model.input)
        tried = range(fitting, min(fitting + _CLIPPED, MAX_EXPONENT) + 1)
        return min(tried, key=lambda e: _squared(np.ldexp(quantise_values(values, e).astype(np.float64), -e) - values))

    def run(self) -> Quantised:
        steps = tuple(self._step(step) for step in self._model.steps)
        model = Provable(self._made[self._model.input], steps, self._made[self._model.output])
        return Quantised(model, self._weight_exponents)

    def _step(self, step: FloatStep) -> Step:
        inputs = [self._made[name] for name in step.inputs]
        operation: Operation
        match step.operation:
            case Linear() as linear:
                operation, weight_exponent = self._linear(step, linear)
                self._weight_exponents[step.name] = weight_exponent
                exponent = inputs[0].exponent + weight_exponent
            case AveragePool(kernel=(height, width)) as operation:
                exponent = inputs[0].exponent + (height * width).bit_length() - 1
            case Add():
                exponent = max(tensor.exponent for tensor in inputs)
                operation = Add(*(exponent - tensor.exponent for tensor in inputs))
            case operation:
                exponent = inputs[0].exponent
        if largest_accumulator(operation) >= ACCUMULATOR_BOUND:
            raise ProvableError(f"the node {step.name!r} adds tensors whose scales differ too much")
        bare = Step(step.name, operation, step.inputs, Activation(step.output, step.shape, exponent), step.relu, 0)
        sums = accumulate(bare, tuple(self._integers[name] for name in step.inputs))
        sums = np.maximum(sums, 0) if step.relu else sums
        rescaled = isinstance(operation, Dense | Convolution | AveragePool | Add)
        shift = self._shift(step, sums, exponent) if rescaled else 0
        output = Activation(step.output, step.shape, exponent - shift)
        self._made[step.output] = output
        self._integers[step.output] = requantise(sums, shift)
        return Step(step.name, operation, step.inputs, output, step.relu, shift)

    def _shift(self, step: FloatStep, sums: npt.NDArray[np.int64], exponent: int) -> int:
        """Return the shift after which the result is nearest to the float model's."""
        wanted = self._floats[step.output]
        fitting = _fitting(wanted, INT8_MAX, step.output)
        tried = [exponent - e for e in range(fitting + _CLIPPED, fitting - 2, -1)]
        allowed = [k for k in tried if 0 <= k <= MAX_SHIFT and abs(exponent - k) <= MAX_EXPONENT]
        if not allowed and exponent < fitting - 1:
            allowed = [0]  # the sums are coarser than int8 can be
        if not allowed:
            raise ProvableError(f"the node {step.name!r} makes values whose scale is out of reach of its inputs'")

        def loss(shift: int) -> tuple[int, float]:
            found = requantise(sums, shift)
            missed = 0
            if step.output == self._model.output and wanted.shape[1:] == (wanted.size // len(wanted),):
                missed = int((found.argmax(axis=1) != wanted.argmax(axis=1)).sum())
            return missed, _squared(np.ldexp(found.astype(np.float64), shift - exponent) - wanted)

        return min(allowed, key=loss)

    def _linear(self, step: FloatStep, linear: Linear) -> tuple[Dense | Convolution, int]:
        """Return a layer in integers, and the exponent of its weights."""
        fitting = _fitting(linear.weights, WEIGHT_MAX, f"the node {step.name!r}")
        found: list[tuple[float, int, Dense | Convolution]] = []
        for exponent in range(min(fitting + _CLIPPED, MAX_EXPONENT), fitting - _COARSER - 1, -1):
            if exponent < max(fitting, 1 - MAX_EXPONENT) and found:
                break  # coarser weights only where the bound leaves no others
            loss, operation = self._rounded(step, linear, exponent)
            if largest_accumulator(operation) < ACCUMULATOR_BOUND:
                found.append((loss, exponent, operation))
        if not found:
            raise ProvableError(f"the node {step.name!r} sums so much that 24 bits do not hold it")
        _, exponent, operation = min(found, key=lambda item: item[0])
        return operation, exponent

    def _rounded(self, step: FloatStep, linear: Linear, exponent: int) -> tuple[float, Dense | Convolution]:
        """Return the squared error of a layer whose weights have this exponent, and the layer."""
        weights = np.clip(np.rint(np.ldexp(linear.weights, exponent)), -WEIGHT_MAX, WEIGHT_MAX)
        source = step.inputs[0]
        bits = self._made[source].exponent + exponent
        sums = linear_sums(linear, weights, self._integers[source].astype(np.float64))
        wanted = linear_sums(linear, linear.weights, self._floats[source]) + by_channel(linear, linear.bias)
        others = tuple(axis for axis in range(sums.ndim) if axis != 1)
        bias = np.rint((np.ldexp(wanted, bits) - sums).mean(axis=others))
        error = np.ldexp(sums + by_channel(linear, bias), -bits) - wanted
        if step.relu:
            error = np.maximum(error + wanted, 0) - np.maximum(wanted, 0)
        loss, small, whole = _squared(error), weights.astype(np.int8), bias.astype(np.int64)
        if linear.geometry is None:
            return loss, Dense(small, whole)
        return loss, Convolution(small, whole, linear.geometry)


def quantise(model: FloatModel, values: Floats, input_exponent: int | None = None) -> Quantised:
    """Bring a float model into provable form.

    Args:
        model: of `read_floats`.
        values: calibration data, [N, …] after the model's input: what it will be used on.
        input_exponent: of the input's scale; None takes the one at which the calibration data lose least.

    Raises:
        ProvableError: the data do not fit or are too few, or a layer exceeds what is exact.
    """
    if values.shape[1:] != model.shape[1:] or len(values) < _FEWEST:
        raise ProvableError(
            f"calibration data are at least {_FEWEST} inputs of shape {list(model.shape[1:])}, "
            f"and these have the shape {list(values.shape)}"
        )
    return _Quantiser(model, values.astype(np.float64), input_exponent).run()
