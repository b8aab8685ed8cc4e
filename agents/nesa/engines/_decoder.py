"""A language model's graph: tokens and a key-value cache in, logits and hidden states out.

The names are those that onnxruntime-genai's builder and optimum write; see `docs/manifest.md`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx

from nesa.engines._runtime import Session
from nesa.errors import EngineError, ManifestError

__all__ = ["Decoder", "Past", "Reading", "windows_of"]

_CACHE = re.compile(r"past_key_values\.\d+\.(key|value)")
_FLOATS: dict[str, np.dtype[Any]] = {"tensor(float)": np.dtype(np.float32), "tensor(float16)": np.dtype(np.float16)}
_CHUNK = 256
_NO_WINDOWS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Past:
    """What a graph remembers of tokens that it has read: its cache, tensor by tensor, and how many tokens that is."""

    cache: tuple[Any, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a graph makes of tokens.

    Attributes:
        logits: float32 [tokens, vocabulary].
        hidden: float32 [tokens, features].
        past: with these tokens.
    """

    logits: npt.NDArray[np.float32]
    hidden: npt.NDArray[np.float32]
    past: Past


class Decoder:
    """Feeds tokens to a session of ONNX Runtime. The cache stays where the runtime keeps it, and is not copied."""

    def __init__(
        self,
        session: Session,
        *,
        logits: str,
        hidden: str,
        head_size: int,
        windows: Mapping[str, int] = _NO_WINDOWS,
        chunk: int = 0,
    ) -> None:
        """Look at the graph.

        Args:
            session: of the graph.
            logits: name of the output [batch, tokens, vocabulary].
            hidden: name of the output [batch, tokens, features] that fingerprints are taken of.
            head_size: features of one head of the cache, where the graph does not say.
            windows: of layers that look at the last tokens only, how many; their caches have this size from the start.
            chunk: the most tokens that are read at once; 0 for 256.

        Raises:
            ManifestError: the graph is not one that decodes.
        """
        self._session = session
        self._ort = import_module("onnxruntime")
        inputs: dict[str, Any] = {node.name: node for node in session.get_inputs()}
        outputs = {node.name for node in session.get_outputs()}
        self._cached = sorted(name for name in inputs if _CACHE.fullmatch(name))
        self._presents = [name.replace("past_key_values", "present") for name in self._cached]
        self._others = set(inputs) - set(self._cached)
        self._out = (logits, hidden)
        self._chunk = chunk or _CHUNK
        if not self._cached or not {logits, hidden, *self._presents} <= outputs:
            raise ManifestError(
                "the graph has no key-value cache, or lacks the logits or hidden states of the manifest"
            )
        if "input_ids" not in self._others or not self._others <= {"input_ids", "attention_mask", "position_ids"}:
            raise ManifestError("the graph's inputs are not those of a decoder")
        self._shapes = [self._empty(inputs[name], head_size, windows.get(name, 0)) for name in self._cached]
        self._types = [self._dtype(inputs[name]) for name in self._cached]

    @staticmethod
    def _empty(node: Any, head_size: int, room: int) -> tuple[int, int, int, int]:  # noqa: ANN401 - the runtime's own
        match node.shape:
            case [_, int(heads), _, size]:
                if isinstance(size, int) and size != head_size:
                    raise ManifestError(f"the cache's heads have {size} features, the manifest says {head_size}")
                return 1, heads, room, head_size
        raise ManifestError("the graph's key-value cache does not have the shape [batch, heads, tokens, features]")

    @staticmethod
    def _dtype(node: Any) -> np.dtype[Any]:  # noqa: ANN401 - the runtime's own
        if node.type not in _FLOATS:
            raise ManifestError("the graph's key-value cache is not of floats")
        return _FLOATS[node.type]

    def begin(self) -> Past:
        """Return the memory of no tokens."""
        cache = tuple(
            self._ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, dtype))
            for shape, dtype in zip(self._shapes, self._types, strict=True)
        )
        return Past(cache, 0)

    @property
    def can_cut(self) -> bool:
        """Whether a cache holds all tokens in their order: a ring has overwritten some."""
        return all(shape[2] == 0 for shape in self._shapes)

    def cut(self, past: Past, length: int) -> Past:
        """Return the memory of the first ``length`` tokens alone; the other stays as it is."""
        cache = tuple(
            self._ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value.numpy()[:, :, :length]))
            for value in past.cache
        )
        return Past(cache, length)

    def read(self, tokens: Sequence[int], past: Past) -> Reading:
        """Read tokens, a chunk at a time so that memory does not grow with the square of a prompt.

        Raises:
            EngineError: the runtime failed.
        """
        parts = []
        for start in range(0, len(tokens), self._chunk):
            parts.append(self._step(tokens[start : start + self._chunk], past))
            past = parts[-1].past
        if len(parts) == 1:
            return parts[0]
        return Reading(
            np.concatenate([part.logits for part in parts]), np.concatenate([part.hidden for part in parts]), past
        )

    def _step(self, tokens: Sequence[int], past: Past) -> Reading:
        total = past.length + len(tokens)
        binding = self._session.io_binding()
        binding.bind_cpu_input("input_ids", np.array([tokens], np.int64))
        if "attention_mask" in self._others:
            binding.bind_cpu_input("attention_mask", np.ones((1, total), np.int64))
        if "position_ids" in self._others:
            binding.bind_cpu_input("position_ids", np.arange(past.length, total, dtype=np.int64)[None])
        for name, value in zip(self._cached, past.cache, strict=True):
            binding.bind_ortvalue_input(name, value)
        for name in self._out:
            binding.bind_output(name)
        for name in self._presents:
            binding.bind_output(name)
        try:
            self._session.run_with_iobinding(binding)
        except Exception as error:  # ONNX Runtime's errors share no base below Exception
            raise EngineError("ONNX Runtime failed on the language model") from error
        logits, hidden, *cache = binding.get_outputs()
        return Reading(_floats(logits), _floats(hidden), Past(tuple(cache), total))


def windows_of(graph: onnx.GraphProto) -> dict[str, int]:
    """Return, by the name of its cache, how many tokens each layer looks back on whose cache is a ring of that size."""
    found: dict[str, int] = {}
    for node in graph.node:
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        if attributes.get("sliding_window_cache"):
            found |= {name: attributes["local_window_size"] for name in node.input if _CACHE.fullmatch(name)}
    return found


def _floats(value: Any) -> npt.NDArray[np.float32]:  # noqa: ANN401 - the runtime's own
    found: npt.NDArray[np.float32] = value.numpy()[0].astype(np.float32, copy=False)
    return found
