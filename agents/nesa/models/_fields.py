"""Strict reading of JSON objects: every key is known, every value typed and bounded."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

import orjson

from nesa.errors import ManifestError

__all__ = ["JSON_INTEGER_MAX", "Fields", "Json", "parse_object"]

JSON_INTEGER_MAX = 2**53 - 1  # RFC 8785 can write no larger integer exactly

T = TypeVar("T")

Json = int | str | Sequence["Json"] | Mapping[str, "Json"]


def parse_object(raw: bytes, max_bytes: int, what: str = "the manifest") -> Mapping[str, object]:
    """Parse ``raw`` as one JSON object of integers and strings.

    Args:
        raw: the text.
        max_bytes: how much of it is looked at.
        what: names it in errors.

    Raises:
        ManifestError: too large, not JSON, a repeated key, a fraction, or not an object.
    """

    def refuse_float(_text: str) -> float:
        raise ManifestError(f"{what} has a number with a fraction; only integers and strings are allowed")

    def refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ManifestError(f"{what} has a key twice in one object")
        return found

    if len(raw) > max_bytes:
        raise ManifestError(f"{what} has {len(raw)} bytes, more than the {max_bytes} allowed")
    try:
        orjson.loads(raw)  # is strict, and refuses nesting that would exhaust the stack of json, which has the hooks
        found = json.loads(raw, object_pairs_hook=refuse_duplicates, parse_float=refuse_float)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{what} is not JSON") from error
    if not isinstance(found, dict):
        raise ManifestError(f"{what} is not a JSON object")
    return found


class Fields:
    """Reads one JSON object field by field; `done` refuses what was not read."""

    def __init__(self, values: object, where: str) -> None:
        if not isinstance(values, Mapping):
            raise ManifestError(f"{where} must be an object")
        self._values = cast("Mapping[str, object]", values)
        self._where = where
        self._left = set(self._values)

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise ManifestError(f"{self._where} lacks {key!r}")
        self._left.discard(key)
        return self._values[key]

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}"

    def text(self, key: str, pattern: str = r"[^\x00-\x1f]+", max_length: int = 1024) -> str:
        """Return a string that matches ``pattern`` as a whole."""
        return self._text(self._take(key), self._name(key), pattern, max_length)

    @staticmethod
    def _text(value: object, name: str, pattern: str, max_length: int) -> str:
        if not isinstance(value, str) or len(value) > max_length or re.fullmatch(pattern, value) is None:
            raise ManifestError(f"{name} must be a string of at most {max_length} characters matching {pattern}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """Return a string that is one of ``allowed``."""
        value = self._take(key)
        if not isinstance(value, str) or value not in allowed:
            raise ManifestError(f"{self._name(key)} must be one of {', '.join(allowed)}")
        return value

    def integer(self, key: str, low: int, high: int = JSON_INTEGER_MAX) -> int:
        """Return an integer from ``low`` to ``high``, both included."""
        return self._integer(self._take(key), self._name(key), low, high)

    @staticmethod
    def _integer(value: object, name: str, low: int, high: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ManifestError(f"{name} must be an integer from {low} to {high}")
        return value

    def _list(self, key: str, max_items: int) -> list[object]:
        value = self._take(key)
        if not isinstance(value, list) or len(value) > max_items:
            raise ManifestError(f"{self._name(key)} must be a list of at most {max_items} items")
        return value

    def texts(self, key: str, pattern: str, max_items: int) -> tuple[str, ...]:
        """Return a list of distinct strings."""
        name = self._name(key)
        found = tuple(self._text(item, name, pattern, 256) for item in self._list(key, max_items))
        if len(set(found)) != len(found):
            raise ManifestError(f"{name} has an item twice")
        return found

    def integers(self, key: str, counts: tuple[int, ...]) -> tuple[int, ...]:
        """Return a list of integers from zero up, of which there are as many as one of ``counts``."""
        items = self._list(key, max(counts))
        if len(items) not in counts:
            raise ManifestError(f"{self._name(key)} must have {' or '.join(map(str, counts))} items")
        return tuple(self._integer(item, self._name(key), 0, JSON_INTEGER_MAX) for item in items)

    def sizes(self, key: str, max_items: int, high: int, *, low: int = 1) -> tuple[int, ...]:
        """Return a list of one to ``max_items`` integers from ``low`` to ``high``."""
        items = self._list(key, max_items)
        if not items:
            raise ManifestError(f"{self._name(key)} is empty")
        return tuple(self._integer(item, self._name(key), low, high) for item in items)

    def section(self, key: str) -> "Fields":
        """Return the object under ``key``."""
        return Fields(self._take(key), self._name(key))

    def sections(self, key: str, read: Callable[["Fields"], T], max_items: int) -> tuple[T, ...]:
        """Return what ``read`` makes of each object of a list."""
        name = self._name(key)
        return tuple(read(Fields(item, f"{name}[{i}]")) for i, item in enumerate(self._list(key, max_items)))

    def done(self) -> None:
        """Refuse keys that nobody read: a misspelt option must not pass silently."""
        if self._left:
            raise ManifestError(f"{self._where} has the unknown key {min(self._left)!r}")
