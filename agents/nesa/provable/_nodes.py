"""Nodes of an ONNX graph as Python values, with sentences that name them."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from nesa.errors import ProvableError

__all__ = ["Attributes", "describe", "refuse", "spatial", "to_array"]

_SPATIAL_RANK = 4


def describe(node: onnx.NodeProto) -> str:
    """Return how messages name a node."""
    return f"the node {node.name or '/'.join(node.output)!r} ({node.op_type})"


def refuse(node: onnx.NodeProto, why: str) -> ProvableError:
    """Return the error that says why a node cannot be proven."""
    return ProvableError(f"{describe(node)} {why}")


def to_array(tensor: onnx.TensorProto) -> npt.NDArray[np.generic]:
    """Return a constant's values.

    Raises:
        ProvableError: it has not as many bytes as its shape needs, or is of an unknown type.
    """
    try:
        return np.asarray(numpy_helper.to_array(tensor))
    except (KeyError, TypeError, ValueError) as error:
        raise ProvableError(f"the constant {tensor.name!r} is damaged") from error


class Attributes:
    """A node's attributes; `done` refuses those that nobody asked for."""

    def __init__(self, node: onnx.NodeProto) -> None:
        self._node = node
        self._values = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}

    def integer(self, name: str, default: int) -> int:
        """Return an integer."""
        found = self._values.pop(name, default)
        if not isinstance(found, int):
            raise refuse(self._node, f"has an attribute {name} that is not an integer")
        return found

    def number(self, name: str, default: float) -> float:
        """Return a float."""
        found = self._values.pop(name, default)
        if not isinstance(found, int | float):
            raise refuse(self._node, f"has an attribute {name} that is not a number")
        return float(found)

    def integers(self, name: str, default: Iterable[int], low: int) -> tuple[int, ...]:
        """Return as many integers from ``low`` up as ``default`` has."""
        default = tuple(default)
        found = self._values.pop(name, default)
        values = tuple(found) if isinstance(found, list | tuple) else ()
        if len(values) != len(default) or not all(isinstance(value, int) and value >= low for value in values):
            raise refuse(self._node, f"has an attribute {name} that is not {len(default)} integers from {low} up")
        return values

    def pair(self, name: str) -> tuple[int, int]:
        """Return two integers from 1 up, by default ones."""
        return cast("tuple[int, int]", self.integers(name, (1, 1), 1))

    def fixed(self, name: str, value: int | bytes) -> None:
        """Refuse any value but one, which is the default as well."""
        if self._values.pop(name, value) != value:
            shown = value.decode() if isinstance(value, bytes) else value
            raise refuse(self._node, f"has an attribute {name} other than {shown}")

    def drop(self, name: str) -> None:
        """Ignore an attribute that changes nothing here."""
        self._values.pop(name, None)

    def done(self) -> None:
        """Refuse what is left."""
        if self._values:
            raise refuse(self._node, f"has the attribute {min(self._values)}, which is not supported")


def spatial(
    node: onnx.NodeProto,
    shape: tuple[int, ...],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int] = (1, 1),
    pads: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> tuple[int, int]:
    """Return height and width of what a window that moves over [1, C, H, W] makes."""
    if len(shape) != _SPATIAL_RANK:
        raise refuse(node, f"reads a tensor of {len(shape)} axes, and only four are supported")
    sides = []
    for axis in range(2):
        room = shape[2 + axis] + pads[axis] + pads[2 + axis] - (kernel[axis] - 1) * dilations[axis] - 1
        if room < 0:
            raise refuse(node, "has a window larger than what it reads")
        sides.append(room // strides[axis] + 1)
    return sides[0], sides[1]
