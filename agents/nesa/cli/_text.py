"""Text that strangers chose, such as names on the chain, made safe to show."""

import unicodedata

__all__ = ["clean"]

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, escapes, bidirectional overrides, separators of lines
_JOINERS = "\u200c\u200d"  # words of some languages, and emoji, are written with them
_REPLACEMENT = "�"


def clean(text: str, *, keep: str = "") -> str:
    """Return text with a visible mark for each character that would steer a terminal, but those in ``keep``."""
    if text.isprintable():
        return text
    kept = _JOINERS + keep
    return "".join(
        _REPLACEMENT if unicodedata.category(letter) in _HIDDEN and letter not in kept else letter for letter in text
    )
