"""Makes a language model's graph one that can be verified: hidden states are shown, sums not rounded to 8 bits."""

import re
from dataclasses import dataclass

import onnx

from nesa.errors import UnsupportedModelError

__all__ = ["Decoding", "can_show_hidden", "hidden_name", "read_decoding", "read_pair", "show_hidden"]

_LOGITS = "logits"
_HIDES = (
    "the graph hides what its logits are made of, so that answers could not be checked; export it with "
    "onnxruntime_genai.models.builder and --extra_options include_hidden_states=true"
)
_HIDDEN = "hidden_states"
_CACHE = re.compile(r"past_key_values\.\d+\.key")
_MADE = re.compile(r"present\.\d+\.(decoder|encoder)\.key")
_FLOAT32 = 1
"""The accuracy level of MatMulNBits that adds in float32; the exporters' default rounds what it adds to 8 bits, and
machines then differ by a hundred times as much."""

_THROUGH = {"Add", "Cast", "Clip", "Div", "Identity", "Mul", "Tanh"}
"""What may lie between the last product and the logits: a bias, a cap, another type."""

_HEADS = {"Gemm", "MatMul", "MatMulNBits"}


@dataclass(frozen=True, slots=True)
class Decoding:
    """Sizes of a graph that decodes text.

    Attributes:
        vocabulary: how many tokens the logits tell apart; 0 where the graph does not say.
        layers: of the key-value cache.
        heads: of each layer's cache.
        head_size: features of a head; 0 where the graph does not say.
    """

    vocabulary: int
    layers: int
    heads: int
    head_size: int


def read_decoding(model: onnx.ModelProto) -> Decoding:
    """Return the sizes of a graph.

    Raises:
        UnsupportedModelError: it is none that decodes text token by token.
    """
    outputs = {value.name: value for value in model.graph.output}
    caches = [value for value in model.graph.input if _CACHE.fullmatch(value.name)]
    if _LOGITS not in outputs or not caches or "input_ids" not in {value.name for value in model.graph.input}:
        raise UnsupportedModelError(
            "the graph does not decode text with a key-value cache; export it with onnxruntime_genai.models.builder, "
            "or with optimum's task text-generation-with-past, or feature-extraction for embedding models"
        )
    shape = _shape(caches[0])
    sides = shape if len(shape) == 4 else [0, 0, 0, 0]  # noqa: PLR2004 - batch, heads, tokens, features
    return Decoding(
        vocabulary=(_shape(outputs[_LOGITS]) or [0])[-1], layers=len(caches), heads=sides[1], head_size=sides[3]
    )


def read_pair(first: onnx.ModelProto) -> Decoding:
    """Return the sizes of a decoder that reads what an encoder made, by the cache that its first run makes.

    Raises:
        UnsupportedModelError: it is none.
    """
    outputs = {value.name: value for value in first.graph.output}
    caches = [value for value in first.graph.output if _MADE.fullmatch(value.name)]
    if _LOGITS not in outputs or "encoder_hidden_states" not in {value.name for value in first.graph.input}:
        raise UnsupportedModelError(
            "the decoder does not read what an encoder made; export it with optimum, text2text-generation-with-past"
        )
    shape = _shape(caches[0]) if caches else []
    sides = shape if len(shape) == 4 else [0, 0, 0, 0]  # noqa: PLR2004 - batch, heads, tokens, features
    return Decoding((_shape(outputs[_LOGITS]) or [0])[-1], len(caches), sides[1], sides[3])


def _shape(value: onnx.ValueInfoProto) -> list[int]:
    return [dim.dim_value for dim in value.type.tensor_type.shape.dim]


def can_show_hidden(model: onnx.ModelProto) -> bool:
    """Tell whether `hidden_name` finds one."""
    return bool(_hidden_name(model.graph))


def show_hidden(model: onnx.ModelProto) -> tuple[str, tuple[str, ...]]:
    """Make the last hidden states an output, in place; return their name and what was changed, in words.

    Raises:
        UnsupportedModelError: the graph shows no hidden states before its logits.
    """
    changed = []
    exact = [attribute for node in model.graph.node if node.op_type == "MatMulNBits" for attribute in _levels(node)]
    if exact:
        changed.append(f"{len(exact)} products of packed weights add in float32, so that machines agree")
    for attribute in exact:
        attribute.i = _FLOAT32
    if not can_show_hidden(model):
        raise UnsupportedModelError(
            f"{_HIDES}, or publish it as it is with --unverified, and nobody checks its answers"
        )
    name = hidden_name(model)
    if all(output.name != name for output in model.graph.output):
        kind = next((value.type.tensor_type.elem_type for value in _typed(model.graph) if value.name == name), 0)
        shape = ["batch_size", "sequence_length", None]
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, kind or _type_of_logits(model.graph), shape))
        changed.append(f"the hidden states {name} are an output, so that answers can be checked")
    return name, tuple(changed)


def hidden_name(model: onnx.ModelProto) -> str:
    """Return the name of the last hidden states.

    Raises:
        UnsupportedModelError: the graph shows none before its logits.
    """
    name = _hidden_name(model.graph)
    if not name:
        raise UnsupportedModelError(_HIDES)
    return name


def _hidden_name(graph: onnx.GraphProto) -> str:
    shown = any(output.name == _HIDDEN for output in graph.output)
    return _HIDDEN if shown else _before_head(graph)


def _levels(node: onnx.NodeProto) -> list[onnx.AttributeProto]:
    """Return the node's accuracy level where it is not float32; one that has none gets one."""
    for attribute in node.attribute:
        if attribute.name == "accuracy_level":
            return [] if attribute.i == _FLOAT32 else [attribute]
    node.attribute.append(onnx.helper.make_attribute("accuracy_level", 0))
    return [node.attribute[-1]]


def _typed(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    return [*graph.value_info, *graph.output]


def _type_of_logits(graph: onnx.GraphProto) -> int:
    return next(value.type.tensor_type.elem_type for value in graph.output if value.name == _LOGITS)


def _before_head(graph: onnx.GraphProto) -> str:
    """Return the tensor that the product with the vocabulary reads; nothing where none is found."""
    made = {name: node for node in graph.node for name in node.output if name}
    constants = {tensor.name for tensor in graph.initializer}
    name = _LOGITS
    while (node := made.get(name)) is not None:
        inputs = [other for other in node.input if other in made and made[other].op_type != "Constant"]
        if node.op_type in _HEADS and inputs and node.input[0] not in constants:
            return node.input[0]
        if node.op_type not in _THROUGH or len(inputs) != 1:
            break
        name = inputs[0]
    return ""
