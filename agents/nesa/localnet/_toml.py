"""Change values of a commented TOML file in place, as an operator would."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from nesa.errors import NesaError

__all__ = ["edit_toml"]

_SECTION = re.compile(r"^\[([^\[\]]+)\]\s*$")
_ENTRY = re.compile(r"^([A-Za-z0-9_.-]+)\s*=")


def edit_toml(path: Path, values: Mapping[str, str | int | bool]) -> None:
    """Set ``values``, named ``section.key`` or ``key``, in the file at ``path``; comments and order stay.

    Raises:
        NesaError: the file has no such key, hence the setting would be lost silently.
    """
    left = dict(values)
    section = ""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if header := _SECTION.match(line):
            section = header[1] + "."
        elif (entry := _ENTRY.match(line)) and section + entry[1] in left:
            lines[number] = f"{entry[1]} = {json.dumps(left.pop(section + entry[1]))}"
    if left:
        raise NesaError(f"{path.name} has no setting {', '.join(sorted(left))}")
    path.write_text("\n".join(lines) + "\n")
