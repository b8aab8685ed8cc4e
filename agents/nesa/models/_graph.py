"""Judges ONNX graphs before anything runs them: known operators only, nothing outside the files, sizes as declared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

import onnx
from google.protobuf.message import DecodeError

from nesa.errors import HostileModelError
from nesa.models._folding import check_folded, check_values
from nesa.models._merged import split_merged
from nesa.models._operators import OPERATORS, TEXT_OPERATORS

__all__ = ["parse_decoders", "parse_graph"]

MAX_GRAPH_BYTES = 2**31 - 1  # protobuf's own limit
_DOMAINS = frozenset({"", "ai.onnx"})
_CONTRIBUTED = "com.microsoft"
_IMPORTABLE = _DOMAINS | {"ai.onnx.ml"}  # exporters declare it without using it
_LOCATION = "location"


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a graph may hold: constants of a size, operators by domain and name, and files beside it."""

    memory: int
    operators: frozenset[tuple[str, str]]
    files: frozenset[str]


_STANDARD = frozenset((domain, name) for domain in _DOMAINS for name in OPERATORS)
_TEXT = _STANDARD | {(_CONTRIBUTED, name) for name in TEXT_OPERATORS} | {("", "SimplifiedLayerNormalization")}


def parse_graph(raw: bytes, memory: int, *, text: bool = False, files: Iterable[str] = ()) -> onnx.ModelProto:
    """Parse and judge a graph.

    Args:
        raw: the file's bytes, whose digest was checked.
        memory: bytes that the manifest says a machine needs; no constant tensor may exceed it.
        text: also admit what exporters of language models write.
        files: names of files beside the graph's in which it may keep constants, whose digests are checked too.

    Raises:
        HostileModelError: not ONNX, or it holds what no honest model needs.
    """
    model = _parse(raw)
    _judge(model, memory, text=text, files=files)
    return model


def parse_decoders(raw: bytes, memory: int, *, files: Iterable[str] = ()) -> tuple[onnx.ModelProto, ...]:
    """Parse and judge the graph of a language model, or the two that optimum merges into one that branches.

    Args:
        raw: the file's bytes.
        memory: as `parse_graph`.
        files: as `parse_graph`.

    Returns:
        The graph; or the one for an answer's first tokens, and the one that goes on with a cache.

    Raises:
        HostileModelError: as `parse_graph`.
    """
    model = _parse(raw)
    models = split_merged(model) or (model,)
    for one in models:
        _judge(one, memory, text=True, files=files)
    return models


def _parse(raw: bytes) -> onnx.ModelProto:
    if len(raw) > MAX_GRAPH_BYTES:
        raise HostileModelError("the graph is larger than ONNX allows")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(raw)
    except DecodeError as error:
        raise HostileModelError("the graph's file is not ONNX") from error
    if not model.HasField("graph") or not model.graph.node:
        raise HostileModelError("the graph's file holds no graph")
    return model


def _judge(model: onnx.ModelProto, memory: int, *, text: bool, files: Iterable[str]) -> None:
    if model.functions or model.training_info:
        raise HostileModelError("the graph brings functions or training steps of its own, which are refused")
    limits = _Limits(memory, _TEXT if text else _STANDARD, frozenset(files))
    for opset in model.opset_import:
        if opset.domain not in _IMPORTABLE and not (text and opset.domain == _CONTRIBUTED):
            raise HostileModelError(f"the graph imports the operator domain {opset.domain!r}, which is refused")
    _check_graph(model.graph, limits)
    _check_shapes(model, memory)


def _check_graph(graph: onnx.GraphProto, limits: _Limits) -> None:
    if graph.sparse_initializer:
        raise HostileModelError("the graph has sparse constants, which are refused")
    for tensor in graph.initializer:
        _check_tensor(tensor, limits)
    for node in graph.node:
        if (node.domain, node.op_type) not in limits.operators:
            name = f"{node.domain}.{node.op_type}".lstrip(".")
            raise HostileModelError(f"the graph uses the operator {name}, which is not allowed")
        for tensor in _tensors(node):
            _check_tensor(tensor, limits)


def _tensors(node: onnx.NodeProto) -> Iterator[onnx.TensorProto]:
    for attribute in node.attribute:
        if attribute.HasField("g") or attribute.graphs or attribute.ref_attr_name:
            raise HostileModelError(f"the operator {node.op_type} holds another graph, which is refused")
        if attribute.HasField("sparse_tensor") or attribute.sparse_tensors:
            raise HostileModelError("the graph has sparse constants, which are refused")
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors


def _check_tensor(tensor: onnx.TensorProto, limits: _Limits) -> None:
    places = [entry.value for entry in tensor.external_data if entry.key == _LOCATION]
    outside = tensor.data_location == onnx.TensorProto.EXTERNAL or bool(tensor.external_data)
    if outside and (len(places) != 1 or places[0] not in limits.files):
        raise HostileModelError("the graph keeps constants outside its files, which is refused")
    if tensor.data_type in {onnx.TensorProto.UNDEFINED, onnx.TensorProto.STRING}:
        raise HostileModelError("the graph has a constant that is not a number")
    if any(size < 0 for size in tensor.dims) or prod(tensor.dims) > limits.memory:
        raise HostileModelError("the graph has a constant larger than the memory that its manifest asks for")


def _check_shapes(model: onnx.ModelProto, memory: int) -> None:
    """Refuse tensors that are made while the graph loads or runs and whose size is known before."""
    check_values(model)
    try:
        inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    except (onnx.shape_inference.InferenceError, RuntimeError, ValueError) as error:
        raise HostileModelError("the graph's operators do not fit together") from error
    for value in (*inferred.graph.value_info, *inferred.graph.output):
        sizes = [dim.dim_value for dim in value.type.tensor_type.shape.dim if dim.HasField("dim_value")]
        if prod(sizes) > memory:
            raise HostileModelError("the graph makes a tensor larger than the memory that its manifest asks for")
    check_folded(inferred, memory)
