"""Reads an ONNX graph in provable form, and refuses anything else with a sentence that names the node.

Between DequantizeLinear and QuantizeLinear stands one operator, perhaps with a Relu behind it. All scales are powers of
two and all zero points 0, so a step is exact integer arithmetic (see `nesa.provable._form`), and ONNX Runtime gives the
same integers whether it fuses the group into a quantised kernel or runs it in float32.
"""

import math
from collections import Counter

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from nesa.errors import ProvableError
from nesa.models import parse_graph
from nesa.provable._bounds import largest_accumulator
from nesa.provable._form import (
    ACCUMULATOR_BOUND,
    MAX_EXPONENT,
    MAX_PRODUCTS,
    MAX_SHIFT,
    MAX_VALUES,
    Activation,
    Provable,
    Step,
)
from nesa.provable._linear import Constant, Operand, Pending
from nesa.provable._nodes import Attributes, refuse, to_array
from nesa.provable._operations import read_operation

__all__ = ["read_provable"]

_MIN_OPSET, _MAX_IR = 17, 10
_MEMORY = 2**30
_SCALED = 2  # a value and its scale; a zero point may follow
_HALF = 0.5


def read_provable(raw: bytes) -> Provable:
    """Read a graph's bytes.

    Raises:
        HostileModelError: not an ONNX graph, or one with what no honest model needs.
        ProvableError: not in provable form.
    """
    model = parse_graph(raw, _MEMORY)
    opset = {item.domain: item.version for item in model.opset_import}.get("", 0)
    if opset < _MIN_OPSET or model.ir_version > _MAX_IR:
        raise ProvableError(
            f"the graph has operator set {opset} and IR version {model.ir_version}, "
            f"where {_MIN_OPSET} or more and {_MAX_IR} or less are needed"
        )
    return _Reader(model.graph).read()


def _declared(values: list[onnx.ValueInfoProto], what: str) -> tuple[str, tuple[int, ...]]:
    if len(values) != 1:
        raise ProvableError(f"the graph has {len(values)} {what}s instead of one")
    kind = values[0].type.tensor_type
    shape = tuple(dim.dim_value for dim in kind.shape.dim)
    if kind.elem_type != TensorProto.INT8:
        raise ProvableError(f"the graph's {what} is not int8")
    if not shape or shape[0] != 1 or min(shape) < 1:
        raise ProvableError(f"the graph's {what} has no fixed shape that begins with 1")
    if math.prod(shape) > MAX_VALUES:
        raise ProvableError(f"the graph's {what} has more than {MAX_VALUES} elements")
    return values[0].name, shape


class _Reader:
    """Walks over a graph's nodes, which stand in the order in which they can run."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._constants = {tensor.name: to_array(tensor) for tensor in graph.initializer}
        inputs = [value for value in graph.input if value.name not in self._constants]
        self._input, self._shape = _declared(inputs, "input")
        self._uses = Counter(name for node in graph.node for name in node.input)
        self._activations: dict[str, Activation] = {}
        self._reals: dict[str, Operand | Pending] = {}
        self._steps: list[Step] = []

    def read(self) -> Provable:
        """Read the whole graph."""
        for node in self._graph.node:
            if len(node.output) != 1 or node.output[0] in {*self._activations, *self._reals, *self._constants}:
                raise refuse(node, "does not make one tensor of its own")
            if node.op_type == "DequantizeLinear":
                self._reals[node.output[0]] = self._dequantise(node)
            elif node.op_type == "QuantizeLinear":
                self._quantise(node)
            else:
                self._reals[node.output[0]] = self._operate(node)
        name, shape = _declared(list(self._graph.output), "output")
        made = self._activations.get(name)
        if made is None or name == self._input:
            raise ProvableError(f"the graph's output {name!r} is not made by a QuantizeLinear")
        if made.shape != shape:
            raise ProvableError(f"the graph's output is declared as {list(shape)} and computed as {list(made.shape)}")
        for found in (*self._reals, *self._activations):
            if found != name and not self._uses[found]:
                raise ProvableError(f"the graph makes the tensor {found!r} and does not use it")
        return Provable(self._activations[self._input], tuple(self._steps), made)

    def _scale(self, node: onnx.NodeProto, kind: type[np.generic]) -> int:
        """Return the exponent of a node's scale; its zero point must be 0 of the type ``kind``."""
        attributes = Attributes(node)
        attributes.drop("axis")  # of a scale for each channel
        attributes.drop("saturate")  # of floats of eight bits
        attributes.done()
        scale = self._constants.get(node.input[1]) if len(node.input) >= _SCALED else None
        if scale is None or scale.dtype != np.float32 or scale.shape != ():
            raise refuse(node, "has a scale that is not one float32 constant")
        mantissa, power = math.frexp(float(scale))
        if mantissa != _HALF:
            raise refuse(node, f"has the scale {float(scale):g}, which is not a power of two")
        if len(node.input) > _SCALED:
            zero = self._constants.get(node.input[2])
            if zero is None or zero.shape != () or zero.dtype != kind or zero != 0:
                raise refuse(node, f"has a zero point that is not the constant {np.dtype(kind).name} 0")
        elif node.op_type == "QuantizeLinear":
            raise refuse(node, "has no zero point, and would make uint8")
        return 1 - power

    def _dequantise(self, node: onnx.NodeProto) -> Operand:
        source = node.input[0]
        if source in self._constants:
            values: npt.NDArray[np.generic] = self._constants[source]
            if values.dtype not in (np.int8, np.int32):
                raise refuse(node, "reads a constant that is neither int8 nor int32")
            exponent = self._scale(node, values.dtype.type)
            if values.dtype == np.int8:
                self._check_exponent(node, exponent)
                return Constant(values.astype(np.int8), exponent)
            return Constant(values.astype(np.int32), exponent)
        exponent = self._scale(node, np.int8)
        self._check_exponent(node, exponent)
        if source == self._input and source not in self._activations:
            self._activations[source] = Activation(source, self._shape, exponent)
        found = self._activations.get(source)
        if found is None:
            raise refuse(node, f"reads {source!r}, which is no int8 tensor")
        if found.exponent != exponent:
            raise refuse(node, f"reads {source!r} with the scale 2^{-exponent} instead of 2^{-found.exponent}")
        return found

    @staticmethod
    def _check_exponent(node: onnx.NodeProto, exponent: int) -> None:
        if abs(exponent) > MAX_EXPONENT:
            raise refuse(node, f"has the scale 2^{-exponent}, outside 2^±{MAX_EXPONENT}")

    def _operate(self, node: onnx.NodeProto) -> Pending:
        names = [name for name in node.input if name]  # an empty name is an optional input left out
        if node.op_type == "Relu" and len(names) == 1 and isinstance(found := self._reals.get(names[0]), Pending):
            self._take(node, names[0])
            if found.relu:
                raise refuse(node, "follows another Relu")
            Attributes(node).done()
            return found.rectified()
        if node.op_type == "Reshape":
            del names[1:]
        operands = []
        for name in names:
            operand = self._reals.get(name)
            if operand is None or isinstance(operand, Pending):
                raise refuse(node, f"reads {name!r}, which is not dequantised")
            operands.append(operand)
        shapes = {
            name: tuple(int(size) for size in value)
            for name, value in self._constants.items()
            if value.dtype == np.int64 and value.ndim == 1
        }
        pending = read_operation(node, tuple(operands), shapes)
        if math.prod(pending.shape) > MAX_VALUES:
            raise refuse(node, f"makes {math.prod(pending.shape)} values, and {MAX_VALUES} is the most")
        bound = largest_accumulator(pending.operation)
        if bound >= ACCUMULATOR_BOUND:
            raise refuse(node, f"may reach {bound}, and only sums below 2^24 are exact everywhere")
        return pending

    def _take(self, node: onnx.NodeProto, name: str) -> None:
        if self._uses[name] != 1:
            raise refuse(node, f"shares {name!r} with another node before it is quantised")

    def _quantise(self, node: onnx.NodeProto) -> None:
        pending = self._reals.get(node.input[0])
        if not isinstance(pending, Pending):
            raise refuse(node, f"quantises {node.input[0]!r}, which no operator made")
        self._take(node, node.input[0])
        exponent = self._scale(node, np.int8)
        self._check_exponent(node, exponent)
        shift = pending.exponent - exponent
        if not 0 <= shift <= MAX_SHIFT:
            raise refuse(node, f"shifts by {shift} bits, and only 0 to {MAX_SHIFT} are supported")
        output = Activation(node.output[0], pending.shape, exponent)
        self._activations[output.name] = output
        name = pending.node.name or pending.node.output[0]
        self._steps.append(Step(name, pending.operation, pending.inputs, output, pending.relu, shift))
        if sum(step.products for step in self._steps) > MAX_PRODUCTS:
            raise refuse(node, f"brings the model to more than {MAX_PRODUCTS} multiplications")
