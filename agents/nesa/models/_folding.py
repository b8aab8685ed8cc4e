"""What reading a graph costs: values that are worked out before it runs, with its shapes and when it loads."""

from collections.abc import Iterator, Mapping

import onnx

from nesa.errors import HostileModelError

__all__ = ["check_folded", "check_values"]

_MAX_NODES = 50_000
_MAX_VALUES = 2**20  # numbers that shape inference carries along, each in an object of its own
_RANK = 64
_CARRIED = {
    "Add", "Cast", "CastLike", "Ceil", "Concat", "Constant", "Div", "Expand", "Flatten", "Floor", "Gather", "Identity",
    "Max", "Min", "Mod", "Mul", "Neg", "Reshape", "Slice", "Split", "Squeeze", "Sub", "Tile", "Transpose", "Unsqueeze",
    "Where",
}  # fmt: skip
"""Operators whose values shape inference may work out; after others they are not known."""


def check_values(model: onnx.ModelProto) -> None:
    """Refuse a graph whose shapes would take long to infer. Of operators that carry values along, Concat adds them up.

    Raises:
        HostileModelError: it has too many operators, or works out too many values.
    """
    if len(model.graph.node) > _MAX_NODES:
        raise HostileModelError(f"the graph has more than {_MAX_NODES} operators")
    known = {tensor.name: _length(tensor) for tensor in model.graph.initializer}
    total = 0
    for node in model.graph.node:
        if (count := _carried(node, known)) is None:
            continue
        total += count
        if total > _MAX_VALUES:
            raise HostileModelError("the graph works out more values beforehand than shapes have")
        known.update(dict.fromkeys(node.output, count))


def _carried(node: onnx.NodeProto, known: Mapping[str, int]) -> int | None:
    """Return how many values of a result may be worked out; None where one that it needs is not known."""
    if node.op_type == "Shape":
        return _RANK
    if node.op_type not in _CARRIED or not all(name in known for name in node.input if name):
        return None
    if node.op_type == "Constant":
        return sum(_length(attribute.t) + len(attribute.ints) + len(attribute.floats) for attribute in node.attribute)
    counts = [known[name] for name in node.input if name]
    return sum(counts) if node.op_type == "Concat" else max(counts, default=0)


def _length(tensor: onnx.TensorProto) -> int:
    """Return how many values of a constant may be carried along: those of matrices are not."""
    return int(tensor.dims[0]) if len(tensor.dims) == 1 else 1


def check_folded(model: onnx.ModelProto, memory: int) -> None:
    """Refuse a graph that makes more of its constants than memory holds: the runtime does that when it loads one.

    Args:
        model: with inferred shapes.
        memory: bytes.

    Raises:
        HostileModelError: they are larger together.
    """
    if sum(_folded(model.graph)) > memory:
        raise HostileModelError("the graph makes more of its constants than the memory that its manifest asks for")


def _folded(graph: onnx.GraphProto) -> Iterator[int]:
    """Yield the bytes of each tensor that is made of constants alone, where its shape is known."""
    types = {value.name: value.type.tensor_type for value in (*graph.value_info, *graph.output)}
    constant = {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if not all(name in constant for name in node.input if name):
            continue
        constant.update(node.output)
        for name in node.output:
            if name in types and node.op_type != "Constant":
                yield _bytes(types[name])


def _bytes(kind: onnx.TypeProto.Tensor) -> int:
    size = int(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).itemsize) if kind.elem_type else 1
    for dim in kind.shape.dim:
        size *= dim.dim_value if dim.HasField("dim_value") else 1
    return size
