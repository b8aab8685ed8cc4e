"""Random models in provable form."""

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from nesa.provable._bounds import largest_accumulator
from nesa.provable._form import (
    ACCUMULATOR_BOUND,
    Activation,
    Add,
    AveragePool,
    Convolution,
    Dense,
    Geometry,
    MaxPool,
    Operation,
    Provable,
    Relu,
    Reshape,
    Step,
)


@dataclass(frozen=True)
class Drawn:
    """A random model, the exponents of its weights, and a source of inputs."""

    model: Provable
    weight_exponents: dict[str, int]
    random: np.random.Generator

    def payloads(self, count: int) -> np.ndarray:
        """Return int8 inputs: small, of full range, and at the ends of the range."""
        shape = (count, *self.model.input.shape[1:])
        found = self.random.integers(-128, 128, shape, dtype=np.int8)
        found[0] = self.random.choice(np.array([-128, 127], np.int8), shape[1:])
        found[-1] = self.random.integers(-2, 3, shape[1:], dtype=np.int8)
        return found


def _linear(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Weights, and biases that are mostly of the sums' size, and sometimes as large as the bound allows."""
    most = int(random.choice([1, 8, 64]))
    weights = random.integers(-most, most + 1, shape).astype(np.int8)
    room = ACCUMULATOR_BOUND - 1 - 128 * int(np.abs(weights.astype(int)).reshape(len(weights), -1).sum(axis=1).max())
    assert room > 0
    size = room if random.integers(0, 4) == 0 else min(room, 64 * most)
    return weights, random.integers(-size, size + 1, len(weights))


def _typical(operation: Operation, random: np.random.Generator) -> int:
    """Return a shift after which most results are neither zero nor at the ends of the range."""
    match operation:
        case Dense(weights=weights, bias=bias) | Convolution(weights=weights, bias=bias):
            spread = np.sqrt((weights.astype(float) ** 2).reshape(len(weights), -1).sum(axis=1)) * 70
            size = float(np.median(spread + np.abs(bias)))
        case _:
            size = largest_accumulator(operation)
    return max(0, round(math.log2(size / 64 + 1)) + int(random.integers(-2, 2)))


class Builder:
    """Adds random steps to a model."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.steps: list[Step] = []
        self.weight_exponents: dict[str, int] = {}
        image = bool(self.random.integers(0, 4))
        shape = (1, *map(int, self.random.integers(1, 9, 3))) if image else (1, int(self.random.integers(1, 40)))
        self.made = [Activation("x", shape, int(self.random.integers(-2, 8)))]

    def add(self, operation: Operation, inputs: list[Activation], shape: tuple[int, ...], exponent: int) -> None:
        """Add a step with a shift that keeps some of the accumulator."""
        assert largest_accumulator(operation) < ACCUMULATOR_BOUND
        name = f"s{len(self.steps)}"
        shift = _typical(operation, self.random)
        relu = isinstance(operation, Relu) or bool(self.random.integers(0, 3) == 0)
        if not isinstance(operation, Dense | Convolution | Add | Relu):
            relu = False
        output = Activation(f"t{len(self.steps)}", shape, exponent - shift)
        names = tuple(tensor.name for tensor in inputs)
        self.steps.append(Step(name, operation, names, output, relu, shift))
        self.made.append(output)

    def dense(self) -> None:
        source = self.made[-1]
        if len(source.shape) != 2:
            self.add(Reshape(), [source], (1, int(np.prod(source.shape))), source.exponent)
            source = self.made[-1]
        outputs = int(self.random.integers(1, 20))
        exponent = self.weight()
        self.add(
            Dense(*_linear(self.random, (outputs, source.shape[1]))), [source], (1, outputs), source.exponent + exponent
        )

    def weight(self) -> int:
        exponent = int(self.random.integers(0, 10))
        self.weight_exponents[f"s{len(self.steps)}"] = exponent
        return exponent

    def convolution(self) -> None:
        source = self.made[-1]
        if len(source.shape) != 4:
            return self.dense()
        _, channels, height, width = source.shape
        group = channels if self.random.integers(0, 4) == 0 else 1
        outputs = group * int(self.random.integers(1, 5))
        pads = tuple(int(pad) for pad in self.random.integers(0, 3, 4))
        kernel, dilations = [], []
        for axis, side in enumerate((height, width)):
            room = side + pads[axis] + pads[axis + 2]
            size = int(self.random.integers(1, min(4, room) + 1))
            most = (room - 1) // (size - 1) if size > 1 else 2
            kernel.append(size)
            dilations.append(int(self.random.integers(1, min(2, most) + 1)))
        strides = tuple(int(stride) for stride in self.random.integers(1, 4, 2))
        sides = [
            (side + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilations[axis] - 1) // strides[axis] + 1
            for axis, side in enumerate((height, width))
        ]
        linear = _linear(self.random, (outputs, channels // group, *kernel))
        operation = Convolution(*linear, Geometry(strides, pads, tuple(dilations), group))  # type: ignore[arg-type]
        exponent = self.weight()
        self.add(operation, [source], (1, outputs, *sides), source.exponent + exponent)
        return None

    def pool(self) -> None:
        source = self.made[-1]
        if len(source.shape) != 4:
            return self.dense()
        average = bool(self.random.integers(0, 2))
        kernel = tuple(
            int(self.random.choice([size for size in ((1, 2, 4) if average else (1, 2, 3, 4)) if size <= side]))
            for side in source.shape[2:]
        )
        strides = tuple(int(stride) for stride in self.random.integers(1, 4, 2))
        shape = tuple(
            (side - size) // stride + 1 for side, size, stride in zip(source.shape[2:], kernel, strides, strict=True)
        )
        operation = AveragePool(kernel, strides) if average else MaxPool(kernel, strides)  # type: ignore[arg-type]
        exponent = source.exponent + (int(np.prod(kernel)).bit_length() - 1 if average else 0)
        self.add(operation, [source], (*source.shape[:2], *shape), exponent)
        return None

    def sum(self) -> None:
        left = self.made[-1]
        partners = [
            tensor for tensor in self.made if tensor.shape == left.shape and abs(tensor.exponent - left.exponent) <= 10
        ]
        right = partners[int(self.random.integers(0, len(partners)))]
        exponent = max(left.exponent, right.exponent)
        self.add(Add(exponent - left.exponent, exponent - right.exponent), [left, right], left.shape, exponent)

    def relu(self) -> None:
        source = self.made[-1]
        self.add(Relu(), [source], source.shape, source.exponent)

    def reshape(self) -> None:
        source = self.made[-1]
        if len(source.shape) == 4:
            _, channels, height, width = source.shape
            self.add(Reshape(), [source], (1, height, channels, width), source.exponent)


KINDS = ("convolution", "pool", "dense", "sum", "relu", "reshape")


def build(seed: int, kinds: list[str]) -> Drawn:
    """Build a random model of these kinds of steps."""
    builder = Builder(seed)
    for kind in kinds:
        if abs(builder.made[-1].exponent) > 8:
            break
        getattr(builder, kind)()
    if not builder.steps:
        builder.dense()
    model = Provable(builder.made[0], tuple(builder.steps), builder.made[-1])
    return Drawn(model, builder.weight_exponents, builder.random)


models = st.builds(
    build,
    st.integers(0, 2**32).map(lambda number: number * 2_654_435_761 % 2**32),  # small numbers are drawn too often
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=6),
)
