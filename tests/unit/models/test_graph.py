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


def bomb() -> onnx.ModelProto:
    return graph(constants=(TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**31, 2**31]),))


def bomb_at_run_time() -> onnx.ModelProto:
    shape = numpy_helper.from_array(np.array([2**20, 2**14], np.int64), "shape")
    return graph(
        helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["y"]),
        constants=(shape,),
    )


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
        (bomb, "larger than the memory"),
        (bomb_at_run_time, "makes a tensor larger than the memory"),
        (negative, "larger than the memory"),
        (text, "not a number"),
        (misfit, "operators do not fit together"),
        (sparse, "sparse constants"),
    ],
)
def test_threat_24_hostile_graphs_are_refused(build: Callable[[], onnx.ModelProto], sentence: str) -> None:
    with pytest.raises(HostileModelError, match=sentence):
        parse_graph(build().SerializeToString(), MEMORY)


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
