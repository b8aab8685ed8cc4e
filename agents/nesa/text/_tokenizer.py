"""Tokenizers in the form of Hugging Face's library, which reads them."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import orjson

from nesa.errors import InvalidInputError, NesaError, TokenizerError
from nesa.text._judge import judge_tokenizer

__all__ = ["Tokenizer"]

_MAX_BYTES = 64 * 2**20
_MAX_GROWN = 2**26  # bytes; the library keeps sixteen more for each
_PANIC = "PanicException"
_BYTE = re.compile("<0x[0-9A-F]{2}>")


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
            self._growth = judge_tokenizer(described)
            self._tokenizer: Any = library.Tokenizer.from_buffer(raw)
            added = [
                (str(token["content"]), int(token["id"]), bool(token["special"])) for token in described["added_tokens"]
            ]
            self._piecewise = _piecewise(described.get("decoder"))
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

    def piece(self, id_: int) -> str:
        """Return a token as the vocabulary spells it; empty if there is none."""
        return str(self._tokenizer.id_to_token(id_) or "")

    def alone(self, id_: int) -> str:
        """Return the text of a token after which texts can be cut; empty if it is not known to be one.

        After such a token ``a``, whatever is before and behind it, ``decode([…, a, …])`` is ``decode([…, a])`` and
        what ``decode([a, …])`` has beyond this text. Half characters are none, nor what may be a part of one.
        """
        if not self._piecewise or _BYTE.fullmatch(self.piece(id_)):
            return ""
        text = self.decode([id_])
        return "" if text.endswith("\N{REPLACEMENT CHARACTER}") else text


def _piecewise(decoder: object) -> bool:
    """Whether a decoder turns tokens into text one by one but for bytes of a character, and a space before the first.

    These are those of byte-level and of sentencepiece's tokenizers.
    """
    match decoder:
        case {"type": "ByteLevel" | "Metaspace"}:
            return True
        case {"type": "Sequence", "decoders": [*parts]}:
            kinds = " ".join(str(part.get("type")) for part in parts)
            strips = [(part["start"], part["stop"]) for part in parts if part.get("type") == "Strip"]
            return bool(re.fullmatch("(Replace )*ByteFallback( Fuse( Strip)?)?", kinds)) and set(strips) <= {(1, 0)}
    return False
