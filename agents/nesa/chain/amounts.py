"""Amounts: whole base units (``anes``) inside, ``NES`` with 18 decimals for people. Never a float."""

import re
from decimal import Decimal, InvalidOperation, localcontext

from nesa.chain._errors import AmountError

__all__ = ["DECIMALS", "DENOM", "NES", "format_nes", "parse_amount", "to_anes", "to_nes"]

DENOM = "anes"
DECIMALS = 18
NES = 10**DECIMALS

_PRECISION = 96  # digits, far beyond a 256-bit integer
_AMOUNT = re.compile(r"(?P<number>[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<unit>[A-Za-z]*)")


def to_nes(anes: int) -> Decimal:
    """Return base units as NES, exactly."""
    with localcontext() as context:
        context.prec = _PRECISION
        return Decimal(anes).scaleb(-DECIMALS)


def to_anes(nes: Decimal | str | int) -> int:
    """Return NES as base units.

    Raises:
        AmountError: it is no number, or has more than 18 decimals.
    """
    if isinstance(nes, float):
        raise AmountError("An amount must be exact: give it as text or Decimal, not as a float.")
    try:
        with localcontext() as context:
            context.prec = _PRECISION
            scaled = Decimal(nes).scaleb(DECIMALS)
            whole = scaled.to_integral_value()
    except (InvalidOperation, ValueError) as error:
        raise AmountError(f"{nes!r} is no amount; write one like 1.5.") from error
    if scaled != whole:
        raise AmountError(f"{nes} NES has more than {DECIMALS} decimals.")
    return int(whole)


def parse_amount(text: str) -> int:
    """Return the base units of ``"1.5"``, ``"1.5nes"`` or ``"1500anes"``; a bare number is NES.

    Raises:
        AmountError: the text is no amount of the chain's coin, negative, or not a whole number of base units.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise AmountError(f"{text!r} is no amount; write one like 1.5nes or 1500anes.")
    number, unit = match["number"].replace("_", ""), match["unit"].lower()
    if unit in {"", "nes"}:
        return to_anes(number)
    if unit != DENOM:
        raise AmountError(f"{match['unit']!r} is no unit of this chain; use nes or {DENOM}.")
    if not number.isdecimal():
        raise AmountError(f"{text!r} is less than the smallest unit, 1 {DENOM}.")
    return int(number)


def format_nes(anes: int, places: int = 6) -> str:
    """Return an amount for display, with up to ``places`` decimals, cut and not rounded up; ``~`` marks a cut."""
    sign, value = ("-", -anes) if anes < 0 else ("", anes)
    unit = 10 ** (DECIMALS - places)
    kept = value - value % unit
    digits = f"{kept // NES:,}.{kept % NES:018d}".rstrip("0").rstrip(".")
    return f"{'~' if kept != value else ''}{sign}{digits} NES"
