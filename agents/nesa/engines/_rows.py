"""Texts of graphs that write into the cache that they read: several go on in one run, each from its own place.

A graph of GroupQueryAttention takes from the mask how long each text is, adds to its cache there, and looks at nothing
after it. So texts of any lengths lie side by side in one cache with room at their ends, and no cache is ever copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nesa.engines._api import Tensor
from nesa.engines._cache import Cache
from nesa.engines._decoder import Decoder, Past, Reading, floats

__all__ = ["Row", "Rows"]


class Row:
    """A text in a row of a shared cache; see `nesa.engines._decoder`."""

    def __init__(self, decoder: Decoder, cache: Cache, at: int, mask: npt.NDArray[np.int64]) -> None:
        """Take a row.

        Args:
            decoder: reads.
            cache: of all rows.
            at: the row's place in it.
            mask: int64 [room]; ones for what is read.
        """
        self._decoder = decoder
        self._cache = cache
        self._at = at
        self._values = cache.values(at, 1)
        self._mask = mask
        self.length = 0

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens."""
        decoder = self._decoder
        binding = decoder.bind(decoder.feeds(tokens, self.length))
        logits, hidden = decoder.outputs(binding, 1, len(tokens))
        for past, present, value in zip(decoder.cached, decoder.presents, self._values, strict=True):
            binding.bind_ortvalue_input(past, value)
            binding.bind_ortvalue_output(present, value)
        decoder.run(binding)
        self.grow(len(tokens))
        return Reading(floats(logits[0]), floats(hidden[0]))

    def grow(self, count: int) -> None:
        """Count tokens as read."""
        self._mask[self.length : self.length + count] = 1
        self.length += count

    def clear(self) -> None:
        """Forget the text."""
        self._mask[:] = 0
        self.length = 0

    def keep(self) -> Past:
        """Return a copy of what is remembered."""
        return Past(self._cache.copy(self._at, self.length), self.length)

    def load(self, past: Past, length: int) -> None:
        """Remember the first ``length`` tokens of another text."""
        self.clear()
        self._cache.write(self._at, past.cache, length)
        self.grow(length)


@dataclass(frozen=True, slots=True)
class _Step:
    """One token of each of the first rows: what is bound, and the arrays that it is bound to."""

    binding: Any
    feeds: dict[str, Any]
    tokens: npt.NDArray[np.int64]
    logits: Tensor
    hidden: Tensor


class Rows:
    """A cache of several rows. Not for several threads at once."""

    def __init__(self, decoder: Decoder, count: int, room: int) -> None:
        """Make room.

        Args:
            decoder: reads.
            count: of rows.
            room: tokens of each.
        """
        self.room = room
        self._decoder = decoder
        self._cache = decoder.cache(count, room)
        self._mask = np.zeros((count, room), np.int64)
        self._rows = [Row(decoder, self._cache, at, self._mask[at]) for at in range(count)]
        self._steps: dict[int, _Step] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> Row:
        return self._rows[at]

    def step(self, tokens: Sequence[int]) -> Reading:
        """Read one more token in each of the first rows.

        Args:
            tokens: one for each, from the first on.

        Returns:
            A row for each, until the next step.

        Raises:
            EngineError: the runtime failed.
        """
        count = len(tokens)
        step = self._steps.get(count) or self._steps.setdefault(count, self._prepare(count))
        step.tokens[:] = tokens
        for row in self._rows[:count]:
            row.grow(1)
        self._decoder.renew(step.binding, step.feeds)
        self._decoder.run(step.binding)
        return Reading(floats(step.logits), floats(step.hidden))

    def _prepare(self, count: int) -> _Step:
        """Bind everything once: shapes that never change spare the runtime its planning."""
        decoder = self._decoder
        tokens = np.zeros((count, 1), np.int64)
        feeds = {"input_ids": decoder.value(tokens), "attention_mask": decoder.value(self._mask[:count])}
        binding = decoder.bind(feeds)
        logits, hidden = decoder.outputs(binding, count, 1)
        values = self._cache.values(0, count)
        for past, present, value in zip(decoder.cached, decoder.presents, values, strict=True):
            binding.bind_ortvalue_input(past, value)
            binding.bind_ortvalue_output(present, value)
        return _Step(binding, feeds, tokens[:, 0], logits[:, 0], hidden[:, 0])
