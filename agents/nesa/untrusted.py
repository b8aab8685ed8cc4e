"""What strangers wrote: read within bounds, and shown without effect."""

import json
import unicodedata

import orjson

__all__ = ["clean", "parse_json", "parse_whole"]

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, escapes, bidirectional overrides, separators of lines
_DEEPEST = 100
_JOINERS = "\u200c\u200d"  # words of some languages, and emoji, are written with them


def parse_json(text: bytes | str, *, unique: bool = False) -> object:
    """Return what a JSON document says, integers of any size included.

    Args:
        text: the document.
        unique: refuse a key that an object has twice, of which readers may take either.

    Raises:
        ValueError: not JSON, or nested more than a hundred deep. Who walks through it may then call itself: where the
            interpreter's own stack ends depends on who asks, and all machines have to refuse the same documents.
    """
    _refuse_depth(orjson.loads(text))  # has a limit of its own, but makes floats of large integers
    found: object = json.loads(text, object_pairs_hook=_unique if unique else None)
    return found


def _refuse_depth(found: object) -> None:
    level = [found]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"nested more than {_DEEPEST} deep")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found


def parse_whole(text: str, most: int) -> int | None:
    """Return the number that ``text`` writes in plain digits; None when it does not, or is more than ``most``."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def clean(text: str, *, keep: str = "") -> str:
    """Return text with a visible mark for each character that would steer a terminal, but those in ``keep``."""
    if text.isprintable():
        return text
    kept = _JOINERS + keep
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in _HIDDEN and letter not in kept else letter
        for letter in text
    )
