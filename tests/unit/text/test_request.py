"""What may be asked of a language model; each fault is one clear sentence."""

import pytest

from nesa.errors import InvalidInputError
from nesa.models import GuidanceOption, SamplingOption
from nesa.sampling import Sampling
from nesa.text import Conversation, TextOptions, parse_conversation, parse_options
from textmodels import LAYOUTS, manifest_of

SAMPLING = SamplingOption(max_tokens=32, limit=64, temperature=700, top_k=40)
DECLARED = manifest_of(LAYOUTS / "llama", options=(SAMPLING,))
GUIDED = manifest_of(LAYOUTS / "llama", options=(SAMPLING, GuidanceOption(("1.9",))))


def test_a_conversation_and_a_prompt() -> None:
    found = parse_conversation(b'{"messages":[{"role":"user","content":"hi"}]}', 100)
    assert found == Conversation(messages=({"role": "user", "content": "hi"},))
    assert parse_conversation(b'{"prompt":"once"}', 100) == Conversation(prompt="once")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello", "not JSON"),
        (b"[]", "is neither"),
        (b'{"prompt":""}', "prompt is empty"),
        (b'{"prompt":"a","messages":[]}', "is neither"),
        (b'{"prompt":1}', "is neither"),
        (b'{"messages":[]}', "has 1 to 1024 messages, not 0"),
        (b'{"messages":[{"role":"tool","content":"a"}]}', "message 0 has not exactly a role"),
        (b'{"messages":[{"role":"user","content":"a"},{"role":"user"}]}', "message 1 has not"),
        (b'{"messages":[{"role":"user","content":["a"]}]}', "message 0 has not"),
        (b'{"messages":[{"role":"user","content":"a","name":"b"}]}', "message 0 has not"),
        (b'{"prompt":"' + b"a" * 200 + b'"}', "has 213 bytes, more than 100"),
        (b'{"prompt":"\\ud800"}', "not JSON"),
    ],
)
def test_bad_inputs(data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_conversation(data, 100)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_options_and_their_defaults() -> None:
    assert parse_options(b"", DECLARED, 300) == TextOptions(32, Sampling(700, 40), ())
    given = b'{"max_tokens":5,"stop":["\\n"],"temperature":0,"top_k":300}'
    assert parse_options(given, DECLARED, 300) == TextOptions(5, Sampling(0, 300), ("\n",))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"max_tokens":0}', "max_tokens is a whole number from 1 to 64"),
        (b'{"max_tokens":65}', "max_tokens is a whole number from 1 to 64"),
        (b'{"max_tokens":true}', "max_tokens is a whole number"),
        (b'{"temperature":0.7}', "temperature is a whole number from 0 to 2000 thousandths"),
        (b'{"temperature":NaN}', "not JSON"),
        (b'{"temperature":1e999}', "not JSON"),
        (b'{"temperature":2001}', "temperature is a whole number"),
        (b'{"top_k":301}', "top_k is a whole number from 0 to 300"),
        (b'{"top_p":900}', "no option 'top_p'"),
        (b'{"schema":{}}', "no option 'schema'"),
        (b'{"stop":"\\n"}', "stop is a list of at most 4 texts"),
        (b'{"stop":["a","b","c","d","e"]}', "stop is a list of at most 4 texts"),
        (b'{"stop":[""]}', "a text to stop at has 1 to 64 characters"),
        (b'{"stop":["' + b"a" * 5000 + b'"]}', "too long"),
    ],
)
def test_bad_options(raw: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_options(raw, DECLARED, 300)
    assert sentence in str(caught.value)


def test_options_of_4096_bytes_are_read_and_no_longer_ones() -> None:
    assert parse_options(b"{}".ljust(4096), DECLARED).max_tokens == 32
    with pytest.raises(InvalidInputError, match="too long"):
        parse_options(b"{}".ljust(4097), DECLARED)


def test_a_schema_where_answers_can_be_guided() -> None:
    assert parse_options(b'{"schema":{"type":"integer"}}', GUIDED).schema == '{"type": "integer"}'
    assert parse_options(b"", GUIDED).schema == ""
    for schema in (b"[]", b'"integer"', b"true"):
        with pytest.raises(InvalidInputError, match="schema is a JSON object that spells a JSON Schema"):
            parse_options(b'{"schema":' + schema + b"}", GUIDED)
