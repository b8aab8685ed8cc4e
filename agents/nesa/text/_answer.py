"""Answers: the tokens that are checked, and the text that they spell."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal, TypeAlias

import rfc8785

from nesa.untrusted import parse_json

__all__ = ["Answer", "Finish", "read_answer"]

Finish: TypeAlias = Literal["stop", "length"]

_MAX_TOKENS = 2**20
_MAX_ID = 2**32
_SEVEN = 7
_MORE = 0x80


@dataclass(frozen=True, slots=True)
class Answer:
    """What a language model wrote.

    Attributes:
        tokens: ids in order, the one that ended the answer included.
        text: what they spell, up to a text to stop at.
        finish: ``stop`` where the model or such a text ended the answer, ``length`` where its limit did.
    """

    tokens: tuple[int, ...]
    text: str
    finish: Finish

    def to_json(self) -> bytes:
        """Return the payload: canonical JSON, in which ``tokens`` are LEB128 numbers in base 64."""
        packed = base64.b64encode(b"".join(map(_leb128, self.tokens))).decode()
        return rfc8785.dumps({"finish": self.finish, "text": self.text, "tokens": packed})


def read_answer(raw: bytes) -> Answer | None:
    """Return the answer that a payload spells; None where it is none, or is spelt otherwise than by `to_json`."""
    try:
        found = parse_json(raw)
        match found:
            case {"finish": "stop" | "length" as finish, "text": str(text), "tokens": str(packed), **rest} if not rest:
                answer = Answer(_unpack(base64.b64decode(packed, validate=True)), text, finish)
                return answer if answer.to_json() == raw else None
    except (ValueError, binascii.Error):
        return None
    return None


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number >= _MORE:
        out.append(number & (_MORE - 1) | _MORE)
        number >>= _SEVEN
    out.append(number)
    return bytes(out)


def _unpack(raw: bytes) -> tuple[int, ...]:
    tokens, number, shift = list[int](), 0, 0
    for byte in raw:
        number |= (byte & (_MORE - 1)) << shift
        shift += _SEVEN
        if number >= _MAX_ID or shift > 5 * _SEVEN or len(tokens) >= _MAX_TOKENS:
            raise ValueError("not the ids of tokens")
        if byte < _MORE:
            tokens.append(number)
            number, shift = 0, 0
    if shift:
        raise ValueError("the last number has no end")
    return tuple(tokens)
