"""Where an answer ends: miner and verifier follow one rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import TokenizerError
from nesa.text import Ending, Tokenizer
from textmodels import LAYOUTS

TOKENIZER = Tokenizer((LAYOUTS / "llama" / "tokenizer.json").read_bytes())
STOP = 2
IDS = st.integers(0, TOKENIZER.size - 1)


def test_it_ends_with_a_token_a_text_or_the_limit() -> None:
    words = TOKENIZER.encode("the miner asks")
    ending = Ending(TOKENIZER, (STOP,), ("ask",), limit=10)
    assert ending.reached(words[:1]) is None
    assert ending.reached([*words[:1], STOP]) == "stop"
    assert ending.reached(words) == "stop"
    assert ending.reached([words[0]] * 10) == "length"
    assert ending.answer(words, "stop").text == "the miner "
    assert ending.answer(words, "stop").tokens == tuple(words)
    assert ending.first(words) == len(words)


@given(st.lists(IDS, min_size=1, max_size=30), st.lists(st.sampled_from(("a", "e ", "the", "�")), max_size=3))
def test_whoever_writes_token_by_token_stops_where_a_reader_says(tokens: list[int], texts: list[str]) -> None:
    ending = Ending(TOKENIZER, (STOP,), texts, limit=20)
    written: list[int] = []
    for token in tokens:
        written.append(token)
        if ending.reached(written):
            break
    else:
        assert ending.first(tokens) == len(tokens) + 1
        return
    assert ending.first(tokens) == len(written)
    text = ending.answer(written, "stop").text
    assert not any(stop in text for stop in texts)
    assert TOKENIZER.decode(written).startswith(text)


def test_special_tokens_are_told_apart_from_text() -> None:
    assert TOKENIZER.special["<|end|>"] == STOP
    assert TOKENIZER.encode("<|end|>") == [STOP]
    assert TOKENIZER.decode([STOP]) == ""
    assert TOKENIZER.decode(TOKENIZER.encode("déjà vu – 你好")) == "déjà vu – 你好"


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"model":{}}', b"\xff" * 100])
def test_no_tokenizer(raw: bytes) -> None:
    with pytest.raises(TokenizerError, match="the tokenizer is none"):
        Tokenizer(raw)


def test_an_answer_beyond_its_limit_should_have_ended_there() -> None:
    words = TOKENIZER.encode("the miner asks") * 3
    assert Ending(TOKENIZER, (STOP,), (), limit=2).first(words) == 2
    assert Ending(TOKENIZER, (STOP,), (), limit=len(words) + 1).first(words) == len(words) + 1
