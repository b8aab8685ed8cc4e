"""When an answer ends, and what of its tokens' text belongs to it."""

from collections.abc import Sequence

from nesa.text._answer import Answer, Finish
from nesa.text._tokenizer import Tokenizer

__all__ = ["Ending", "Follower"]


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

    def follow(self) -> "Follower":
        """Return what finds out token by token where an answer ends, at its beginning."""
        return Follower(self._tokenizer, self._stops, self._texts, self._limit)

    def first(self, tokens: Sequence[int]) -> int:
        """Return after how many tokens an answer of these would have ended; more than there are where it goes on."""
        take = self.follow().take
        return next((count for count, token in enumerate(tokens, 1) if take(token)), len(tokens) + 1)

    def _cut(self, text: str) -> int | None:
        """Return where the first text to stop at begins."""
        return min((at for stop in self._texts if (at := text.find(stop)) >= 0), default=None)


class Follower:
    """Follows one answer to its end: what `Ending.reached` says of all tokens so far, in the same time for each."""

    def __init__(self, tokenizer: Tokenizer, stops: frozenset[int], texts: tuple[str, ...], limit: int) -> None:
        self._tokenizer = tokenizer
        self._stops = stops
        self._texts = texts
        self._left = limit
        self._known = ""  # the last characters of what no token will change
        self._window: list[int] = []  # the token that ends it, and all others
        self._seen = 0  # characters of the window that are known
        self._reach = max(map(len, texts), default=0) - 1

    def take(self, token: int) -> Finish | None:
        """Go on with a token; return why the answer ends after it, None where it goes on."""
        self._left -= 1
        if token in self._stops or (self._texts and self._spelt(token)):
            return "stop"
        return "length" if self._left <= 0 else None

    def _spelt(self, token: int) -> bool:
        """Whether the text holds a text to stop at once the token is there."""
        self._window.append(token)
        text = self._known + self._tokenizer.decode(self._window)[self._seen :]
        if alone := self._tokenizer.alone(token):
            self._known = text[max(0, len(text) - self._reach) :]
            self._window, self._seen = [token], len(alone)
        return any(stop in text for stop in self._texts)
