"""A network in provable form, the same network in EZKL's circuit, and the float network that both stand for.

How far a form may be from the float network follows from numbers alone. Let a layer compute z = W·a + b, and the form
z' = W'·a' + b' of inputs that are off by at most e. Then |z' - z| ≤ |W'|·e + |(W' - W)·a| + |b' - b|. Relu makes no
error larger, and none is left where z is so far below zero that z' is too. Clamping and rounding to steps adds what z
lies beyond the range, and half a step. Layer by layer this bounds each output for each input. It grows with every
layer, so networks of two layers are compared: with more it would allow anything.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from bench.nets import EXPONENT, FLOATS, Net, mlps, write_inputs
from bench.peer import Circuit, install
from bench.spent import spend
from nesa.provable import GRAPH, Quantised, quantise_values, run_integers
from nesa.provable import _form as form
from train.layers import Conv, Dense, Flatten, Relu

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

INPUTS = 40
SINGLE = 1e-4  # what single precision may change
PROVE = str(Path(__file__).parents[3] / "build" / "bin" / "nesa-prove")


@dataclass(frozen=True)
class Rounded:
    """A layer as a form has it, in real numbers.

    Attributes:
        weights, bias: of it.
        unknown: how far the real bias may be from that.
        rounding: how far a result may be rounded.
        low, high: ends of the range of results.
    """

    weights: Any
    bias: Any
    unknown: float = 0
    rounding: float = 0
    low: float = -np.inf
    high: float = np.inf


def small() -> Net:
    random = np.random.default_rng(4)
    layers = (Conv(1, 4, 3, 2, random), Relu(), Flatten(), Dense(64, 10, random))
    return Net("CNN 8 × 8", layers, (1, 8, 8), random.integers(0, 128, (32, 1, 8, 8)) / 2.0**EXPONENT)


NETS = {net.name: net for net in (*mlps(), small())}


def ours(made: Quantised) -> Iterator[Rounded]:
    """Scales, weights and shifts are the graph's own."""
    exponents = {made.model.input.name: made.model.input.exponent}
    for step in made.model.steps:
        exponents[step.output.name] = end = step.output.exponent
        if isinstance(step.operation, form.Dense | form.Convolution):
            weights = made.weight_exponents[step.name]
            yield Rounded(
                np.ldexp(step.operation.weights.astype(float), -weights),
                np.ldexp(step.operation.bias.astype(float), -weights - exponents[step.inputs[0]]),
                0, 2.0**-end / 2, -128 * 2.0**-end, 127 * 2.0**-end,
            )  # fmt: skip


def theirs(net: Net, folder: Path) -> Iterator[Rounded]:
    """EZKL rounds weights to 7 bits, biases to as many or more, and results, if at all, to whole steps of 7 bits."""
    linear = [layer for layer in net.layers if isinstance(layer, Dense | Conv)]
    scale = json.loads((folder / "settings.json").read_text())["model_output_scales"][0]
    step = 0 if scale == EXPONENT * (1 + len(linear)) else 2.0**-EXPONENT
    for layer in linear:
        weights = np.rint(np.ldexp(layer.weights.astype(float), EXPONENT)) / 2**EXPONENT
        yield Rounded(weights, layer.bias, 2.0**-EXPONENT / 2, step)


def apply(layer: Any, weights: Any, bias: Any, values: Any) -> Any:
    changed = copy.copy(layer)
    changed.weights, changed.bias = weights, bias
    return changed.forward(values)


def bounded(net: Net, rounded: Iterator[Rounded], values: Any) -> tuple[Any, Any]:
    """Return the float network's outputs in double precision, and how far a form's may be from each."""
    error = np.zeros_like(values)
    for layer, after in zip(net.layers, (*net.layers[1:], None), strict=True):
        if isinstance(layer, Dense | Conv):
            own = next(rounded)
            nothing = np.zeros(len(layer.bias))
            error = apply(layer, np.abs(own.weights), nothing, error)
            error += np.abs(apply(layer, own.weights - layer.weights, own.bias - layer.bias, values))
            values = apply(layer, layer.weights.astype(float), layer.bias.astype(float), values)
            error += own.unknown
            if isinstance(after, Relu):
                error = np.where(values + error < 0, 0, error + own.rounding + np.maximum(values - own.high, 0))
            else:
                error += own.rounding + np.maximum(values - own.high, 0) + np.maximum(own.low - values, 0)
        else:
            values = np.maximum(values, 0) if isinstance(layer, Relu) else layer.forward(values)
            error = error.reshape(values.shape)
    return values, error


def certain(floats: Any, error: Any) -> Any:
    """Return for which inputs the largest output stays the largest, whatever the errors within their bounds."""
    rows, top = np.arange(len(floats)), floats.argmax(axis=1)
    least = floats[rows, top] - error[rows, top]
    others = floats + error
    others[rows, top] = -np.inf
    return least > others.max(axis=1)


def run(net: Net, folder: Path, made: Quantised, values: Any) -> Sequence[list[float]]:
    """Run the provable form in numpy and by nesa-prove, which must agree to the bit."""
    found = []
    for value in quantise_values(values, EXPONENT):
        (folder / "payload").write_bytes(value.tobytes())
        output = run_integers(made.model, value.tobytes())
        spend([PROVE, "run", str(folder / GRAPH), "--input", str(folder / "payload"), "-o", str(folder / "output")])
        assert (folder / "output").read_bytes() == output, net.name
        found.append(np.ldexp(np.frombuffer(output, np.int8).astype(float), -made.model.output.exponent))
    return found


@pytest.mark.parametrize("name", NETS)
def test_both_forms_say_what_the_float_network_says(name: str, tmp_path: Path) -> None:
    install()
    net = NETS[name]
    made = net.write(tmp_path)
    values = np.random.default_rng(99).integers(0, 128, (INPUTS, *net.shape)) / 2.0**EXPONENT
    write_inputs(tmp_path, values)
    session = onnxruntime.InferenceSession(tmp_path / FLOATS)
    floats = np.concatenate([session.run(None, {"x": value[None].astype(np.float32)})[0] for value in values])
    peer = Circuit(tmp_path)
    peer.compile()

    forms = {"ours": (run(net, tmp_path, made, values), ours(made))}
    forms["EZKL"] = (peer.outputs(), theirs(net, tmp_path))
    for who, (outputs, rounded) in forms.items():
        doubles, error = bounded(net, rounded, values)
        assert np.abs(doubles - floats).max() < SINGLE
        distance, allowed = np.abs(np.array(outputs) - floats), error + SINGLE
        assert (distance <= allowed).all(), (who, (distance / allowed).max())
        # A bound that allows much more than there is would say nothing.
        assert np.median(allowed) < 0.5 * np.std(floats), who
        sure = certain(floats, allowed)
        assert sure.sum() >= INPUTS // 10, who
        assert (np.argmax(outputs, axis=1) == floats.argmax(axis=1))[sure].all(), who
