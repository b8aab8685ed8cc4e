"""Judges what a stranger's tokenizer does to texts: how much it may make of one is known before there is any."""

import base64
import struct
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from nesa.errors import TokenizerError

__all__ = ["judge_tokenizer"]

_LONGEST_TOKEN = 1024  # characters
_LONGEST_WORD = 1000  # characters, of which WordPiece tries each part
_MOST_AROUND = 64  # tokens around a text
_MOST_DECODED = 16
_MOST_STEPS = 32
_LISTS = ("normalizers", "pretokenizers", "processors", "decoders")
_GROWTH = {
    "BertNormalizer": 6, "ByteLevel": 2, "Lowercase": 2, "Metaspace": 3, "NFC": 3, "NFD": 3, "NFKC": 11, "NFKD": 11,
}  # fmt: skip
"""Of how many bytes each one may become: in UTF-8, by the Unicode character that grows most."""

_TRIE = struct.Struct("<I")  # bytes of the index before the texts of a map of characters


def judge_tokenizer(described: Mapping[str, object]) -> int:
    """Refuse a tokenizer that makes much of little, whatever the text; return what becomes of a byte at most, in bytes.

    Args:
        described: a ``tokenizer.json``.

    Raises:
        TokenizerError: one sentence with what it does.
        LookupError, TypeError: it is no tokenizer.
    """
    decoders = list(_steps(described.get("decoder")))
    if prod(map(_step, decoders)) > _MOST_DECODED or any(_is_pattern(step) for step in decoders):
        raise TokenizerError("the tokenizer's decoder makes long texts of short ones, or looks for patterns")
    if any(len(token) > _LONGEST_TOKEN for token in _tokens(described)):
        raise TokenizerError(f"the tokenizer has a token of more than {_LONGEST_TOKEN} characters")
    match described.get("model"):
        case {"max_input_chars_per_word": int(longest)} if longest > _LONGEST_WORD:
            raise TokenizerError(f"the tokenizer looks for parts in words of more than {_LONGEST_WORD} characters")
    if sum(_around(step) for step in _steps(described.get("post_processor"))) > _MOST_AROUND:
        raise TokenizerError(f"the tokenizer puts more than {_MOST_AROUND} tokens around a text")
    return _growth(described)


def _growth(described: Mapping[str, object]) -> int:
    """Return of how many bytes at most each byte of a text becomes before it is split into tokens.

    Raises:
        TokenizerError: a step is none that is known.
    """
    steps = [*_steps(described.get("normalizer")), *_steps(described.get("pre_tokenizer"))]
    return prod(map(_step, steps))


def _steps(found: object) -> Iterator[Mapping[str, object]]:
    """Yield the steps of which a part is made, in order."""
    rest, count = [found], 0
    while rest:
        step = rest.pop()
        match step:
            case None:
                continue
            case {"type": "Sequence", **fields}:
                for inner in (fields[name] for name in _LISTS if name in fields):
                    rest += reversed(inner) if isinstance(inner, list) else [inner]
            case {"type": str()} if isinstance(step, dict):
                count += 1
                yield step
            case _:
                raise TokenizerError("the tokenizer has a step without a type")
        if count + len(rest) > _MOST_STEPS:
            raise TokenizerError(f"the tokenizer has more than {_MOST_STEPS} steps in a row")


def _step(step: Mapping[str, object]) -> int:
    match step:
        case {"type": "Replace", "pattern": {"String": str(text)}, "content": str(content)} if text:
            return max(1, -(-_size(content) // _size(text)))
        case {"type": "Replace", "content": str(content)}:  # may stand between any two bytes
            return 1 + _size(content)
        case {"type": "Prepend", "prepend": str(text)}:
            return 1 + _size(text)
        case {"type": "Precompiled", "precompiled_charsmap": str(packed)}:
            return _longest_text(packed)
        case {"type": str(kind)}:
            return _GROWTH.get(kind, 1)
    raise TokenizerError("the tokenizer has a step without a type")


def _longest_text(packed: str) -> int:
    """Return the bytes of the longest text that a map of SentencePiece's puts in the place of another."""
    try:
        raw = base64.b64decode(packed)
        start = _TRIE.size + _TRIE.unpack_from(raw)[0]
    except (ValueError, struct.error) as error:
        raise TokenizerError("the tokenizer's map of characters is damaged") from error
    return max(1, *map(len, raw[start:].split(b"\0")))


def _is_pattern(step: Mapping[str, object]) -> bool:
    match step:
        case {"type": "Replace", "pattern": {"Regex": _}}:
            return True
    return False


def _tokens(described: Mapping[str, object]) -> Iterator[str]:
    match described.get("model"):
        case {"vocab": dict(vocabulary)}:
            yield from (str(token) for token in vocabulary)
        case {"vocab": [*pieces]}:
            yield from (str(piece[0]) for piece in pieces if isinstance(piece, list) and piece)
    match described.get("added_tokens"):
        case [*added]:
            yield from (str(token.get("content")) for token in added if isinstance(token, dict))


def _around(step: Mapping[str, Any]) -> int:
    match step:
        case {"type": "TemplateProcessing", "single": [*single], "special_tokens": dict(special)}:
            counts: dict[str, int] = {name: len(token["ids"]) for name, token in special.items()}
            pieces: list[Any] = single
            return sum(counts[piece["SpecialToken"]["id"]] for piece in pieces if "SpecialToken" in piece)
    return 0


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))
