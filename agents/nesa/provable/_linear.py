"""Operators with weights: dense layers and convolutions; and what any operator reads and makes."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt
import onnx

from nesa.provable._form import WEIGHT_MAX, Activation, Convolution, Dense, Geometry, Operation
from nesa.provable._nodes import Attributes, refuse, spatial

__all__ = [
    "Constant",
    "Operand",
    "Pending",
    "activation",
    "read_conv",
    "read_gemm",
    "read_geometry",
    "read_matmul",
]

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


def activation(node: onnx.NodeProto, operand: Operand) -> Activation:
    """Return what a node computes with, which must not be a constant."""
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
    source = activation(node, operands[0])
    if len(source.shape) != _MATRIX or source.shape[1] != weights.shape[1]:
        raise refuse(node, f"reads a tensor of shape {list(source.shape)}, not [1, {weights.shape[1]}]")
    exponent = source.exponent + weights_exponent
    bias = _bias(node, operands, len(weights), exponent)
    return Pending(node, Dense(weights, bias), (source.name,), (1, len(weights)), exponent)


def read_gemm(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    attributes = Attributes(node)
    if attributes.number("alpha", 1) != 1 or attributes.number("beta", 1) != 1:
        raise refuse(node, "scales by an alpha or beta other than 1")
    attributes.fixed("transA", 0)
    transposed = attributes.integer("transB", 0)
    attributes.done()
    weights, exponent = _weights(node, operands[1], _MATRIX)
    return _dense(node, operands, weights if transposed else weights.T, exponent)


def read_matmul(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
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


def read_conv(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Pending:
    source = activation(node, operands[0])
    weights, weights_exponent = _weights(node, operands[1], _IMAGE)
    geometry, shape = read_geometry(node, source.shape, weights.shape)
    exponent = source.exponent + weights_exponent
    operation = Convolution(weights, _bias(node, operands, len(weights), exponent), geometry)
    return Pending(node, operation, (source.name,), shape, exponent)
