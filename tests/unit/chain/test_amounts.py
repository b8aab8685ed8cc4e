from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.chain import AmountError
from nesa.chain.amounts import NES, format_nes, parse_amount, to_anes, to_nes

ANES = st.integers(0, 2**256)


@given(ANES)
def test_nothing_is_lost_between_anes_and_nes(anes: int) -> None:
    assert to_anes(to_nes(anes)) == anes
    assert parse_amount(f"{to_nes(anes):f}nes") == parse_amount(f"{anes}anes") == anes


@pytest.mark.parametrize(
    ("text", "anes"),
    [("1", NES), ("1.5", 3 * NES // 2), (" 1.5 NES ", 3 * NES // 2), (".5nes", NES // 2), ("1_000anes", 1000)],
)
def test_amounts_are_read(text: str, anes: int) -> None:
    assert parse_amount(text) == anes


@pytest.mark.parametrize("text", ["", "-1", "1e3", "nan", "1.5anes", "1 atom", "1.0000000000000000001", "1,5", "٣"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(AmountError):
        parse_amount(text)


def test_floats_are_refused() -> None:
    with pytest.raises(AmountError, match="float"):
        to_anes(0.1)  # type: ignore[arg-type]
    assert to_anes(Decimal("0.1")) == NES // 10


@pytest.mark.parametrize(
    ("anes", "text"),
    [
        (0, "0 NES"),
        (1, "~0 NES"),
        (NES, "1 NES"),
        (1234567 * NES + NES // 4, "1,234,567.25 NES"),
        (1_999_999_999_999_999_999, "~1.999999 NES"),
        (-NES, "-1 NES"),
    ],
)
def test_amounts_are_shown_and_never_rounded_up(anes: int, text: str) -> None:
    assert format_nes(anes) == text
