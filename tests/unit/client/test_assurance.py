"""The written form of an assurance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.client import CERTAIN, EVIDENCE, Wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("lottery", Wanted()),
        ("lottery(20%)", Wanted(check_bps=2_000)),
        ("lottery(20%, 5)", Wanted(check_bps=2_000, verifiers=5)),
        ("lottery(0.05%)", Wanted(check_bps=5)),
        ("check", Wanted(check_bps=CERTAIN)),
        ("check(5)", Wanted(check_bps=CERTAIN, verifiers=5)),
        ("tee", Wanted(check_bps=0, evidence=("tee",))),
        (" none ", Wanted(check_bps=0, evidence=("none",))),
        (" zk  or tee ", Wanted(check_bps=0, evidence=("zk", "tee"))),
    ],
)
def test_forms(text: str, wanted: Wanted) -> None:
    assert Wanted.parse(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("", "or", "tee or", "tee or tee", "tee and zk", "fhe", "none or tee", "None"),
        *("check(0)", "check()", "lottery(100%)", "lottery(101%)", "lottery(²%)", "LOTTERY"),
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an assurance is"):
        Wanted.parse(text)


@given(
    st.one_of(
        st.builds(Wanted, check_bps=st.integers(0, CERTAIN - 1), verifiers=st.integers(0, 9999)),
        st.builds(Wanted, check_bps=st.just(CERTAIN), verifiers=st.integers(0, 9999)),
        st.just(Wanted.parse("none")),
        st.builds(Wanted, check_bps=st.just(0), evidence=st.permutations(sorted(EVIDENCE)).map(tuple)),
    )
)
def test_what_is_written_is_read_back(wanted: Wanted) -> None:
    assert Wanted.parse(Wanted.text(wanted.check_bps or 0, wanted.verifiers, wanted.evidence)) == wanted
