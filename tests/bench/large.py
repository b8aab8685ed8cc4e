"""A language model as large as those that are used, with random weights: the chat model's graphs, widened."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from chat_manifest import describe_chat
from train.chat.folder import CONFIG, KEPT, write_settings
from train.chat.graphs import BLOCK, DATA, GRAPHS, initializer

__all__ = ["LARGE", "write_large"]

LARGE = {f"large-{precision}": precision for precision in GRAPHS}
"""Precisions by the models' names."""

_GIBIBYTE = 2**30
_VOCABULARY, _HIDDEN, _INNER = 32_000, 1024, 2816
_HEADS, _CACHED = 32, 16  # of the chat model's size, so that its rotations serve
_SPREAD = 4.0  # of logits: the likeliest 40 tokens have most of the weight, as a trained model's do


def _weights() -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """Yield all weights under Hugging Face's names; states keep their size from layer to layer."""
    rng = np.random.default_rng(1)

    def matrix(rows: int, columns: int, spread: float = 1.0) -> npt.NDArray[np.float32]:
        return rng.standard_normal((rows, columns), np.float32) * np.float32(spread / columns**0.5)

    ones, cached = np.ones(_HIDDEN, np.float32), _CACHED * _HIDDEN // _HEADS
    yield "model.embed_tokens.weight", matrix(_VOCABULARY, _HIDDEN, _HIDDEN**0.5)
    for layer in range(int(CONFIG["num_hidden_layers"])):  # type: ignore[call-overload]
        place = f"model.layers.{layer}"
        yield f"{place}.input_layernorm.weight", ones
        yield f"{place}.post_attention_layernorm.weight", ones
        for name, width in (("q", _HIDDEN), ("k", cached), ("v", cached), ("o", _HIDDEN)):
            yield f"{place}.self_attn.{name}_proj.weight", matrix(width, _HIDDEN)
        for name in ("gate", "up"):
            yield f"{place}.mlp.{name}_proj.weight", matrix(_INNER, _HIDDEN)
        yield f"{place}.mlp.down_proj.weight", matrix(_HIDDEN, _INNER)
    yield "model.norm.weight", ones
    yield "lm_head.weight", matrix(_VOCABULARY, _HIDDEN, _SPREAD)


def write_large(folder: Path, name: str) -> None:
    """Write the folder of a model as the chat model's are."""
    write_settings(folder)
    graph = onnx.load(KEPT / GRAPHS[LARGE[name]], load_external_data=False)
    shapes = _fill(graph.graph, folder / DATA)
    _widen(graph.graph, shapes)
    onnx.save(graph, folder / "model.onnx")
    config = json.loads((KEPT / "genai_config.json").read_bytes())
    config["model"]["vocab_size"] = _VOCABULARY
    config["model"]["decoder"] |= {
        "hidden_size": _HIDDEN, "num_attention_heads": _HEADS, "num_key_value_heads": _CACHED,
    }  # fmt: skip
    (folder / "genai_config.json").write_text(json.dumps(config))
    chat = describe_chat(folder, f"chat-{LARGE[name]}")
    manifest = replace(chat, name=name, hardware=replace(chat.hardware, memory=4 * _GIBIBYTE))
    (folder / "manifest.json").write_bytes(manifest.to_json())


def _fill(graph: onnx.GraphProto, path: Path) -> dict[str, tuple[int, ...]]:
    """Write the data of all initializers, one after another; return their shapes."""
    weights, shapes = dict(_weights()), {}
    with path.open("wb") as file:
        for tensor in graph.initializer:
            data = initializer(tensor.name, weights)
            shapes[tensor.name] = data.shape
            del tensor.dims[:], tensor.external_data[:]
            tensor.dims.extend(data.shape)
            for key, value in (("location", DATA), ("offset", file.tell()), ("length", data.nbytes)):
                tensor.external_data.add(key=key, value=str(value))
            file.write(data.tobytes())
    return shapes


def _widen(graph: onnx.GraphProto, shapes: dict[str, tuple[int, ...]]) -> None:
    """Say the new sizes wherever the graph says sizes."""
    del graph.value_info[:]
    for node in graph.node:
        sizes = {}
        if node.op_type == "GroupQueryAttention":
            sizes = {"num_heads": _HEADS, "kv_num_heads": _CACHED}
        elif node.op_type == "MatMulNBits":
            rows, blocks, _ = shapes[node.input[1]]
            sizes = {"N": rows, "K": blocks * BLOCK}
        for attribute in node.attribute:
            if attribute.name in sizes:
                attribute.i = sizes[attribute.name]
    last = {"hidden_states": _HIDDEN, "logits": _VOCABULARY}
    for value in (*graph.input, *graph.output):
        dims = value.type.tensor_type.shape.dim
        if value.name in last:
            dims[-1].dim_value = last[value.name]
        elif len(dims) == len(("batch", "heads", "tokens", "features")):
            dims[1].dim_value = _CACHED
