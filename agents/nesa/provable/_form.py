"""The provable form of a model: integer layers between int8 tensors whose scales are powers of two.

A tensor holds int8 values v and an exponent e, and stands for v · 2^-e. A step computes, from int8 tensors, one integer
for each element of its result, the accumulator, whose exponent is at least the result's; the difference is the step's
shift k. The result is clamp(round(max(accumulator, 0 if relu) · 2^-k), -128, 127), halves rounded to even.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

__all__ = [
    "ACCUMULATOR_BOUND",
    "INT8_MAX",
    "INT8_MIN",
    "MAX_EXPONENT",
    "MAX_PRODUCTS",
    "MAX_SHIFT",
    "MAX_VALUES",
    "WEIGHT_MAX",
    "Activation",
    "Add",
    "AveragePool",
    "Convolution",
    "Dense",
    "Geometry",
    "MaxPool",
    "Operation",
    "Provable",
    "Relu",
    "Reshape",
    "Step",
]

ACCUMULATOR_BOUND = 2**24  # integers below it are exact in float32, whatever the order of a sum
WEIGHT_MAX = 64  # so that no x86 kernel saturates its 16-bit pairs: 2 · 255 · 64 < 2^15
INT8_MIN, INT8_MAX = -128, 127
MAX_EXPONENT = 30
MAX_SHIFT = 30
MAX_VALUES = 2**20  # of one tensor
MAX_PRODUCTS = 2**28  # multiplications and comparisons of a model


@dataclass(frozen=True, slots=True)
class Activation:
    """An int8 tensor: its name in the graph, its shape with a leading 1, and the exponent of its scale 2^-e."""

    name: str
    shape: tuple[int, ...]
    exponent: int


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """``acc[m] = Σ w[m, n] · x[n] + b[m]`` along the last axis: int8 [M, N] and int64 [M]."""

    weights: npt.NDArray[np.int8]
    bias: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a convolution's window moves: ``pads`` are zeros at the top, left, bottom and right."""

    strides: tuple[int, int]
    pads: tuple[int, int, int, int]
    dilations: tuple[int, int]
    group: int


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A two-dimensional convolution: int8 [M, C / group, kH, kW] and int64 [M]."""

    weights: npt.NDArray[np.int8]
    bias: npt.NDArray[np.int64]
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest value of each window; windows do not leave the tensor."""

    kernel: tuple[int, int]
    strides: tuple[int, int]


@dataclass(frozen=True, slots=True)
class AveragePool:
    """The sum of each window, of 2^n elements, whose exponent is the input's plus n."""

    kernel: tuple[int, int]
    strides: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Add:
    """``x · 2^left + y · 2^right``: both inputs at the larger of their exponents."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Reshape:
    """The same values in another shape."""


@dataclass(frozen=True, slots=True)
class Relu:
    """The input itself; the step's ``relu`` does the rest."""


Operation = Dense | Convolution | MaxPool | AveragePool | Add | Reshape | Relu


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What makes one int8 tensor of others.

    Attributes:
        name: of the graph's node, for people.
        operation: how the accumulator is computed.
        inputs: names of the tensors it reads.
        output: the tensor it makes.
        relu: whether negative accumulators become zero.
        shift: the accumulator's exponent less the output's, at least 0.
    """

    name: str
    operation: Operation
    inputs: tuple[str, ...]
    output: Activation
    relu: bool
    shift: int

    @property
    def products(self) -> int:
        """How many multiplications or comparisons it takes."""
        size = prod(self.output.shape)
        match self.operation:
            case Dense(weights=weights):
                return int(weights.size)
            case Convolution(weights=weights):
                return size * int(weights[0].size)
            case MaxPool(kernel=(height, width)) | AveragePool(kernel=(height, width)):
                return size * height * width
            case _:
                return size


@dataclass(frozen=True, slots=True, eq=False)
class Provable:
    """A model in provable form: one input, steps in the order in which they can run, one output."""

    input: Activation
    steps: tuple[Step, ...]
    output: Activation

    @property
    def weights(self) -> int:
        """How many weights and biases it has."""
        linear = [step.operation for step in self.steps if isinstance(step.operation, Dense | Convolution)]
        return sum(operation.weights.size + operation.bias.size for operation in linear)
