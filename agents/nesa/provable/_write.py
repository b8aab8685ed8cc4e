"""Writes a provable model as an ONNX graph: DequantizeLinear, one operator, perhaps a Relu, QuantizeLinear."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nesa.provable._form import Activation, Add, AveragePool, Convolution, Dense, MaxPool, Provable, Relu, Reshape, Step

__all__ = ["write_provable"]

_OPSET, _IR = 17, 8

Attribute = int | Sequence[int]


def write_provable(model: Provable, weight_exponents: dict[str, int]) -> bytes:
    """Return the graph's bytes.

    Args:
        model: what to write.
        weight_exponents: of the weights of each dense or convolutional step, by the step's name.
    """
    writer = _Writer(model, weight_exponents)
    for step in model.steps:
        writer.step(step)
    graph = helper.make_graph(
        writer.nodes,
        "provable",
        [helper.make_tensor_value_info(model.input.name, TensorProto.INT8, model.input.shape)],
        [helper.make_tensor_value_info(model.output.name, TensorProto.INT8, model.output.shape)],
        initializer=list(writer.constants.values()),
    )
    made = helper.make_model(
        graph, producer_name="nesa", ir_version=_IR, opset_imports=[helper.make_opsetid("", _OPSET)]
    )
    return made.SerializeToString(deterministic=True)


class _Writer:
    def __init__(self, model: Provable, weight_exponents: dict[str, int]) -> None:
        self._exponents = {model.input.name: model.input.exponent}
        self._weight_exponents = weight_exponents
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def _constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = numpy_helper.from_array(value, name)
        return name

    def _scale(self, exponent: int) -> str:
        return self._constant(f"2^{-exponent}", np.array(2.0**-exponent, np.float32))

    def _zero(self, kind: type[np.generic]) -> str:
        return self._constant(f"zero_{np.dtype(kind).name}", np.zeros((), kind))

    def _real(self, name: str, exponent: int, suffix: str) -> str:
        """Dequantise an int8 tensor for one step; each has a node of its own, as runtimes that fuse expect it."""
        made = f"{name}.{suffix}"
        self.nodes.append(
            helper.make_node("DequantizeLinear", [name, self._scale(exponent), self._zero(np.int8)], [made], made)
        )
        return made

    def _weights(self, step: Step, operation: Dense | Convolution) -> list[str]:
        """Dequantise weights and biases."""
        exponent = self._weight_exponents[step.name]
        weights = self._constant(f"{step.name}.w", operation.weights)
        bias = self._constant(f"{step.name}.b", operation.bias.astype(np.int32))
        source = self._exponents[step.inputs[0]]
        found = [self._real(weights, exponent, "real"), f"{bias}.real"]
        scale, zero = self._scale(source + exponent), self._zero(np.int32)
        self.nodes.append(helper.make_node("DequantizeLinear", [bias, scale, zero], [found[1]], found[1]))
        return found

    def step(self, step: Step) -> None:
        """Write one step."""
        inputs = [
            self._real(name, self._exponents[name], f"for.{step.name}.{number}")
            for number, name in enumerate(step.inputs)
        ]
        made = f"{step.name}.real"
        match step.operation:
            case Dense() as operation:
                self._node("Gemm", [*inputs, *self._weights(step, operation)], made, step.name, transB=1)
            case Convolution(geometry=geometry) as operation:
                self._node("Conv", [*inputs, *self._weights(step, operation)], made, step.name, **asdict(geometry))
            case MaxPool(kernel=kernel, strides=strides):
                self._node("MaxPool", inputs, made, step.name, kernel_shape=kernel, strides=strides)
            case AveragePool(kernel=kernel, strides=strides):
                self._node("AveragePool", inputs, made, step.name, kernel_shape=kernel, strides=strides)
            case Add():
                self._node("Add", inputs, made, step.name)
            case Reshape():
                shape = self._constant(f"{step.name}.shape", np.array(step.output.shape, np.int64))
                self._node("Reshape", [*inputs, shape], made, step.name)
            case Relu():
                self._node("Relu", inputs, made, step.name)
        if step.relu and not isinstance(step.operation, Relu):
            self._node("Relu", [made], f"{step.name}.relu", f"{step.name}.relu")
            made = f"{step.name}.relu"
        self._quantise(made, step.output)

    def _node(self, kind: str, inputs: list[str], output: str, name: str, **attributes: Attribute) -> None:
        values: dict[str, Any] = attributes
        self.nodes.append(helper.make_node(kind, inputs, [output], name, **values))

    def _quantise(self, real: str, output: Activation) -> None:
        inputs = [real, self._scale(output.exponent), self._zero(np.int8)]
        self.nodes.append(helper.make_node("QuantizeLinear", inputs, [output.name], f"{output.name}.quantise"))
        self._exponents[output.name] = output.exponent
