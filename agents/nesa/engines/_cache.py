"""The memory of several texts' caches, each with room at its end, into which a graph writes what it reads there.

It lies where the graph's attention runs: in the processor's memory, or in a graphics card's.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from nesa.engines._api import Tensor
from nesa.engines._runtime import Session

__all__ = ["Cache", "DeviceCache", "HostCache"]


class Cache(Protocol):
    """Tensors [texts, heads, room, features], one for each part of a graph's cache."""

    def values(self, first: int, count: int) -> list[Any]:
        """Return the runtime's views of ``count`` texts from ``first`` on; they last as long as the cache."""
        ...

    def copy(self, at: int, length: int) -> tuple[Tensor, ...]:
        """Return copies of a text's first ``length`` tokens: [1, heads, length, features] each."""
        ...

    def write(self, at: int, arrays: Sequence[Tensor], length: int) -> None:
        """Write the first ``length`` tokens of what was copied into a text's place."""
        ...


class HostCache:
    """A cache in the processor's memory; see `Cache`."""

    def __init__(self, arrays: Sequence[Tensor]) -> None:
        """Take memory: float [texts, heads, room, features] each."""
        self._arrays = arrays
        self._value = import_module("onnxruntime").OrtValue.ortvalue_from_numpy

    def values(self, first: int, count: int) -> list[Any]:
        """Return views."""
        return [self._value(array[first : first + count]) for array in self._arrays]

    def copy(self, at: int, length: int) -> tuple[Tensor, ...]:
        """Return copies."""
        return tuple(array[at : at + 1, :, :length].copy() for array in self._arrays)

    def write(self, at: int, arrays: Sequence[Tensor], length: int) -> None:
        """Write a text."""
        for array, known in zip(self._arrays, arrays, strict=True):
            array[at : at + 1, :, :length] = known[:, :, :length]


class DeviceCache:
    """A cache in a device's memory, of which whole texts are copied; see `Cache`."""

    def __init__(self, session: Session, arrays: dict[str, Tensor], device: str) -> None:
        """Copy what the cache is to begin with.

        Args:
            session: whose graph writes into it.
            arrays: by the name of the graph's output, float [texts, heads, room, features] each.
            device: as the runtime calls it.
        """
        value = import_module("onnxruntime").OrtValue.ortvalue_from_numpy
        self._session = session
        self._device = device
        self._types = [array.dtype for array in arrays.values()]
        self._whole = {name: value(array, device, 0) for name, array in arrays.items()}

    def values(self, first: int, count: int) -> list[Any]:
        """Return views: the runtime makes them of addresses for those who bind outputs, and for no others."""
        binding = self._session.io_binding()
        for (name, whole), dtype in zip(self._whole.items(), self._types, strict=True):
            texts, *shape = whole.shape()
            start = whole.data_ptr() + first * (whole.tensor_size_in_bytes() // texts)
            binding.bind_output(name, self._device, 0, dtype, (count, *shape), start)
        return list(binding.get_outputs())

    def copy(self, at: int, length: int) -> tuple[Tensor, ...]:
        """Return copies, in the processor's memory."""
        return tuple(value.numpy()[:, :, :length].copy() for value in self.values(at, 1))

    def write(self, at: int, arrays: Sequence[Tensor], length: int) -> None:
        """Write a text."""
        for value, known in zip(self.values(at, 1), arrays, strict=True):
            whole = np.zeros(value.shape(), known.dtype)
            whole[:, :, :length] = known[:, :, :length]
            value.update_inplace(whole)
