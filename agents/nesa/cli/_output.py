"""What commands print: tables for people, JSON for programs."""

import base64
import dataclasses
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

__all__ = ["console", "plain", "print_fields", "print_json", "print_table"]

_MAX_SAFE_INTEGER = 2**53
_FILE_WIDTH = 160


def console(*, stderr: bool = False) -> Console:
    """Return a console for this command's output; tables in files are not cut to a terminal's width."""
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal:
        found.width = _FILE_WIDTH
    return found


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def plain(value: object, encode: Callable[[bytes], str] = _base64) -> Any:  # noqa: ANN401, PLR0911 - JSON has so many kinds
    """Return ``value`` as JSON can say it: bytes by ``encode``, enums by name, large integers as strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name), encode) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, bool) or value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _MAX_SAFE_INTEGER else str(value)
    if isinstance(value, bytes):
        return encode(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item, encode) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item, encode) for item in value]
    return str(value)


def print_json(value: object) -> None:
    """Print ``value`` as one JSON document."""
    click.echo(orjson.dumps(plain(value), option=orjson.OPT_INDENT_2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under headings, or the sentence ``empty``."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        click.echo(empty)


def _text(value: object) -> str:
    """Return a value as people read it: bytes in hexadecimal, lists with commas."""
    shown = plain(value, bytes.hex)
    return ", ".join(map(str, shown)) if isinstance(shown, list) else str(shown)


def print_fields(fields: Mapping[str, object]) -> None:
    """Print names and values, one to a line."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        table.add_row(name, _text(value))
    console().print(table)
