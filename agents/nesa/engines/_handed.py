"""Texts of graphs that give their cache back longer than they took it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nesa.engines._decoder import Decoder, Past, Reading, floats

__all__ = ["HandedText"]


class HandedText:
    """A text whose cache is handed from run to run and stays where the runtime made it; see `nesa.engines._decoder`."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._cache: list[Any] = [decoder.value(array) for array in decoder.empty(1, 0)]
        self.length = 0

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens."""
        decoder = self._decoder
        binding = decoder.bind(decoder.feeds(tokens, self.length))
        for name, value in zip(decoder.cached, self._cache, strict=True):
            binding.bind_ortvalue_input(name, value)
        logits, hidden = decoder.outputs(binding, 1, len(tokens))
        for name in decoder.presents:
            binding.bind_output(name, decoder.device)
        decoder.run(binding)
        self._cache = binding.get_outputs()[-len(decoder.presents) :]
        self.length += len(tokens)
        return Reading(floats(logits[0]), floats(hidden[0]))

    def keep(self) -> Past:
        """Return a copy of what is remembered."""
        return Past(tuple(value.numpy() for value in self._cache), self.length)

    def load(self, past: Past, length: int) -> None:
        """Remember the first ``length`` tokens of another text."""
        arrays = [np.ascontiguousarray(array[:, :, :length]) for array in past.cache]
        self._cache = [self._decoder.value(array) for array in arrays]
        self.length = length
