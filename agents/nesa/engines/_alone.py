"""Writes each answer by itself, in the thread that asks for it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from nesa.engines._decoder import Kept, Reading, pieces
from nesa.engines._draft import Draft, Task
from nesa.engines._prefixes import Prefixes

__all__ = ["Alone", "Reader", "TextReader"]


class Reader(Protocol):
    """Reads a text in pieces, one after another."""

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens, and tell of the last of them at least.

        Raises:
            EngineError: the runtime failed.
        """
        ...

    def close(self) -> None:
        """Be done with the text."""
        ...


class TextReader:
    """Reads with a graph, from where a text that began alike was left."""

    def __init__(self, text: Kept, prefixes: Prefixes | None, chunk: int) -> None:
        self._text = text
        self._prefixes = prefixes
        self._chunk = chunk
        self._seen: list[int] = []

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens."""
        first = not self._seen
        if first and self._prefixes:
            self._prefixes.load(self._text, tokens)
        for piece in pieces(tokens[self._text.length - len(self._seen) :], self._chunk):
            reading = self._text.read(piece)
        self._seen.extend(tokens)
        if first:
            self.close()
        return reading

    def close(self) -> None:
        """Remember what was read, for a text that goes on from there."""
        if self._prefixes and self._seen:
            self._prefixes.keep(self._seen, self._text)


class Alone:
    """Writes with a new reader for each answer; see `nesa.engines._draft.Writer`."""

    together = 1

    def __init__(self, reader: Callable[[Task], Reader]) -> None:
        """Take readers.

        Args:
            reader: makes one for a task.
        """
        self._reader = reader

    def write(self, draft: Draft) -> None:
        """Write an answer to its end."""
        with closing(self._reader(draft.task)) as reader:
            reading = reader.read(draft.task.prompt)
            while draft.take(reading.logits[-1], reading.hidden[-1]):
                reading = reader.read(draft.tokens[-1:])
