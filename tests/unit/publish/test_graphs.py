"""Graphs that hide what a check needs are made to show it, and compute what they did."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from nesa.errors import UnsupportedModelError
from nesa.publish._graph import can_show_hidden, read_decoding, show_hidden
from textmodels import LAYOUTS
from unit.publish.folders import layout, opaque, without_hidden

NAMES = sorted(path.parent.name for path in LAYOUTS.glob("*/genai_config.json"))  # the builder's


def load(folder: Path) -> onnx.ModelProto:
    return onnx.load(folder / "model.onnx", load_external_data=False)


def outputs(folder: Path, wanted: list[str]) -> list[object]:
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    windows = {"past_key_values.0.key": 16, "past_key_values.0.value": 16} if folder.name == "gemma2" else {}
    feeds = {"input_ids": np.array([[5, 6, 7]]), "attention_mask": np.ones((1, 3), np.int64)}
    feeds |= {
        node.name: np.zeros((1, node.shape[1], windows.get(node.name, 0), 16), np.float32)
        for node in session.get_inputs()
        if node.name.startswith("past")
    }
    return list(session.run(wanted, feeds))


@pytest.mark.parametrize("name", NAMES)
def test_what_exporters_show_is_left_alone(name: str) -> None:
    model = load(LAYOUTS / name)
    before = model.SerializeToString()
    assert show_hidden(model) == ("hidden_states", ())
    assert model.SerializeToString() == before


@pytest.mark.parametrize("name", NAMES)
def test_hidden_states_are_those_that_the_logits_are_made_of(tmp_path: Path, name: str) -> None:
    shown, hidden = layout(tmp_path / "shown" / name, name), without_hidden(layout(tmp_path / "hidden" / name, name))
    model = load(hidden)
    tensor, changes = show_hidden(model)
    assert tensor == "/model/final_norm/output_0"
    assert changes == ("the hidden states /model/final_norm/output_0 are an output, so that answers can be checked",)
    (hidden / "model.onnx").write_bytes(model.SerializeToString())
    for mine, theirs in zip(
        outputs(shown, ["logits", "hidden_states"]), outputs(hidden, ["logits", tensor]), strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)


def packed(level: int | None) -> onnx.ModelProto:
    """A graph whose one product is of weights in 4 bits."""
    extra: dict[str, Any] = {} if level is None else {"accuracy_level": level}
    node = helper.make_node(
        "MatMulNBits",
        ["hidden_states", "w", "s"],
        ["logits"],
        domain="com.microsoft",
        K=32,
        N=4,
        bits=4,
        block_size=32,
        **extra,
    )
    first = helper.make_node("Identity", ["x"], ["hidden_states"])
    floats = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "n", 32])
        for name in ("x", "logits", "hidden_states")
    ]
    return helper.make_model(helper.make_graph([first, node], "g", floats[:1], floats[1:]))


@pytest.mark.parametrize("level", [None, 0, 4])
def test_products_of_packed_weights_add_in_floats(level: int | None) -> None:
    model = packed(level)
    name, changes = show_hidden(model)
    assert name == "hidden_states"
    assert changes == ("1 products of packed weights add in float32, so that machines agree",)
    (found,) = [attribute.i for attribute in model.graph.node[1].attribute if attribute.name == "accuracy_level"]
    assert found == 1
    assert show_hidden(packed(1)) == ("hidden_states", ())


def test_what_hides_its_logits_origin_is_refused() -> None:
    node = helper.make_node("Softmax", ["x"], ["logits"])
    floats = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in ("x", "logits")]
    model = helper.make_model(helper.make_graph([node], "g", floats[:1], floats[1:]))
    sentence = (
        r"hides what its logits are made of.*include_hidden_states=true, or publish it as it is with --unverified"
    )
    with pytest.raises(UnsupportedModelError, match=sentence):
        show_hidden(model)


def test_whether_anything_can_be_shown_is_told_without_a_change(tmp_path: Path) -> None:
    for model, can in (
        (load(LAYOUTS / "llama"), True),
        (load(without_hidden(layout(tmp_path / "hidden"))), True),
        (load(opaque(layout(tmp_path / "opaque"))), False),
    ):
        before = model.SerializeToString()
        assert can_show_hidden(model) is can
        assert model.SerializeToString() == before


def test_sizes_are_read() -> None:
    sizes = read_decoding(load(LAYOUTS / "llama"))
    assert (sizes.vocabulary, sizes.layers, sizes.heads, sizes.head_size) == (300, 2, 1, 0)
    model = load(LAYOUTS / "llama")
    kept = [value for value in model.graph.input if not value.name.startswith("past")]
    del model.graph.input[:]
    model.graph.input.extend(kept)
    with pytest.raises(UnsupportedModelError, match="does not decode text with a key-value cache; export it with"):
        read_decoding(model)
