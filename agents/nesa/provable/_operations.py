"""One operator each: from a node and what it reads to the step's operation, shape and exponent."""

from collections.abc import Mapping
from math import prod
from typing import cast

import onnx

from nesa.provable._form import Activation, Add, AveragePool, MaxPool, Relu, Reshape
from nesa.provable._linear import Operand, Pending, activation, read_conv, read_gemm, read_matmul
from nesa.provable._nodes import Attributes, refuse, spatial

__all__ = ["read_operation"]


def _pool(node: onnx.NodeProto, source: Activation) -> tuple[tuple[int, int], tuple[int, int], tuple[int, ...]]:
    attributes = Attributes(node)
    attributes.fixed("auto_pad", b"NOTSET")
    attributes.fixed("ceil_mode", 0)
    attributes.fixed("storage_order", 0)
    attributes.drop("count_include_pad")  # there is no padding
    kernel = cast("tuple[int, int]", attributes.integers("kernel_shape", (0, 0), 1))
    strides = attributes.pair("strides")
    if any(attributes.integers("pads", (0, 0, 0, 0), 0)):
        raise refuse(node, "pads a pool, which is not supported")
    if attributes.pair("dilations") != (1, 1):
        raise refuse(node, "dilates a pool, which is not supported")
    attributes.done()
    return kernel, strides, (*source.shape[:2], *spatial(node, source.shape, kernel, strides))


def _max_pool(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    kernel, strides, shape = _pool(node, source)
    return Pending(node, MaxPool(kernel, strides), (source.name,), shape, source.exponent)


def _average_pool(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    kernel, strides, shape = _pool(node, source)
    return _average(node, source, AveragePool(kernel, strides), shape)


def _global_average_pool(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    Attributes(node).done()
    kernel = cast("tuple[int, int]", source.shape[2:])
    spatial(node, source.shape, kernel, (1, 1))
    return _average(node, source, AveragePool(kernel, (1, 1)), (*source.shape[:2], 1, 1))


def _average(node: onnx.NodeProto, source: Activation, pool: AveragePool, shape: tuple[int, ...]) -> Pending:
    count = prod(pool.kernel)
    if count & (count - 1):
        raise refuse(node, f"averages {count} values, which is not a power of two")
    return Pending(node, pool, (source.name,), shape, source.exponent + count.bit_length() - 1)


def _add(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    Attributes(node).done()
    left, right = (activation(node, operand) for operand in operands)
    if left.shape != right.shape:
        raise refuse(node, f"adds tensors of shapes {list(left.shape)} and {list(right.shape)}")
    exponent = max(left.exponent, right.exponent)
    operation = Add(exponent - left.exponent, exponent - right.exponent)
    return Pending(node, operation, (left.name, right.name), left.shape, exponent)


def _relu(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    Attributes(node).done()
    return Pending(node, Relu(), (source.name,), source.shape, source.exponent, relu=True)


def _flatten(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    attributes = Attributes(node)
    axis = attributes.integer("axis", 1)
    attributes.done()
    rank = len(source.shape)
    if not -rank <= axis <= rank:
        raise refuse(node, f"has the axis {axis}, which its input lacks")
    axis += rank if axis < 0 else 0
    return _shaped(node, source, (prod(source.shape[:axis]), prod(source.shape[axis:])))


def _reshape(node: onnx.NodeProto, operands: tuple[Operand, ...], target: tuple[int, ...]) -> Pending:
    source = activation(node, operands[0])
    attributes = Attributes(node)
    attributes.fixed("allowzero", 0)
    attributes.done()
    if any(size == 0 and axis >= len(source.shape) for axis, size in enumerate(target)):
        raise refuse(node, f"cannot make the shape {list(target)} of {list(source.shape)}")
    sizes = [source.shape[axis] if size == 0 else size for axis, size in enumerate(target)]
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = prod(source.shape) // max(1, abs(prod(sizes)))
    return _shaped(node, source, tuple(sizes))


def _shaped(node: onnx.NodeProto, source: Activation, shape: tuple[int, ...]) -> Pending:
    if not shape or shape[0] != 1 or min(shape) < 1 or prod(shape) != prod(source.shape):
        raise refuse(node, f"cannot make the shape {list(shape)} of {list(source.shape)}")
    return Pending(node, Reshape(), (source.name,), shape, source.exponent)


_OPERATORS = {
    "Add": (_add, 2, 2),
    "AveragePool": (_average_pool, 1, 1),
    "Conv": (read_conv, 2, 3),
    "Flatten": (_flatten, 1, 1),
    "Gemm": (read_gemm, 2, 3),
    "GlobalAveragePool": (_global_average_pool, 1, 1),
    "MatMul": (read_matmul, 2, 2),
    "MaxPool": (_max_pool, 1, 1),
    "Relu": (_relu, 1, 1),
}


def read_operation(
    node: onnx.NodeProto, operands: tuple[Operand, ...], shapes: Mapping[str, tuple[int, ...]]
) -> Pending:
    """Read one operator.

    Args:
        node: the operator.
        operands: what it reads, a Reshape's shape left out.
        shapes: the graph's int64 constants.

    Raises:
        ProvableError: it cannot be proven.
    """
    if node.op_type == "Reshape":
        if len(operands) != 1 or node.input[1] not in shapes:
            raise refuse(node, "takes its shape from something that is not an int64 constant")
        return _reshape(node, operands, shapes[node.input[1]])
    if node.op_type not in _OPERATORS:
        raise refuse(node, "is no operator of the provable form")
    read, least, most = _OPERATORS[node.op_type]
    if not least <= len(operands) <= most or len(node.output) != 1:
        raise refuse(node, "reads or makes another number of tensors than supported")
    return read(node, operands)
