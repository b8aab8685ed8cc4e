"""What is not in provable form is refused, with a sentence that names the node."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from nesa.errors import HostileModelError, ProvableError
from nesa.provable import read_provable
from nesa.provable._form import Activation, Convolution, Dense, Geometry, MaxPool, Provable, Reshape, Step
from nesa.provable._write import write_provable


def small() -> onnx.ModelProto:
    """A convolution with a Relu, a pool, a Reshape and a dense layer."""
    steps = (
        Step(
            "conv",
            Convolution(
                np.full((2, 1, 3, 3), 3, np.int8), np.array([5, -5]), Geometry((1, 1), (1, 1, 1, 1), (1, 1), 1)
            ),
            ("x",),
            Activation("a", (1, 2, 4, 4), 5),
            relu=True,
            shift=8,
        ),
        Step("pool", MaxPool((2, 2), (2, 2)), ("a",), Activation("b", (1, 2, 2, 2), 5), relu=False, shift=0),
        Step("flat", Reshape(), ("b",), Activation("c", (1, 8), 5), relu=False, shift=0),
        Step("out", Dense(np.full((3, 8), -2, np.int8), np.arange(3)), ("c",), Activation("y", (1, 3), 4), False, 7),
    )
    model = Provable(Activation("x", (1, 1, 4, 4), 7), steps, steps[-1].output)
    return onnx.load_from_string(write_provable(model, {"conv": 6, "out": 6}))


Edit = Callable[[onnx.ModelProto], None]


def node(model: onnx.ModelProto, name: str) -> onnx.NodeProto:
    (found,) = [item for item in model.graph.node if item.name == name]
    return found


def constant(name: str, value: Any) -> Edit:
    """Replace or add a constant."""

    def edit(model: onnx.ModelProto) -> None:
        kept = [item for item in model.graph.initializer if item.name != name]
        del model.graph.initializer[:]
        model.graph.initializer.extend([*kept, numpy_helper.from_array(value, name)])

    return edit


def attribute(name: str, key: str, value: Any) -> Edit:
    """Set a node's attribute."""

    def edit(model: onnx.ModelProto) -> None:
        found = node(model, name)
        kept = [item for item in found.attribute if item.name != key]
        del found.attribute[:]
        found.attribute.extend([*kept, helper.make_attribute(key, value)])

    return edit


def wired(name: str, place: int, tensor: str, value: Any = None) -> Edit:
    """Let a node read another tensor."""

    def edit(model: onnx.ModelProto) -> None:
        if value is not None:
            constant(tensor, value)(model)
        found = node(model, name)
        while len(found.input) <= place:
            found.input.append("")
        found.input[place] = tensor
        if not tensor:
            kept = [item for item in model.graph.node if item.name != "out.b.real"]
            del model.graph.node[:]
            model.graph.node.extend(kept)

    return edit


def kind(name: str, op_type: str) -> Edit:
    """Turn a node into another operator."""

    def edit(model: onnx.ModelProto) -> None:
        node(model, name).op_type = op_type

    return edit


def without(name: str, place: int) -> Edit:
    """Take a node's input away."""

    def edit(model: onnx.ModelProto) -> None:
        del node(model, name).input[place:]

    return edit


def opset(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 16


def ir(model: onnx.ModelProto) -> None:
    model.ir_version = 11


def batch(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "N"


def large(model: onnx.ModelProto) -> None:
    for axis in (2, 3):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = 2**11


def busy(model: onnx.ModelProto) -> None:
    for axis in (2, 3):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = 512
    constant("conv.w", np.ones((4, 1, 17, 17), np.int8))(model)
    constant("conv.b", np.zeros(4, np.int32))(model)


def wide(model: onnx.ModelProto) -> None:
    for axis in (2, 3):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = 1024


def float_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


def two_outputs(model: onnx.ModelProto) -> None:
    model.graph.output.append(model.graph.output[0])


def wrong_output(model: onnx.ModelProto) -> None:
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4


def float_output(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = "out.real"


def unused(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("DequantizeLinear", ["y", "2^-4", "zero_int8"], ["lost"], "lost"))


def shared(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("QuantizeLinear", ["conv.relu", "2^-5", "zero_int8"], ["other"], "other"))


def bare(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("QuantizeLinear", ["b.for.flat.0", "2^-5", "zero_int8"], ["z"], "bare"))


def twice(model: onnx.ModelProto) -> None:
    node(model, "b.quantise").output[0] = "a"


def two_relus(model: onnx.ModelProto) -> None:
    at = list(model.graph.node).index(node(model, "conv.relu"))
    model.graph.node.insert(at + 1, helper.make_node("Relu", ["conv.relu"], ["again"], "again"))
    node(model, "a.quantise").input[0] = "again"


WEIGHTS = np.full((3, 8), -2, np.int8)

REFUSALS: list[tuple[Edit, str | None]] = [
    (opset, "operator set 16 and IR version 8"),
    (ir, "operator set 17 and IR version 11"),
    (batch, "the graph's input has no fixed shape that begins with 1"),
    (large, "the graph's input has more than 1048576 elements"),
    (wide, "'conv' .* makes 2097152 values, and 1048576 is the most"),
    (busy, "'a.quantise' .* brings the model to more than 268435456 multiplications"),
    (wired("out", 2, ""), None),
    (constant("flat.shape", np.array([[1, 8]])), "its shape from something that is not an int64 constant"),
    (constant("conv.b", np.zeros((1, 2), np.int32)), "a bias that is not an int32 constant of 2 values"),
    (float_input, "the graph's input is not int8"),
    (two_outputs, "2 outputs instead of one"),
    (wrong_output, r"declared as \[1, 4\] and computed as \[1, 3\]"),
    (float_output, "'out.real' is not made by a QuantizeLinear"),
    (unused, "makes the tensor 'lost' and does not use it"),
    (shared, "'a.quantise' .* shares 'conv.relu' with another node before it is quantised"),
    (bare, "'bare' .* quantises 'b.for.flat.0', which no operator made"),
    (twice, "'b.quantise' .* does not make one tensor of its own"),
    (two_relus, "'again' .* follows another Relu"),
    (kind("out", "Sigmoid"), "'out' .* is no operator of the provable form"),
    (wired("out", 0, "c"), "'out' .* reads 'c', which is not dequantised"),
    (wired("c.for.out.0", 0, "other"), "reads 'other', which is no int8 tensor"),
    (constant("2^-7", np.array(0.01, np.float32)), "has the scale 0.01, which is not a power of two"),
    (constant("2^-7", np.array([2**-7], np.float32)), "has a scale that is not one float32 constant"),
    (constant("2^-7", np.array(2**-7, np.float64)), "has a scale that is not one float32 constant"),
    (constant("2^-7", np.array(-(2**-7), np.float32)), "which is not a power of two"),
    (constant("2^-7", np.array(np.inf, np.float32)), "which is not a power of two"),
    (constant("2^-7", np.array(2**-31, np.float32)), r"the scale 2\^-31, outside"),
    (wired("x.for.conv.0", 1, "x"), "has a scale that is not one float32 constant"),
    (constant("zero_int8", np.array(1, np.int8)), "has a zero point that is not the constant int8 0"),
    (wired("y.quantise", 2, "u", np.array(0, np.uint8)), "has a zero point that is not the constant int8 0"),
    (without("y.quantise", 2), "has no zero point, and would make uint8"),
    (attribute("y.quantise", "block_size", 2), "has the attribute block_size, which is not supported"),
    (wired("c.for.out.0", 1, "2^-6"), r"reads 'c' with the scale 2\^-6 instead of 2\^-5"),
    (wired("y.quantise", 1, "2^-13", np.array(2**-13, np.float32)), "'y.quantise' .* shifts by -2 bits"),
    (constant("out.w", np.full((3, 8), 65, np.int8)), r"'out' .* weights outside \[-64, 64\]"),
    (constant("out.w", np.full((3, 8), -65, np.int8)), r"'out' .* weights outside \[-64, 64\]"),
    (constant("out.w", np.full((3, 8), 2, np.uint8)), "a constant that is neither int8 nor int32"),
    (constant("out.w", np.full((24,), 2, np.int8)), "weights that are not an int8 constant of 2 axes"),
    (wired("out", 1, "c.for.out.0"), "weights that are not an int8 constant of 2 axes"),
    (wired("out", 0, "out.w.real"), "computes with a constant where a tensor is needed"),
    (constant("out.w", np.full((3, 7), 2, np.int8)), r"reads a tensor of shape \[1, 8\], not \[1, 7\]"),
    (constant("out.b", np.zeros(2, np.int32)), "a bias that is not an int32 constant of 3 values"),
    (constant("out.b", np.zeros(3, np.int8)), "has a zero point that is not the constant int8 0"),
    (constant("out.b", np.full(3, 2**24 - 2049, np.int32)), None),
    (constant("out.b", np.full(3, 2**24 - 2048, np.int32)), r"'out' .* may reach 16777216, .* below 2\^24"),
    (constant("out.b", np.full(3, -(2**31), np.int32)), "may reach 2147485696"),
    (wired("out.b.real", 1, "2^-6"), r"a bias with the scale 2\^-6 instead of 2\^-11"),
    (attribute("out", "alpha", 0.5), "scales by an alpha or beta other than 1"),
    (attribute("out", "transA", 1), "has an attribute transA other than 0"),
    (attribute("conv", "auto_pad", "SAME_UPPER"), "has an attribute auto_pad other than NOTSET"),
    (attribute("conv", "pads", [1, 1]), "has an attribute pads that is not 4 integers from 0 up"),
    (attribute("conv", "pads", [0, -1, 0, 0]), "has an attribute pads that is not 4 integers from 0 up"),
    (attribute("conv", "strides", [0, 1]), "has an attribute strides that is not 2 integers from 1 up"),
    (attribute("conv", "dilations", [3, 3]), "has a window larger than what it reads"),
    (attribute("conv", "group", 2), "has weights for 1 channels in 2 groups, not 1"),
    (attribute("conv", "kernel_shape", [2, 2]), "has a kernel_shape that is not its weights'"),
    (attribute("pool", "ceil_mode", 1), "has an attribute ceil_mode other than 0"),
    (attribute("pool", "pads", [1, 1, 1, 1]), "pads a pool, which is not supported"),
    (attribute("pool", "dilations", [2, 2]), "dilates a pool, which is not supported"),
    (attribute("pool", "kernel_shape", [2]), "has an attribute kernel_shape that is not 2 integers"),
    (kind("pool", "GlobalAveragePool"), "has the attribute kernel_shape, which is not supported"),
    (constant("flat.shape", np.array([2, 4])), r"cannot make the shape \[2, 4\] of \[1, 2, 2, 2\]"),
    (constant("flat.shape", np.array([1, 3, -1])), r"cannot make the shape"),
    (
        constant("flat.shape", np.array([1, 8], np.int32)),
        "its shape from something that is not an int64 constant",
    ),
    (attribute("flat", "allowzero", 1), "has an attribute allowzero other than 0"),
]


@pytest.mark.parametrize(("edit", "sentence"), REFUSALS, ids=[str(number) for number in range(len(REFUSALS))])
def test_each_refusal_is_one_clear_sentence(edit: Edit, sentence: str | None) -> None:
    model = small()
    read_provable(model.SerializeToString())
    edit(model)
    if sentence is None:
        read_provable(model.SerializeToString())
        return
    with pytest.raises(ProvableError, match=sentence) as caught:
        read_provable(model.SerializeToString())
    assert "\n" not in str(caught.value)


def average(height: int, width: int) -> onnx.ModelProto:
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "scale", "zero"], ["r"], "r"),
        helper.make_node("GlobalAveragePool", ["r"], ["a"], "mean"),
        helper.make_node("QuantizeLinear", ["a", "scale", "zero"], ["y"], "q"),
    ]
    constants = [
        numpy_helper.from_array(np.array(0.5, np.float32), "scale"),
        numpy_helper.from_array(np.array(0, np.int8), "zero"),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.INT8, [1, 1, height, width])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.INT8, [1, 1, 1, 1])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializer=constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])


def test_only_powers_of_two_are_averaged() -> None:
    assert read_provable(average(2, 4).SerializeToString()).steps[0].shift == 3
    with pytest.raises(ProvableError, match=r"'mean' \(GlobalAveragePool\) averages 6 values"):
        read_provable(average(2, 3).SerializeToString())


def test_a_hostile_graph_is_refused_as_everywhere() -> None:
    with pytest.raises(HostileModelError):
        read_provable(b"PK\x03\x04")


def test_a_matrix_product_and_a_gemm_without_transposition_are_read() -> None:
    model = small()
    constant("out.w", WEIGHTS.T.copy())(model)
    attribute("out", "transB", 0)(model)
    dense = read_provable(model.SerializeToString()).steps[-1].operation
    assert isinstance(dense, Dense)
    assert np.array_equal(dense.weights, WEIGHTS)
    gemm = node(model, "out")
    gemm.op_type = "MatMul"
    del gemm.input[2:], gemm.attribute[:]
    kept = [item for item in model.graph.node if item.name != "out.b.real"]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    dense = read_provable(model.SerializeToString()).steps[-1].operation
    assert isinstance(dense, Dense)
    assert np.array_equal(dense.weights, WEIGHTS)
    assert not dense.bias.any()
