"""What strangers wrote: read within bounds, and shown without effect."""

import json
import unicodedata

import orjson

__all__ = ["clean", "parse_json", "parse_whole"]

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, escapes, bidirectional overrides, separators of lines
_JOINERS = "\u200c\u200d"  # words of some languages, and emoji, are written with them


def parse_json(text: bytes | str) -> object:
    """Return what a JSON document says, integers of any size included.

    Raises:
        ValueError: not JSON, or nested so deeply that reading it could exhaust the stack. The standard library's reader
            notices that by the interpreter's limit only, which some libraries raise beyond what the stack holds.
    """
    orjson.loads(text)  # has a limit of its own, but makes floats of large integers
    found: object = json.loads(text)
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
