"""A language model's graph: tokens and a key-value cache in, logits and hidden states out.

The names are those that onnxruntime-genai's builder and optimum write; see `docs/manifest.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from nesa.engines._api import Tensor
from nesa.engines._cache import Cache, DeviceCache, HostCache
from nesa.engines._layout import CACHE, Layout
from nesa.engines._runtime import Session
from nesa.errors import EngineError, ManifestError

__all__ = ["CHUNK", "ROWS", "Decoder", "Kept", "Past", "Reading", "Text", "floats", "pieces"]

_FLOATS: dict[str, np.dtype[Any]] = {"tensor(float)": np.dtype(np.float32), "tensor(float16)": np.dtype(np.float16)}
_DEVICES = {"Cuda": "cuda"}
"""Devices by the names of their memory; all other memory is the processor's."""
CHUNK = 256
ROWS = {"CPUExecutionProvider": 8, "CUDAExecutionProvider": 32}
"""How many texts are read at once at most where graphs may write into their caches: more hardly gain anything."""


@dataclass(frozen=True, slots=True)
class Past:
    """A copy of what a graph remembers of tokens: its cache, and how many tokens that is.

    Attributes:
        cache: float [1, heads, tokens, features] each.
        length: of tokens.
    """

    cache: tuple[Tensor, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a graph makes of tokens.

    Attributes:
        logits: float32 [tokens, vocabulary].
        hidden: float32 [tokens, features].
    """

    logits: npt.NDArray[np.float32]
    hidden: npt.NDArray[np.float32]


class Text(Protocol):
    """A text that a graph reads piece by piece, with what it remembers of it."""

    @property
    def length(self) -> int:
        """How many tokens were read."""
        ...

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens, as many as a piece of `pieces` has at most.

        Raises:
            EngineError: the runtime failed.
        """
        ...


class Kept(Text, Protocol):
    """A text of which can be taken what the graph remembers."""

    def keep(self) -> Past:
        """Return a copy of what is remembered."""
        ...

    def load(self, past: Past, length: int) -> None:
        """Remember the first ``length`` tokens of another text instead of one's own."""
        ...


class Decoder:
    """A session whose graph decodes; what it is fed with, and how large that is."""

    def __init__(
        self, session: Session, *, logits: str, hidden: str, head_size: int, layout: Layout, chunk: int = 0
    ) -> None:
        """Look at the graph, and have it read one token.

        Args:
            session: of the graph.
            logits: name of the output [batch, tokens, vocabulary].
            hidden: name of the output [batch, tokens, features] that fingerprints are taken of; empty for none, which
                gives tokens of no features.
            head_size: features of one head of the cache, where the graph does not say.
            layout: of its cache.
            chunk: the most tokens that are read at once; 0 for 256.

        Raises:
            ManifestError: the graph is not one that decodes.
        """
        self._session = session
        self._ort = import_module("onnxruntime")
        inputs: dict[str, Any] = {node.name: node for node in session.get_inputs()}
        outputs: dict[str, Any] = {node.name: node for node in session.get_outputs()}
        self.layout = layout
        self.chunk = chunk or CHUNK
        self.cached = sorted(name for name in inputs if CACHE.fullmatch(name))
        self.presents = [name.replace("past_key_values", "present") for name in self.cached]
        self.others = set(inputs) - set(self.cached)
        self._out = (logits, hidden) if hidden else (logits,)
        if not self.cached or not {*self._out, *self.presents} <= set(outputs):
            raise ManifestError(
                "the graph has no key-value cache, or lacks the logits or hidden states of the manifest"
            )
        if "input_ids" not in self.others or not self.others <= {"input_ids", "attention_mask", "position_ids"}:
            raise ManifestError("the graph's inputs are not those of a decoder")
        self._heads = [_heads(inputs[name], head_size) for name in self.cached]
        self._head_size = head_size
        self._types = [_dtype(inputs[name]) for name in self.cached]
        self._out_types = [_dtype(outputs[name]) for name in self._out]
        places = _places(session)
        devices = {places[name] for name in (*self.cached, *self.presents)}
        self._one_device = len(devices) == 1
        self.device = devices.pop() if self._one_device else "cpu"
        self._far = [name for name in sorted(self.others) if places[name] != "cpu"]
        self._sizes = self._probe()

    @property
    def in_place(self) -> bool:
        """Whether the graph can write into the cache that it reads."""
        plain = self.layout.in_place and self.others == {"input_ids", "attention_mask"}
        return plain and self._one_device and self._session.get_providers()[0] in ROWS

    @property
    def rows(self) -> int:
        """How many texts are read at once at most."""
        return ROWS.get(self._session.get_providers()[0], 1)

    @property
    def vocabulary(self) -> int:
        """How many tokens the graph tells apart."""
        return self._sizes[0]

    @property
    def token_bytes(self) -> int:
        """Of the cache for each token."""
        return sum(
            heads * self._head_size * dtype.itemsize for heads, dtype in zip(self._heads, self._types, strict=True)
        )

    def empty(self, texts: int, room: int) -> list[Tensor]:
        """Return caches of zeros, float [texts, heads, room, features] each; those that are rings have their size."""
        return [
            np.zeros((texts, heads, self.layout.windows.get(name, room), self._head_size), dtype)
            for name, heads, dtype in zip(self.cached, self._heads, self._types, strict=True)
        ]

    def cache(self, texts: int, room: int) -> Cache:
        """Return a cache that the graph can write into, where its attention runs."""
        arrays = self.empty(texts, room)
        if self.device == "cpu":
            return HostCache(arrays)
        return DeviceCache(self._session, dict(zip(self.presents, arrays, strict=True)), self.device)

    def value(self, array: Tensor) -> Any:  # noqa: ANN401 - the runtime's own
        """Return the runtime's view of an array's own memory."""
        return self._ort.OrtValue.ortvalue_from_numpy(array)

    def bind(self, feeds: dict[str, Any]) -> Any:  # noqa: ANN401 - the runtime's own
        """Return a binding of inputs."""
        binding = self._session.io_binding()
        for name, value in feeds.items():
            binding.bind_ortvalue_input(name, value)
        return binding

    def renew(self, binding: Any, feeds: dict[str, Any]) -> None:  # noqa: ANN401 - the runtime's own
        """Have a binding see what has changed in inputs: those read on a device are copied there as they are bound."""
        for name in self._far:
            binding.bind_ortvalue_input(name, feeds[name])

    def outputs(self, binding: Any, texts: int, tokens: int) -> tuple[Tensor, Tensor]:  # noqa: ANN401 - the runtime's
        """Bind arrays for logits and hidden states, [texts, tokens, …] each, and return them."""
        found = [
            np.empty((texts, tokens, size), dtype) for size, dtype in zip(self._sizes, self._out_types, strict=True)
        ]
        for name, array in zip(self._out, found, strict=True):
            binding.bind_ortvalue_output(name, self.value(array))
        return found[0], found[1] if len(found) > 1 else np.empty((texts, tokens, 0), np.float32)

    def run(self, binding: Any) -> None:  # noqa: ANN401 - the runtime's own
        """Run the graph on what is bound.

        Raises:
            EngineError: the runtime failed.
        """
        try:
            self._session.run_with_iobinding(binding)
        except Exception as error:  # ONNX Runtime's errors share no base below Exception
            raise EngineError("ONNX Runtime failed on the language model") from error

    def feeds(self, tokens: Sequence[int], past: int) -> dict[str, Any]:
        """Return the inputs beside the cache for one text's next tokens, after ``past`` others."""
        total = past + len(tokens)
        arrays = {
            "input_ids": np.array([tokens], np.int64),
            "attention_mask": np.ones((1, total), np.int64),
            "position_ids": np.arange(past, total, dtype=np.int64)[None],
        }
        return {name: self.value(array) for name, array in arrays.items() if name in self.others}

    def _probe(self) -> tuple[int, ...]:
        """Return the last sizes of logits and, if there are any, hidden states."""
        binding = self.bind(self.feeds([0], 0))
        for name, array in zip(self.cached, self.empty(1, 0), strict=True):
            binding.bind_ortvalue_input(name, self.value(array))
        for name in (*self._out, *self.presents):
            binding.bind_output(name)
        try:
            self.run(binding)
        except EngineError as error:
            raise ManifestError(
                f"the graph reads no token: its cache's heads have not {self._head_size} features, or files do not fit"
            ) from error
        return tuple(int(value.shape()[-1]) for value in binding.get_outputs()[: len(self._out)])


def _places(session: Session) -> dict[str, str]:
    """Return the device that each input and output is on."""
    nodes = (*session.get_inputs(), *session.get_outputs())
    infos = (*session.get_input_memory_infos(), *session.get_output_memory_infos())
    return {node.name: _DEVICES.get(info.name, "cpu") for node, info in zip(nodes, infos, strict=True)}


def _heads(node: Any, head_size: int) -> int:  # noqa: ANN401 - the runtime's own
    match node.shape:
        case [_, int(heads), _, size]:
            if isinstance(size, int) and size != head_size:
                raise ManifestError(f"the cache's heads have {size} features, the manifest says {head_size}")
            return heads
    raise ManifestError("the graph's key-value cache does not have the shape [batch, heads, tokens, features]")


def _dtype(node: Any) -> np.dtype[Any]:  # noqa: ANN401 - the runtime's own
    if node.type not in _FLOATS:
        raise ManifestError("the graph's key-value cache, logits or hidden states are not of floats")
    return _FLOATS[node.type]


def pieces(tokens: Sequence[int], most: int) -> list[Sequence[int]]:
    """Return tokens in pieces small enough that memory does not grow with the square of a text."""
    return [tokens[start : start + most] for start in range(0, len(tokens), most)]


def floats(array: Tensor) -> npt.NDArray[np.float32]:
    """Return an array as float32; one that is stays where it is."""
    return array.astype(np.float32, copy=False)
