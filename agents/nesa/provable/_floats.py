"""Reads a float model of the subset that can be brought into provable form."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from nesa.errors import ProvableError
from nesa.models import parse_graph
from nesa.provable._form import Activation, Add, AveragePool, Geometry, MaxPool, Relu, Reshape
from nesa.provable._linear import read_geometry
from nesa.provable._nodes import Attributes, refuse, to_array
from nesa.provable._operations import read_operation

__all__ = ["FloatModel", "FloatStep", "Linear", "read_floats"]

Floats = npt.NDArray[np.float64]

_MEMORY = 2**30
_PASSED_ON = frozenset({"Dropout", "Identity"})
_LAST = frozenset({"LogSoftmax", "Sigmoid", "Softmax"})
_MATRIX, _IMAGE = 2, 4
_WITH_BIAS = 3
_NORMALISATION = 5  # the tensor, scale, offset, mean, variance


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Weights [M, …] and biases [M] of a dense layer, or of a convolution where there is a geometry."""

    weights: Floats
    bias: Floats
    geometry: Geometry | None


FloatOperation = Linear | MaxPool | AveragePool | Add | Reshape | Relu


@dataclass(frozen=True, slots=True, eq=False)
class FloatStep:
    """One operator, perhaps with a Relu behind it."""

    name: str
    operation: FloatOperation
    inputs: tuple[str, ...]
    output: str
    shape: tuple[int, ...]
    relu: bool


@dataclass(frozen=True, slots=True, eq=False)
class FloatModel:
    """A float model: its input's name and shape with a leading 1, steps in order, its output's name."""

    input: str
    shape: tuple[int, ...]
    steps: tuple[FloatStep, ...]
    output: str


def read_floats(raw: bytes) -> FloatModel:
    """Read a float graph's bytes.

    Raises:
        HostileModelError: not an ONNX graph, or one with what no honest model needs.
        ProvableError: it does what cannot be proven; the sentence names the node.
    """
    return _Reader(parse_graph(raw, _MEMORY).graph).read()


class _Reader:
    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._constants = {tensor.name: to_array(tensor) for tensor in graph.initializer}
        self._uses = Counter(name for node in graph.node for name in node.input)
        self._uses.update(value.name for value in graph.output)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._names: dict[str, str] = {}  # of tensors that are others passed on
        self._steps: dict[str, FloatStep] = {}  # by output, in order

    def read(self) -> FloatModel:
        inputs = [value for value in self._graph.input if value.name not in self._constants]
        if len(inputs) != 1 or len(self._graph.output) != 1:
            raise ProvableError(
                f"the graph has {len(inputs)} inputs and {len(self._graph.output)} outputs instead of one each"
            )
        name, shape = inputs[0].name, self._input_shape(inputs[0])
        self._shapes[name] = shape
        for node in self._graph.node:
            self._node(node)
        output = self._names.get(self._graph.output[0].name, self._graph.output[0].name)
        if output not in self._steps:
            raise ProvableError("the graph's output is not computed by one of its nodes")
        return FloatModel(name, shape, tuple(self._steps.values()), output)

    @staticmethod
    def _input_shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
        kind = value.type.tensor_type
        first, *sizes = (dim.dim_value for dim in kind.shape.dim) if kind.shape.dim else (0,)
        if kind.elem_type != TensorProto.FLOAT or first > 1 or not sizes or min(sizes) < 1:
            raise ProvableError(
                "the graph's input is not float32 of a fixed shape, but for a leading axis of 1 or any size"
            )
        return (1, *sizes)

    def _node(self, node: onnx.NodeProto) -> None:
        if node.op_type in _LAST:
            raise refuse(
                node, "cannot be proven; export the model without it: the order of the scores before it is the same"
            )
        if node.op_type == "Constant":
            self._constants[node.output[0]] = to_array(node.attribute[0].t)
            return
        names = [self._names.get(name, name) for name in node.input]
        if node.op_type in _PASSED_ON and names and names[0] in self._shapes:
            self._pass(node, names[0])
            return
        step = self._read(node, names)
        if step is not None:
            self._steps[step.output] = step
            self._shapes[step.output] = step.shape

    def _pass(self, node: onnx.NodeProto, name: str) -> None:
        self._names[node.output[0]] = name
        self._uses[name] += self._uses[node.output[0]] - 1

    def _read(self, node: onnx.NodeProto, names: list[str]) -> FloatStep | None:
        before = self._steps.get(names[0]) if names else None
        alone = before is not None and self._uses[names[0]] == 1
        if node.op_type == "Relu" and before and alone and isinstance(before.operation, Linear | Add):
            self._extend(node, replace(before, relu=True))
            return None
        if node.op_type == "BatchNormalization" and before and alone and isinstance(before.operation, Linear):
            self._extend(node, replace(before, operation=self._normalised(node, before.operation)))
            return None
        if node.op_type == "Add" and self._constant_bias(node, names):
            return None
        if not names or names[0] not in self._shapes:
            raise refuse(node, "computes with constants; export the model with constants folded")
        if node.op_type in {"Gemm", "MatMul", "Conv"}:
            return self._linear(node, names)
        data = names[:1] if node.op_type == "Reshape" else names
        if any(name not in self._shapes for name in data):
            raise refuse(node, "computes with a constant where a tensor is needed")
        shapes = {
            name: tuple(int(size) for size in value.ravel())
            for name, value in self._constants.items()
            if value.dtype == np.int64
        }
        found = read_operation(node, tuple(Activation(name, self._shapes[name], 0) for name in data), shapes)
        if not isinstance(found.operation, MaxPool | AveragePool | Add | Reshape | Relu):
            raise refuse(node, "is no operator of the provable form")
        name = node.name or node.output[0]
        return FloatStep(name, found.operation, found.inputs, node.output[0], found.shape, found.relu)

    def _extend(self, node: onnx.NodeProto, step: FloatStep) -> None:
        """Let a node become part of the step before it."""
        if step.relu and self._steps[step.output].relu:
            self._pass(node, step.output)
            return
        self._steps[step.output] = step
        self._pass(node, step.output)

    def _floats(self, node: onnx.NodeProto, name: str) -> Floats:
        value = self._constants.get(name)
        if value is None or value.dtype.kind != "f" or not np.isfinite(value).all():
            raise refuse(node, f"reads {name!r}, which is not a constant of finite floats")
        return value.astype(np.float64)

    def _normalised(self, node: onnx.NodeProto, linear: Linear) -> Linear:
        attributes = Attributes(node)
        epsilon = attributes.number("epsilon", 1e-5)
        attributes.fixed("training_mode", 0)
        attributes.drop("momentum")
        attributes.done()
        if len(node.input) != _NORMALISATION:
            raise refuse(node, "reads another number of tensors than supported")
        scale, offset, mean, variance = (self._floats(node, name).ravel() for name in node.input[1:])
        if not (variance + epsilon > 0).all() or not len(scale) == len(variance) == len(linear.bias):
            raise refuse(node, "has no positive variance for each channel")
        factor = scale / np.sqrt(variance + epsilon)
        weights = linear.weights * factor.reshape(-1, *[1] * (linear.weights.ndim - 1))
        return replace(linear, weights=weights, bias=(linear.bias - mean) * factor + offset)

    def _constant_bias(self, node: onnx.NodeProto, names: list[str]) -> bool:
        """Let an Add of a constant become the bias of the layer before it; tell whether it is one."""
        if len(names) != _MATRIX or not (set(names) & set(self._constants)):
            return False
        data, constant = names if names[1] in self._constants else names[::-1]
        before = self._steps.get(data)
        bias = self._floats(node, constant)
        linear = before.operation if before and self._uses[data] == 1 and not before.relu else None
        if before is None or not isinstance(linear, Linear) or linear.geometry or bias.size != len(linear.bias):
            raise refuse(node, "adds a constant to something else than a dense layer")
        self._extend(node, replace(before, operation=replace(linear, bias=linear.bias + bias.ravel())))
        return True

    def _linear(self, node: onnx.NodeProto, names: list[str]) -> FloatStep:
        source = self._shapes[names[0]]
        weights = self._floats(node, names[1])
        bias = self._floats(node, names[2]).ravel() if len(names) >= _WITH_BIAS and names[2] else None
        geometry: Geometry | None = None
        if node.op_type == "Conv":
            if weights.ndim != _IMAGE:
                raise refuse(node, "is a convolution of other than two dimensions")
            geometry, shape = read_geometry(node, source, weights.shape)
        else:
            weights, bias = self._dense(node, weights, bias)
            if len(source) != _MATRIX or weights.shape[1] != source[1]:
                raise refuse(node, f"reads a tensor of shape {list(source)}, not [1, {weights.shape[1]}]")
            shape = (1, len(weights))
        bias = np.zeros(len(weights)) if bias is None else bias
        if bias.shape != (len(weights),):
            raise refuse(node, f"has a bias that is not a constant of {len(weights)} values")
        name = node.name or node.output[0]
        return FloatStep(name, Linear(weights, bias, geometry), (names[0],), node.output[0], shape, relu=False)

    @staticmethod
    def _dense(node: onnx.NodeProto, weights: Floats, bias: Floats | None) -> tuple[Floats, Floats | None]:
        if weights.ndim != _MATRIX:
            raise refuse(node, "has weights that are not a matrix")
        attributes = Attributes(node)
        alpha, beta = attributes.number("alpha", 1), attributes.number("beta", 1)
        attributes.fixed("transA", 0)
        transposed = attributes.integer("transB", 0)
        attributes.done()
        return alpha * (weights if transposed else weights.T), None if bias is None else beta * bias
