"""Three small networks that are proven: two with random weights from a fixed seed, and the one that reads digits."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from nesa.provable import GRAPH, Quantised, quantise, read_floats
from train import digits
from train.export import to_onnx
from train.layers import Conv, Dense, Layer, Relu

__all__ = ["EXPONENT", "FLOATS", "INPUTS", "Net", "cnn", "mlps", "write_inputs"]

FLOATS = "float.onnx"
INPUTS = "inputs.json"
EXPONENT = 7  # of the inputs' scale: they are multiples of 1/128, which both forms hold exactly
_SEED = 10
_CALIBRATED = 64
_CLASSES = 10


@dataclass(frozen=True, slots=True)
class Net:
    """A float network.

    Attributes:
        name: for people.
        layers: it has.
        shape: of one input.
        values: [N, *shape] inputs that it is calibrated with.
    """

    name: str
    layers: tuple[Layer, ...]
    shape: tuple[int, ...]
    values: npt.NDArray[np.float64]

    @property
    def weights(self) -> int:
        """How many weights and biases there are."""
        return sum(layer.weights.size + layer.bias.size for layer in self.layers if isinstance(layer, Dense | Conv))

    def graph(self) -> bytes:
        """Return the float graph for one input."""
        model = onnx.load_from_string(to_onnx(self.layers, self.shape))
        for value, shape in ((model.graph.input[0], (1, *self.shape)), (model.graph.output[0], (1, _CLASSES))):
            for axis, size in zip(value.type.tensor_type.shape.dim, shape, strict=True):
                axis.dim_value = size
        return model.SerializeToString(deterministic=True)

    def quantised(self) -> Quantised:
        """Return the network in provable form."""
        return quantise(read_floats(self.graph()), self.values, EXPONENT)

    def write(self, folder: Path) -> Quantised:
        """Write the float graph and the provable one of it, and return the latter."""
        folder.mkdir(parents=True, exist_ok=True)
        made = self.quantised()
        (folder / FLOATS).write_bytes(self.graph())
        (folder / GRAPH).write_bytes(made.to_onnx())
        return made


def write_inputs(folder: Path, values: npt.NDArray[np.float64]) -> None:
    """Write float inputs [N, …], a row for each, as the peer reads them."""
    (folder / INPUTS).write_text(json.dumps([value.ravel().tolist() for value in values]))


def _mlp(random: np.random.Generator, *sizes: int) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for inputs, outputs in pairwise(sizes):
        layers += [Dense(inputs, outputs, random), Relu()]
    return tuple(layers[:-1])


def mlps() -> tuple[Net, ...]:
    """Return two networks with random weights, the same each time: what a proof costs is in the shape."""
    random = np.random.default_rng(_SEED)
    found = []
    for sizes in ((64, 32, _CLASSES), (784, 128, _CLASSES)):
        layers = _mlp(random, *sizes)
        for layer in layers:
            if isinstance(layer, Dense):
                layer.bias = random.normal(0, 0.1, layer.bias.shape).astype(np.float32)
        values = random.integers(0, 128, (_CALIBRATED, sizes[0])) / 2.0**EXPONENT
        found.append(Net("MLP " + "-".join(map(str, sizes)), layers, sizes[:1], values))
    return tuple(found)


@cache
def cnn() -> Net:
    """Return the network that reads digits, trained as it is published: that takes a minute."""
    layers, values, _, _ = digits.trained()
    return Net("CNN 28 × 28", tuple(layers), values.shape[1:], values[: digits.CALIBRATED].astype(np.float64))
