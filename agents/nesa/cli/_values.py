"""Kinds of values that commands take: what nothing can be is told before anything else happens."""

import math
import re

import click
from click.types import StringParamType

from nesa.untrusted import parse_whole

__all__ = [
    "ASSURANCE",
    "BLOCKS",
    "BPS",
    "BYTES",
    "COUNT",
    "HEIGHT",
    "ID",
    "MAX_ID",
    "MAX_PORT",
    "MODEL",
    "NAME",
    "PORT",
    "SECONDS",
]

_UINT32 = 2**32 - 1
MAX_ID = 2**64 - 1
MAX_PORT = 65_535
_INT64 = 2**63 - 1  # heights are signed
_DAY = 86_400.0
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?/[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


class _Finite(click.FloatRange):
    """A number in a range, in which NaN would be otherwise: it compares as neither less nor more."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))  # type: ignore[arg-type]
        if not math.isfinite(number):
            self.fail(f"{value} is no number.", param, ctx)
        return number


class _Model(StringParamType):
    """A model's name, with or without a version's number, or the id of a version."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(super().convert(value, param, ctx))
        _, at, number = text.partition("@")
        if text.isdigit() and not parse_whole(text, MAX_ID):
            self.fail(f"{text!r} is no version's id.", param, ctx)
        if at and not parse_whole(number, _UINT32):
            self.fail(f"{number!r} is no version's number.", param, ctx)
        return text


class _Name(StringParamType):
    """A new model's name, as the chain takes it."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(super().convert(value, param, ctx))
        if not _NAME.fullmatch(text):
            self.fail(f"{text!r} is not a lower-case publisher/name, of at most 32 and 64 characters.", param, ctx)
        return text


class _Assurance(click.ParamType[object]):
    """What a request's result is backed by, as `nesa.client.Wanted` reads it."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        from nesa.client import Wanted  # noqa: PLC0415 - slow to import, and few commands need it

        try:
            return value if isinstance(value, Wanted) else Wanted.parse(str(value))
        except ValueError as error:
            self.fail(f"{error}, not {value!r}.", param, ctx)


ASSURANCE = _Assurance()
ID = click.IntRange(1, MAX_ID)
HEIGHT = click.IntRange(1, _INT64)
BLOCKS = click.IntRange(1, _INT64)
COUNT = click.IntRange(1, _INT64)
BYTES = click.IntRange(1, _INT64)
BPS = click.IntRange(0, 10_000)
PORT = click.IntRange(0, MAX_PORT)
SECONDS = _Finite(0, 365 * _DAY, min_open=True)
TEMPERATURE = _Finite(0, 2)
MODEL = _Model()
NAME = _Name()
