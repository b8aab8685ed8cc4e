"""One operator each: from a node and what it reads to the step's operation, shape and exponent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import cast

import numpy as np
import numpy.typing as npt
import onnx

from nesa.provable._form import (
    WEIGHT_MAX,
    Activation,
    Add,
    AveragePool,
    Convolution,
    Dense,
    Geometry,
    MaxPool,
    Operation,
    Relu,
    Reshape,
)
from nesa.provable._nodes import Attributes, refuse, spatial

__all__ = ["OPERATORS", "Constant", "Operand", "Pending", "read_geometry", "read_operation"]

_MATRIX = 2
_IMAGE = 4
_WITH_BIAS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A dequantised initialiser: int8 weights or int32 biases, and the exponent of their scale."""

    values: npt.NDArray[np.int8] | npt.NDArray[np.int32]
    exponent: int


Operand = Activation | Constant


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """A step that waits for its QuantizeLinear: what it computes so far, in real numbers."""

    node: onnx.NodeProto
    operation: Operation
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    exponent: int
    relu: bool = False

    def rectified(self) -> "Pending":
        """Return the step with a Relu behind it."""
        return replace(self, relu=True)


def _activation(node: onnx.NodeProto, operand: Operand) -> Activation:
    if isinstance(operand, Constant):
        raise refuse(node, "computes with a constant where a tensor is needed")
    return operand


def _weights(node: onnx.NodeProto, operand: Operand, rank: int) -> tuple[npt.NDArray[np.int8], int]:
    if isinstance(operand, Activation) or operand.values.dtype != np.int8 or operand.values.ndim != rank:
        raise refuse(node, f"has weights that are not an int8 constant of {rank} axes")
    weights = operand.values.astype(np.int8)
    if weights.size == 0 or np.abs(weights.astype(np.int64)).max() > WEIGHT_MAX:
        raise refuse(node, f"has weights outside [-{WEIGHT_MAX}, {WEIGHT_MAX}]")
    return weights, operand.exponent


def _bias(node: onnx.NodeProto, operands: tuple[Operand, ...], outputs: int, exponent: int) -> npt.NDArray[np.int64]:
    if len(operands) < _WITH_BIAS:
        return np.zeros(outputs, np.int64)
    bias = operands[2]
    shapes = {(outputs,), (1, outputs)} if node.op_type == "Gemm" else {(outputs,)}
    if isinstance(bias, Activation) or bias.values.dtype != np.int32 or bias.values.shape not in shapes:
        raise refuse(node, f"has a bias that is not an int32 constant of {outputs} values")
    if bias.exponent != exponent:
        raise refuse(node, f"has a bias with the scale 2^{-bias.exponent} instead of 2^{-exponent}")
    return bias.values.astype(np.int64).ravel()


def _dense(
    node: onnx.NodeProto, operands: tuple[Operand, ...], weights: npt.NDArray[np.int8], weights_exponent: int
) -> Pending:
    source = _activation(node, operands[0])
    if len(source.shape) != _MATRIX or source.shape[1] != weights.shape[1]:
        raise refuse(node, f"reads a tensor of shape {list(source.shape)}, not [1, {weights.shape[1]}]")
    exponent = source.exponent + weights_exponent
    bias = _bias(node, operands, len(weights), exponent)
    return Pending(node, Dense(weights, bias), (source.name,), (1, len(weights)), exponent)


def _gemm(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    attributes = Attributes(node)
    if attributes.number("alpha", 1) != 1 or attributes.number("beta", 1) != 1:
        raise refuse(node, "scales by an alpha or beta other than 1")
    attributes.fixed("transA", 0)
    transposed = attributes.integer("transB", 0)
    attributes.done()
    weights, exponent = _weights(node, operands[1], _MATRIX)
    return _dense(node, operands, weights if transposed else weights.T, exponent)


def _matmul(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    Attributes(node).done()
    weights, exponent = _weights(node, operands[1], _MATRIX)
    return _dense(node, operands[:2], weights.T, exponent)


def read_geometry(
    node: onnx.NodeProto, source: tuple[int, ...], weights: tuple[int, ...]
) -> tuple[Geometry, tuple[int, ...]]:
    """Return how a Conv moves over its input of shape ``source``, and the shape of its result."""
    attributes = Attributes(node)
    attributes.fixed("auto_pad", b"NOTSET")
    kernel = cast("tuple[int, int]", weights[2:])
    if attributes.integers("kernel_shape", kernel, 1) != kernel:
        raise refuse(node, "has a kernel_shape that is not its weights'")
    strides, dilations = attributes.pair("strides"), attributes.pair("dilations")
    pads = cast("tuple[int, int, int, int]", attributes.integers("pads", (0, 0, 0, 0), 0))
    group = attributes.integer("group", 1)
    attributes.done()
    height, width = spatial(node, source, kernel, strides, dilations, pads)
    if group < 1 or weights[0] % group or weights[1] * group != source[1]:
        raise refuse(node, f"has weights for {weights[1]} channels in {group} groups, not {source[1]}")
    return Geometry(strides, pads, dilations, group), (1, weights[0], height, width)


def _conv(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = _activation(node, operands[0])
    weights, weights_exponent = _weights(node, operands[1], _IMAGE)
    geometry, shape = read_geometry(node, source.shape, weights.shape)
    exponent = source.exponent + weights_exponent
    operation = Convolution(weights, _bias(node, operands, len(weights), exponent), geometry)
    return Pending(node, operation, (source.name,), shape, exponent)


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
    source = _activation(node, operands[0])
    kernel, strides, shape = _pool(node, source)
    return Pending(node, MaxPool(kernel, strides), (source.name,), shape, source.exponent)


def _average_pool(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = _activation(node, operands[0])
    kernel, strides, shape = _pool(node, source)
    return _average(node, source, AveragePool(kernel, strides), shape)


def _global_average_pool(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = _activation(node, operands[0])
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
    left, right = (_activation(node, operand) for operand in operands)
    if left.shape != right.shape:
        raise refuse(node, f"adds tensors of shapes {list(left.shape)} and {list(right.shape)}")
    exponent = max(left.exponent, right.exponent)
    operation = Add(exponent - left.exponent, exponent - right.exponent)
    return Pending(node, operation, (left.name, right.name), left.shape, exponent)


def _relu(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = _activation(node, operands[0])
    Attributes(node).done()
    return Pending(node, Relu(), (source.name,), source.shape, source.exponent, relu=True)


def _flatten(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = _activation(node, operands[0])
    attributes = Attributes(node)
    axis = attributes.integer("axis", 1)
    attributes.done()
    rank = len(source.shape)
    if not -rank <= axis <= rank:
        raise refuse(node, f"has the axis {axis}, which its input lacks")
    axis += rank if axis < 0 else 0
    return _shaped(node, source, (prod(source.shape[:axis]), prod(source.shape[axis:])))


def _reshape(node: onnx.NodeProto, operands: tuple[Operand, ...], target: tuple[int, ...]) -> Pending:
    source = _activation(node, operands[0])
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


OPERATORS = {
    "Add": (_add, 2, 2),
    "AveragePool": (_average_pool, 1, 1),
    "Conv": (_conv, 2, 3),
    "Flatten": (_flatten, 1, 1),
    "Gemm": (_gemm, 2, 3),
    "GlobalAveragePool": (_global_average_pool, 1, 1),
    "MatMul": (_matmul, 2, 2),
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
    if node.op_type not in OPERATORS:
        raise refuse(node, "is no operator of the provable form")
    read, least, most = OPERATORS[node.op_type]
    if not least <= len(operands) <= most or len(node.output) != 1:
        raise refuse(node, "reads or makes another number of tensors than supported")
    return read(node, operands)
