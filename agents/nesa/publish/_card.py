"""The card of a model: what its README and licence say about who may use it."""

import re
from dataclasses import dataclass

from nesa.publish._folder import Source

__all__ = ["Card", "read_card"]

_MAX_CARD = 2**20
_README = ("README.md", "README", "README.txt")
_LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING")
_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
# No two parts match the same letters: a stranger's README would keep them busy for hours.
_FIELD = re.compile(r"^(?P<key>license|license_name):(?P<value>[^\r\n#]*)", re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]+(?P<title>[^\s].*)", re.MULTILINE)
_SPDX = {
    "apache-2.0": "Apache-2.0", "mit": "MIT", "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
    "isc": "ISC", "mpl-2.0": "MPL-2.0", "gpl-3.0": "GPL-3.0-only", "agpl-3.0": "AGPL-3.0-only", "cc0-1.0": "CC0-1.0",
    "lgpl-3.0": "LGPL-3.0-only", "unlicense": "Unlicense", "cc-by-4.0": "CC-BY-4.0", "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0", "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
}  # fmt: skip
"""SPDX identifiers by the hub's names; its other names are of licences that SPDX does not list."""
_WORDS = {
    "Apache License\n": "Apache-2.0",
    "MIT License": "MIT",
    "Permission is hereby granted, free of charge": "MIT",
    "Mozilla Public License Version 2.0": "MPL-2.0",
    "CC0 1.0 Universal": "CC0-1.0",
}
"""Words by which texts of licences are known."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a folder says of itself.

    Attributes:
        title: the README's first heading; empty without one.
        licence: SPDX expression; empty where nothing names one.
        files: paths of README and licence, which are published along.
    """

    title: str
    licence: str
    files: tuple[str, ...]


def read_card(source: Source) -> Card:
    """Read a folder's card: the licence by its name in the README's front matter, or by the words of its text."""
    readme = _first(source, _README)
    licence = _first(source, _LICENCES)
    text = _text(source, readme)
    fields = {}
    if matter := _MATTER.match(text):
        fields = {found["key"]: found["value"].strip(" \t'\"") for found in _FIELD.finditer(matter[1])}
        text = text[matter.end() :]
    title = _TITLE.search(text)
    return Card(
        title=title["title"].rstrip()[:256] if title else "",
        licence=_named(fields) or _recognised(_text(source, licence)),
        files=tuple(path for path in (readme, licence) if path),
    )


def _first(source: Source, names: tuple[str, ...]) -> str:
    return next((path for name in names if (path := source.named(name)) and source.files[path] <= _MAX_CARD), "")


def _text(source: Source, path: str) -> str:
    return source.read(path, _MAX_CARD).decode(errors="replace") if path else ""


def _named(fields: dict[str, str]) -> str:
    name = fields.get("license", "").lower()
    if name == "other":
        name = fields.get("license_name", "other").lower()
    if not name or name == "unknown":
        return ""
    return _SPDX.get(name) or "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name)[:64]


def _recognised(text: str) -> str:
    return next((licence for words, licence in _WORDS.items() if words in text), "")
