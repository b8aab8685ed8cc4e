import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from nesa.errors import HostileModelError
from nesa.models import parse_decoders, parse_graph

MEMORY = 2**20


def graph(*nodes: onnx.NodeProto, constants: tuple[onnx.TensorProto, ...] = ()) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])]
    nodes = nodes or (helper.make_node("Relu", ["x"], ["y"]),)
    return helper.make_model(helper.make_graph(list(nodes), "g", inputs, outputs, initializer=list(constants)))


def custom_domain() -> onnx.ModelProto:
    return graph(helper.make_node("Relu", ["x"], ["y"], domain="com.evil"))


def imported_domain() -> onnx.ModelProto:
    model = graph()
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def loop() -> onnx.ModelProto:
    return graph(helper.make_node("Loop", ["x", "x"], ["y"], body=graph().graph))


def hidden_graph() -> onnx.ModelProto:
    return graph(helper.make_node("Relu", ["x"], ["y"], then_branch=graph().graph))


def random_numbers() -> onnx.ModelProto:
    return graph(helper.make_node("RandomNormalLike", ["x"], ["y"]))


def function() -> onnx.ModelProto:
    model = graph()
    model.functions.append(helper.make_function("", "Relu", ["x"], ["y"], [], []))
    return model


def external() -> onnx.ModelProto:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return graph(constants=(tensor,))


def external_in_node() -> onnx.ModelProto:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.external_data.add(key="location", value="/etc/passwd")
    return graph(helper.make_node("Constant", [], ["y"], value=tensor))


def external_twice() -> onnx.ModelProto:
    model = external()
    model.graph.initializer[0].external_data.insert(0, onnx.StringStringEntryProto(key="location", value="weights"))
    return model


def tensors_in_node() -> onnx.ModelProto:
    node = helper.make_node("Relu", ["x"], ["y"])
    outside = external().graph.initializer[0]
    node.attribute.append(onnx.AttributeProto(name="w", type=onnx.AttributeProto.TENSORS, tensors=[outside]))
    return graph(node)


def graphs_in_node() -> onnx.ModelProto:
    node = helper.make_node("Relu", ["x"], ["y"])
    node.attribute.append(onnx.AttributeProto(name="w", type=onnx.AttributeProto.GRAPHS, graphs=[graph().graph]))
    return graph(node)


def sparse_in_node() -> onnx.ModelProto:
    node = helper.make_node("Relu", ["x"], ["y"])
    node.attribute.append(onnx.AttributeProto(name="w", type=onnx.AttributeProto.SPARSE_TENSOR))
    node.attribute[0].sparse_tensor.dims.append(1)
    return graph(node)


def large_output() -> onnx.ModelProto:
    model = graph()
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, [2**21]))
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("x", TensorProto.FLOAT, [2**21]))
    return model


def bomb() -> onnx.ModelProto:
    return graph(constants=(TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**31, 2**31]),))


def bomb_at_run_time() -> onnx.ModelProto:
    shape = numpy_helper.from_array(np.array([2**20, 2**14], np.int64), "shape")
    return graph(
        helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["y"]),
        constants=(shape,),
    )


def chain(operator: str, count: int, *constants: onnx.TensorProto, twice: bool = True) -> onnx.ModelProto:
    """Return a graph in which an operator takes its own result, with itself or alone, again and again."""
    nodes = []
    for number in range(count):
        names = [f"w{number}"] * (2 if twice else 1)
        nodes.append(helper.make_node(operator, names, [f"w{number + 1}"]))
        if operator == "Concat":
            nodes[-1].attribute.append(helper.make_attribute("axis", 0))
    return graph(*nodes, helper.make_node("Relu", ["x"], ["y"]), constants=constants)


def doubled_shapes() -> onnx.ModelProto:
    return chain("Concat", 30, numpy_helper.from_array(np.array([3], np.int64), "w0"))


def copied_shapes() -> onnx.ModelProto:
    return chain("Identity", 9, numpy_helper.from_array(np.zeros(2**17, np.int64), "w0"), twice=False)


def folded() -> onnx.ModelProto:
    return chain("Add", 17, numpy_helper.from_array(np.zeros(2**14, np.float32), "w0"))


def many_operators() -> onnx.ModelProto:
    return graph(*[helper.make_node("Relu", ["x"], [f"y{number}"]) for number in range(50_001)])


def negative() -> onnx.ModelProto:
    return graph(constants=(TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[-1]),))


def misfit() -> onnx.ModelProto:
    return graph(helper.make_node("Relu", ["x"], []))


def text() -> onnx.ModelProto:
    return graph(constants=(TensorProto(name="w", data_type=TensorProto.STRING, dims=[1], string_data=[b"x"]),))


def sparse() -> onnx.ModelProto:
    model = graph()
    model.graph.sparse_initializer.add()
    return model


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (custom_domain, r"operator com\.evil\.Relu, which is not allowed"),
        (imported_domain, "operator domain 'com.microsoft'"),
        (loop, "operator Loop, which is not allowed"),
        (hidden_graph, "holds another graph"),
        (random_numbers, "operator RandomNormalLike, which is not allowed"),
        (function, "functions or training steps"),
        (external, "constants outside its files"),
        (external_in_node, "constants outside its files"),
        (external_twice, "constants outside its files"),
        (tensors_in_node, "constants outside its files"),
        (graphs_in_node, "holds another graph"),
        (sparse_in_node, "sparse constants"),
        (large_output, "makes a tensor larger than the memory"),
        (bomb, "larger than the memory"),
        (bomb_at_run_time, "makes a tensor larger than the memory"),
        (doubled_shapes, "more values beforehand than shapes have"),
        (copied_shapes, "more values beforehand than shapes have"),
        (folded, "more of its constants than the memory"),
        (many_operators, "more than 50000 operators"),
        (negative, "larger than the memory"),
        (text, "not a number"),
        (misfit, "operators do not fit together"),
        (sparse, "sparse constants"),
    ],
)
def test_threat_24_hostile_graphs_are_refused(build: Callable[[], onnx.ModelProto], sentence: str) -> None:
    with pytest.raises(HostileModelError, match=sentence):
        parse_graph(build().SerializeToString(), MEMORY, files=["weights"])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04" + bytes(100),
        pickle.dumps({"weights": [1.0]}),
        b"\xff" * 50,
        onnx.ModelProto().SerializeToString(),
    ],
    ids=["empty", "zip", "pickle", "noise", "no graph"],
)
def test_threat_24_only_onnx_is_read(raw: bytes) -> None:
    with pytest.raises(HostileModelError, match=r"not ONNX|holds no graph"):
        parse_graph(raw, MEMORY)


def test_honest_graphs_pass(model_folders: Path) -> None:
    weights = numpy_helper.from_array(np.zeros(4, np.float32), "w")
    assert parse_graph(graph(constants=(weights,)).SerializeToString(), MEMORY).graph.name == "g"
    for honest in (
        chain("Add", 127, numpy_helper.from_array(np.zeros((2, 2**13), np.float32), "w0")),
        chain("Identity", 6, numpy_helper.from_array(np.zeros(2**17, np.int64), "w0"), twice=False),
        chain("Concat", 40),  # of what the request brings, as rotations of halves do
    ):
        assert parse_graph(honest.SerializeToString(), 2**23).graph.name == "g"
    for path in model_folders.glob("*/model.onnx"):
        assert parse_graph(path.read_bytes(), 2**29).graph.node


def merged(inner: onnx.ModelProto, *more: onnx.NodeProto, name: str = "else_branch") -> onnx.ModelProto:
    """Return a graph that chooses by a flag, as merged decoders do."""
    branches: dict[str, Any] = {"then_branch": graph(helper.make_node("Neg", ["w"], ["y"])).graph, name: inner.graph}
    choice = helper.make_node("If", ["use_cache_branch"], ["y"], **branches)
    made = graph(choice, *more, constants=(numpy_helper.from_array(np.zeros(1, np.float32), "w"),))
    made.graph.input.append(helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1]))
    return made


def test_a_merged_decoder_is_two_graphs() -> None:
    first, then = parse_decoders(merged(graph()).SerializeToString(), MEMORY)
    assert [node.op_type for node in first.graph.node] == ["Relu"]
    assert [node.op_type for node in then.graph.node] == ["Neg"]
    assert [value.name for value in first.graph.input] == ["x"]
    assert [tensor.name for tensor in then.graph.initializer] == ["w"]
    assert not then.graph.input
    assert not first.graph.initializer
    assert len(parse_decoders(graph().SerializeToString(), MEMORY)) == 1


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (merged(graph(), helper.make_node("Relu", ["x"], ["z"])), "branches otherwise than merged decoders do"),
        (merged(graph(), name="another"), "branches otherwise than merged decoders do"),
        (merged(loop()), "operator Loop, which is not allowed"),
        (merged(merged(graph())), "operator If, which is not allowed"),
        (merged(bomb()), "larger than the memory"),
    ],
)
def test_threat_24_hostile_branches_are_refused(model: onnx.ModelProto, sentence: str) -> None:
    with pytest.raises(HostileModelError, match=sentence):
        parse_decoders(model.SerializeToString(), MEMORY)
    with pytest.raises(HostileModelError, match=r"If, which is not allowed"):
        parse_graph(model.SerializeToString(), MEMORY)
