"""Tokenizers in the form of Hugging Face's library, which reads them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import orjson

from nesa.errors import InvalidInputError, NesaError, TokenizerError
from nesa.text._judge import growth, judge_tokenizer

__all__ = ["Tokenizer"]

_MAX_BYTES = 64 * 2**20
_MAX_GROWN = 2**26  # bytes; the library keeps sixteen more for each
_PANIC = "PanicException"


@contextmanager
def _failing_as(named: NesaError) -> Iterator[None]:
    """Raise an error of this package in place of the library's, which have no type; its panics are no `Exception`."""
    try:
        yield
    except NesaError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == _PANIC:
            raise named from error
        raise


class Tokenizer:
    """Turns text into token ids and back; one instance serves many threads."""

    def __init__(self, raw: bytes) -> None:
        """Read a ``tokenizer.json``.

        Raises:
            TokenizerError: it is none, makes much of little, or the library is missing.
        """
        if len(raw) > _MAX_BYTES:
            raise TokenizerError(f"the tokenizer has {len(raw)} bytes, more than {_MAX_BYTES}")
        try:
            library = import_module("tokenizers")
        except ImportError as error:
            raise TokenizerError("language models need this package's extra 'text'") from error
        self.raw = raw
        with _failing_as(TokenizerError("the tokenizer is none that the tokenizers library reads")):
            described = orjson.loads(raw)
            judge_tokenizer(described)
            self._growth = growth(described)
            self._tokenizer: Any = library.Tokenizer.from_buffer(raw)
            added = [
                (str(token["content"]), int(token["id"]), bool(token["special"])) for token in described["added_tokens"]
            ]
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._special = {content: id_ for content, id_, special in added if special}

    @property
    def size(self) -> int:
        """How many ids there are: they are below this."""
        return max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1

    @property
    def special(self) -> dict[str, int]:
        """Tokens that steer a model, by what they look like in a text."""
        return dict(self._special)

    def expect(self, longest: int) -> None:
        """Make sure that texts of so many bytes can be split.

        Raises:
            TokenizerError: what the tokenizer makes of them may be too large.
        """
        if longest * self._growth > _MAX_GROWN:
            raise TokenizerError(
                f"the tokenizer may make {self._growth} bytes of each, too many for texts of {longest} bytes"
            )

    def encode(self, text: str, *, complete: bool = False) -> list[int]:
        """Return a text's token ids. Special tokens in it count as such.

        Args:
            text: any text.
            complete: add what the tokenizer adds around a whole text, such as a mark of its beginning.

        Raises:
            InvalidInputError: it holds half a character, or a pattern takes too many steps on it: the library counts.
        """
        with _failing_as(InvalidInputError("the tokenizer cannot split the text")):
            return list(self._tokenizer.encode(text, add_special_tokens=complete).ids)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of token ids, special ones left out; bytes that are no text become U+FFFD."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))
