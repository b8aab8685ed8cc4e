"""When an answer ends, and what of its tokens' text belongs to it."""

from collections.abc import Sequence

from nesa.text._answer import Answer, Finish
from nesa.text._tokenizer import Tokenizer

__all__ = ["Ending"]


class Ending:
    """The rule by which a miner stops and a verifier finds that it stopped where it had to.

    An answer ends with the first token that is one of the model's ``stops``, or after which its text holds a text to
    stop at; or else at its limit.
    """

    def __init__(self, tokenizer: Tokenizer, stops: Sequence[int], texts: Sequence[str], limit: int) -> None:
        self._tokenizer = tokenizer
        self._stops = frozenset(stops)
        self._texts = tuple(texts)
        self._limit = limit

    @property
    def limit(self) -> int:
        """The most tokens that an answer has."""
        return self._limit

    def reached(self, tokens: Sequence[int]) -> Finish | None:
        """Return why an answer ends after these tokens; None where it goes on."""
        if tokens and tokens[-1] in self._stops:
            return "stop"
        if self._texts and self._cut(self._tokenizer.decode(tokens)) is not None:
            return "stop"
        return "length" if len(tokens) >= self._limit else None

    def answer(self, tokens: Sequence[int], finish: Finish) -> Answer:
        """Return the answer of these tokens."""
        text = self._tokenizer.decode(tokens)
        return Answer(tuple(tokens), text[: self._cut(text)], finish)

    def first(self, tokens: Sequence[int]) -> int:
        """Return after how many tokens an answer of these would have ended; more than there are where it goes on."""
        for count in range(1, len(tokens) + 1):
            if (tokens[count - 1] in self._stops or self._texts or count == self._limit) and self.reached(
                tokens[:count]
            ):
                return count
        return len(tokens) + 1

    def _cut(self, text: str) -> int | None:
        """Return where the first text to stop at begins."""
        return min((at for stop in self._texts if (at := text.find(stop)) >= 0), default=None)
