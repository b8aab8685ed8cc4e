"""Tokenizers in the form of Hugging Face's library, which reads them."""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import orjson

from nesa.errors import TokenizerError

__all__ = ["Tokenizer"]

_MAX_BYTES = 64 * 2**20
_BYTE = re.compile("<0x[0-9A-F]{2}>")


class Tokenizer:
    """Turns text into token ids and back; one instance serves many threads."""

    def __init__(self, raw: bytes) -> None:
        """Read a ``tokenizer.json``.

        Raises:
            TokenizerError: it is none, or the library is missing.
        """
        if len(raw) > _MAX_BYTES:
            raise TokenizerError(f"the tokenizer has {len(raw)} bytes, more than {_MAX_BYTES}")
        try:
            library = import_module("tokenizers")
        except ImportError as error:
            raise TokenizerError("language models need this package's extra 'text'") from error
        self.raw = raw
        try:
            described = orjson.loads(raw)
            self._tokenizer: Any = library.Tokenizer.from_buffer(raw)
            added = [
                (str(token["content"]), int(token["id"]), bool(token["special"])) for token in described["added_tokens"]
            ]
        except Exception as error:  # the library's errors have no type of their own
            raise TokenizerError("the tokenizer is none that the tokenizers library reads") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._special = {content: id_ for content, id_, special in added if special}
        self._piecewise = _piecewise(described.get("decoder"))

    @property
    def size(self) -> int:
        """How many ids there are: they are below this."""
        return max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1

    @property
    def special(self) -> dict[str, int]:
        """Tokens that steer a model, by what they look like in a text."""
        return dict(self._special)

    def encode(self, text: str, *, complete: bool = False) -> list[int]:
        """Return a text's token ids. Special tokens in it count as such.

        Args:
            text: any text.
            complete: add what the tokenizer adds around a whole text, such as a mark of its beginning.
        """
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
