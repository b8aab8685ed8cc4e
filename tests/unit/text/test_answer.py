"""Payloads of answers: one spelling each."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.text import Answer, read_answer

ANSWERS = st.builds(
    Answer,
    st.lists(st.integers(0, 2**32 - 1), max_size=50).map(tuple),
    st.text(),
    st.sampled_from(("stop", "length")),
)


@given(ANSWERS)
def test_round_trip(answer: Answer) -> None:
    assert read_answer(answer.to_json()) == answer


@given(ANSWERS, st.data())
def test_no_answer_has_two_spellings(answer: Answer, data: st.DataObject) -> None:
    raw = answer.to_json()
    at = data.draw(st.integers(0, len(raw)))
    changed = raw[:at] + data.draw(st.sampled_from((b" ", b"0", b"\n", b"="))) + raw[at:]
    found = read_answer(changed)
    assert found is None or (found != answer and found.to_json() == changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"finish":"stop","text":""}',
        b'{"finish":"maybe","text":"","tokens":""}',
        b'{"finish":"stop","text":"","tokens":"AA==","x":1}',
        b'{"finish":"stop","text":1,"tokens":""}',
        b'{"finish":"stop","text":"","tokens":"!"}',
        b'{"finish":"stop","text":"","tokens":"gA=="}',  # a number without its end
        b'{"finish":"stop","text":"","tokens":"gIAA"}',  # zero in three bytes
        b'{"finish":"stop","text":"","tokens":"////////fw=="}',  # beyond 32 bits
        b'{"finish":"stop","text":"","tokens":"gICAgBA="}',  # 2^32
        b'{"text":"","finish":"stop","tokens":""}',
        b'{"finish": "stop","text":"","tokens":""}',
        json.dumps({"finish": "stop", "text": "é", "tokens": ""}, separators=(",", ":")).encode(),
    ],
)
def test_what_is_no_answer(raw: bytes) -> None:
    assert read_answer(raw) is None
