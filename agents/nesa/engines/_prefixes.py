"""Remembers what a graph made of prompts, so that one that begins alike is not read from its beginning again."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from nesa.engines._decoder import Kept, Past

__all__ = ["Prefixes"]

_LEAST = 16  # tokens: fewer are read in no time


class Prefixes:
    """The caches of the texts last read, up to a number of bytes. Many threads may use one."""

    def __init__(self, max_bytes: int) -> None:
        """Remember nothing yet.

        Args:
            max_bytes: of all caches together.
        """
        self._max_bytes = max_bytes
        self._known: OrderedDict[tuple[int, ...], Past] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def load(self, text: Kept, tokens: Sequence[int]) -> None:
        """Have a new text remember the longest known beginning of ``tokens``, at least one token short of them."""
        with self._lock:
            best = max(self._known, key=lambda known: _common(known, tokens), default=())
            length = min(_common(best, tokens), len(tokens) - 1)
            if length < _LEAST:
                return
            self._known.move_to_end(best)
            past = self._known[best]
        text.load(past, length)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
            self._bytes = 0

    def keep(self, tokens: Sequence[int], text: Kept) -> None:
        """Remember a text of ``tokens``; what was not asked for longest is forgotten."""
        key = tuple(tokens)
        if len(key) < _LEAST:
            return
        past = text.keep()
        size = _size(past)
        if size > self._max_bytes:
            return
        with self._lock:
            for known in [known for known in self._known if known == key[: len(known)]]:
                self._bytes -= _size(self._known.pop(known))
            self._known[key] = past
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, old = self._known.popitem(last=False)
                self._bytes -= _size(old)


def _common(known: Sequence[int], tokens: Sequence[int]) -> int:
    """Return how many tokens both begin with."""
    for at, (one, other) in enumerate(zip(known, tokens, strict=False)):
        if one != other:
            return at
    return min(len(known), len(tokens))


def _size(past: Past) -> int:
    return sum(array.nbytes for array in past.cache)
