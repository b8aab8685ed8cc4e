"""Float models brought into provable form, and what they lose."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from nesa.errors import ProvableError
from nesa.provable import measure_loss, quantise, quantise_values, read_floats, read_provable, trace
from nesa.provable._bounds import largest_accumulator
from nesa.provable._form import ACCUMULATOR_BOUND
from nesa.provable._run_floats import run_floats

Nodes = list[onnx.NodeProto]
Constants = dict[str, np.ndarray]


def graph(shape: list[Any], nodes: Nodes, constants: Constants, output: str = "y") -> bytes:
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        initializer=[numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(made, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], f"n_{output}", **attributes)


def network(seed: int = 0) -> bytes:
    """Everything that the subset has: convolutions, normalisation, pools, a sum, dense layers of both kinds."""
    random = np.random.default_rng(seed)

    def weights(*shape: int) -> np.ndarray:
        return np.asarray(random.standard_normal(shape) / np.sqrt(np.prod(shape[1:])), np.float32)

    nodes = [
        node("Conv", ["x", "w1", "b1"], "c1", pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", "scale", "offset", "mean", "variance"], "n1"),
        node("Relu", ["n1"], "r1"),
        node("MaxPool", ["r1"], "p1", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["p1", "w2"], "c2", pads=[1, 1, 1, 1], group=2),
        node("Add", ["c2", "p1"], "s2"),
        node("Relu", ["s2"], "r2"),
        node("AveragePool", ["r2"], "p2", kernel_shape=[2, 2], strides=[2, 2]),
        node("Identity", ["p2"], "i2"),
        node("Flatten", ["i2"], "f2"),
        node("MatMul", ["f2", "w3"], "m3"),
        node("Add", ["b3", "m3"], "a3"),
        node("Relu", ["a3"], "r3"),
        node("Gemm", ["r3", "w4", "b4"], "y", transB=1, alpha=2.0, beta=0.5),
    ]
    constants = {
        "w1": weights(4, 2, 3, 3),
        "b1": weights(4),
        "scale": random.uniform(0.5, 2, 4).astype(np.float32),
        "offset": weights(4),
        "mean": weights(4),
        "variance": random.uniform(0.5, 2, 4).astype(np.float32),
        "w2": weights(4, 2, 3, 3),
        "w3": weights(16, 12),
        "b3": weights(12),
        "w4": weights(3, 12),
        "b4": weights(3),
    }
    return graph(["N", 2, 8, 8], nodes, constants)


def inputs(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2, 8, 8))


def test_floats_are_those_of_onnx_runtime() -> None:
    raw, values = network(), inputs(8)
    found = run_floats(read_floats(raw), values)["y"]
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    assert np.allclose(found, session.run(None, {"x": values.astype(np.float32)})[0], atol=1e-5)


def test_little_is_lost_and_the_graph_is_what_was_measured() -> None:
    floats = read_floats(network())
    made = quantise(floats, inputs(64))
    loss = measure_loss(floats, made.model, inputs(200, seed=2), np.zeros(200, np.int64))
    assert loss.samples == 200
    assert loss.same_label > 180
    assert loss.max_error < 0.6
    assert loss.mean_error < 0.1
    assert [layer.kind for layer in loss.layers] == [
        "Convolution + Relu", "MaxPool", "Convolution", "Add + Relu", "AveragePool", "Reshape", "Dense + Relu", "Dense",
    ]  # fmt: skip
    assert all(layer.error_ppm < 150_000 for layer in loss.layers)
    read = read_provable(made.to_onnx())
    values = quantise_values(inputs(20, seed=3), read.input.exponent)
    assert np.array_equal(trace(read, values)["y"], trace(made.model, values)["y"])


@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(-12, 12), st.floats(-6, 6))
def test_any_scale_of_values_and_weights_keeps_to_the_bounds(seed: int, size: float, factor: float) -> None:
    random = np.random.default_rng(seed)
    weights = random.standard_normal((3, 300)) * 2.0**factor
    raw = graph(
        [1, 300],
        [node("Gemm", ["x", "w", "b"], "h", transB=1), node("Relu", ["h"], "y")],
        {"w": weights.astype(np.float32), "b": random.standard_normal(3).astype(np.float32)},
    )
    values = random.standard_normal((16, 300)) * 2.0**size
    model = read_provable(quantise(read_floats(raw), values).to_onnx())
    assert all(largest_accumulator(step.operation) < ACCUMULATOR_BOUND for step in model.steps)


def test_weights_become_coarser_where_sums_would_be_too_large() -> None:
    raw = graph([1, 4096], [node("Gemm", ["x", "w"], "y", transB=1)], {"w": np.ones((2, 4096), np.float32)})
    values = np.random.default_rng(0).uniform(-1, 1, (8, 4096))
    (step,) = quantise(read_floats(raw), values).model.steps
    assert largest_accumulator(step.operation) < ACCUMULATOR_BOUND
    assert int(np.abs(step.operation.weights).max()) == 16  # type: ignore[union-attr]
    raw = graph([1, 2**16], [node("Gemm", ["x", "w"], "y", transB=1)], {"w": np.ones((2, 2**16), np.float32)})
    with pytest.raises(ProvableError, match="'n_y' sums so much that 24 bits do not hold it"):
        quantise(read_floats(raw), np.ones((8, 2**16)))


def test_the_input_s_scale_may_be_given() -> None:
    made = quantise(read_floats(network()), inputs(16), input_exponent=5)
    assert made.model.input.exponent == 5


def test_biases_take_up_the_mean_error() -> None:
    random = np.random.default_rng(5)
    raw = graph([1, 50], [node("Gemm", ["x", "w"], "y", transB=1)], {"w": random.random((4, 50)).astype(np.float32)})
    floats, values = read_floats(raw), random.uniform(0, 1, (400, 50))
    model = quantise(floats, values).model
    exponent = model.output.exponent
    found = trace(model, quantise_values(values, model.input.exponent))["y"] * 2.0**-exponent
    assert np.abs((found - run_floats(floats, values)["y"]).mean(axis=0)).max() < 0.2 * 2.0**-exponent


W = np.ones((2, 4), np.float32)


@pytest.mark.parametrize(
    ("nodes", "constants", "sentence"),
    [
        ([node("Gemm", ["x", "w"], "h", transB=1), node("Softmax", ["h"], "y")], {"w": W},
         r"'n_y' \(Softmax\) cannot be proven; export the model without it"),
        ([node("Tanh", ["x"], "y")], {}, r"'n_y' \(Tanh\) is no operator of the provable form"),
        ([node("Gemm", ["x", "w"], "y")], {"w": W}, r"reads a tensor of shape \[1, 4\], not \[1, 2\]"),
        ([node("Gemm", ["x", "x"], "y")], {}, "reads 'x', which is not a constant of finite floats"),
        ([node("Gemm", ["x", "w"], "y", transB=1)], {"w": W * np.float32(np.nan)}, "not a constant of finite floats"),
        ([node("Gemm", ["x", "w", "b"], "y", transB=1)], {"w": W, "b": np.ones(3, np.float32)},
         "has a bias that is not a constant of 2 values"),
        ([node("MatMul", ["w", "x"], "y")], {"w": W}, "computes with constants"),
        ([node("Add", ["x", "w"], "y")], {"w": W[:1]}, "adds a constant to something else than a dense layer"),
        ([node("Relu", ["w"], "y")], {"w": W}, "computes with constants"),
        ([node("Identity", ["x"], "y")], {}, "output is not computed by one of its nodes"),
        ([node("Conv", ["x", "w"], "y")], {"w": W}, "is a convolution of other than two dimensions"),
        ([node("Sub", ["x", "x"], "y")], {}, r"\(Sub\) is no operator of the provable form"),
    ],
)  # fmt: skip
def test_what_cannot_be_proven_is_refused_by_name(nodes: Nodes, constants: Constants, sentence: str) -> None:
    with pytest.raises(ProvableError, match=sentence) as caught:
        read_floats(graph([1, 4], nodes, constants))
    assert "\n" not in str(caught.value)


def test_a_normalisation_without_variance_is_refused() -> None:
    model = onnx.load_from_string(network())
    for item in model.graph.initializer:
        if item.name == "variance":
            item.CopyFrom(numpy_helper.from_array(np.array([1, 1, 1, -1], np.float32), "variance"))
    with pytest.raises(ProvableError, match="has no positive variance for each channel"):
        read_floats(model.SerializeToString())


@pytest.mark.parametrize("shape", [[], ["N"], ["N", "M"], [2, 4]])
def test_only_the_batch_may_vary(shape: list[Any]) -> None:
    with pytest.raises(ProvableError, match="not float32 of a fixed shape"):
        read_floats(graph(shape, [node("Relu", ["x"], "y")], {}))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda model: quantise(model, inputs(7)), r"at least 8 inputs of shape \[2, 8, 8\]"),
        (lambda model: quantise(model, np.zeros((8, 3))), r"these have the shape \[8, 3\]"),
        (lambda model: quantise(model, np.full((8, 2, 8, 8), np.nan)), "holds values that are not finite"),
        (lambda model: quantise(model, np.full((8, 2, 8, 8), 1e30)), r"values as large as 1e\+30, too large"),
    ],
)
def test_data_that_do_not_fit(call: Callable[[Any], Any], sentence: str) -> None:
    with pytest.raises(ProvableError, match=sentence):
        call(read_floats(network()))


def test_losses_need_fitting_data() -> None:
    floats = read_floats(network())
    model = quantise(floats, inputs(8)).model
    with pytest.raises(ProvableError, match="there are 3 inputs and 2 labels"):
        measure_loss(floats, model, inputs(3), np.zeros(2, np.int64))
    with pytest.raises(ProvableError, match="inputs have the shape"):
        measure_loss(floats, model, np.zeros((3, 1)), None)
