"""What commands print: tables for people, JSON for programs.

Much of it is text of strangers: nothing in a table is markup, and nothing steers the terminal.
"""

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
from rich.text import Text

from nesa.untrusted import clean

__all__ = ["AMOUNTS", "console", "plain", "print_fields", "print_json", "print_table"]

AMOUNTS = frozenset({
    "amount", "appeal_deposit", "ask", "asks", "balance", "bond", "burn", "challenge_deposit", "cheapest_ask", "cost",
    "cost_per_job", "deposit", "earned", "escrow", "escrow_balance", "escrow_owed", "executor", "fee", "fees", "free",
    "gas_balances", "gas_cost", "gas_price", "levy", "levy_balance", "locked", "lost", "min_fee", "min_stake", "owed",
    "per_job", "premium", "price", "profit", "refunded", "registration_fee", "reserve", "royalty", "slot_unit", "stake",
    "tip", "unbonding", "verifier", "withheld",
})  # fmt: skip
"""Names of amounts of anes, wherever they are whole numbers: too large for most programs', hence text in JSON."""

_LEAST, _MOST = -(2**63), 2**64 - 1  # what JSON is written with
_FILE_WIDTH = 160


def console(*, stderr: bool = False) -> Console:
    """Return a console for this command's output; tables in files are not cut to a terminal's width."""
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal:
        found.width = _FILE_WIDTH
    return found


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def plain(value: object, encode: Callable[[bytes], str] = _base64, *, amount: bool = False) -> Any:  # noqa: ANN401, PLR0911 - JSON has so many kinds
    """Return ``value`` as JSON can say it: bytes by ``encode``, enums by name, amounts as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, bool) or value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int):
        return str(value) if amount or not _LEAST <= value <= _MOST else value
    if isinstance(value, bytes):
        return encode(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item, encode, amount=amount or key in AMOUNTS) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item, encode, amount=amount) for item in value]
    return str(value)


def print_json(value: object) -> None:
    """Print ``value`` as one JSON document."""
    click.echo(orjson.dumps(plain(value), option=orjson.OPT_INDENT_2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under headings, or the sentence ``empty``."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(clean(str(cell))) for cell in row))
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
        table.add_row(*(Text(clean(text)) for text in (name, _text(value))))
    console().print(table)
