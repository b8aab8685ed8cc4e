"""Guided answers: what may come next follows from schema, tokenizer and tokens alone, and schemas cost little."""

import json
import time
from typing import Any

import numpy as np
import pytest

from nesa.errors import InvalidInputError, ModelUnavailableError, TokenizerError
from nesa.models import GuidanceOption
from nesa.text import Grammars, Guide, Tokenizer
from textmodels import LAYOUTS

RAW = (LAYOUTS / "llama" / "tokenizer.json").read_bytes()
VOCABULARY, STOP = 304, 2
DECLARED = GuidanceOption(("1.9",))
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 150}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
TREE = {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}, "additionalProperties": False}
STEP_SECONDS = 1.0  # on a crowded machine; a few thousandths are usual


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    return Grammars(DECLARED, RAW, VOCABULARY, (STOP,))


def walk(guide: Guide, number: int, steps: int, *, end: bool = True) -> list[int]:
    """Draw allowed tokens until the document ends; what ends it only where nothing else is allowed, or by chance."""
    rng, tokens = np.random.default_rng(number), list[int]()
    while len(tokens) < steps:
        start = time.monotonic()
        allowed = np.flatnonzero(guide.allowed())
        assert time.monotonic() - start < STEP_SECONDS
        assert allowed.size
        others = allowed[allowed != STOP]
        token = int(rng.choice(allowed if end or not others.size else others))
        if token == STOP:
            break
        guide.take(token)
        tokens.append(token)
    return tokens


@pytest.mark.parametrize("schema", [PERSON, TREE, {"enum": ["miner", "model", 3]}, {"type": "array", "items": PERSON}])
def test_documents_follow_their_schema(grammars: Grammars, schema: dict[str, Any]) -> None:
    tokenizer, found = Tokenizer(RAW), set()
    for number in range(12):
        tokens = walk(grammars.guide(json.dumps(schema)), number, 400)
        if len(tokens) == 400:
            continue
        text = tokenizer.decode(tokens)
        found.add(text)
        document = json.loads(text)
        if schema is PERSON:
            assert set(document) == {"name", "age"}
            assert isinstance(document["name"], str)
            assert 0 <= document["age"] <= 150
        elif "enum" in schema:
            assert document in schema["enum"]
        else:
            assert isinstance(document, dict | list)
    assert len(found) > 1


def test_what_is_allowed_does_not_depend_on_what_came_before(grammars: Grammars) -> None:
    """Not on other answers, nor on which object computes it."""
    schema = json.dumps(PERSON)
    tokens = walk(grammars.guide(schema), 3, 60, end=False)
    for number in range(4):
        walk(grammars.guide(json.dumps(TREE)), number, 50)
        others = Grammars(DECLARED, RAW, VOCABULARY, (STOP,)) if number % 2 else grammars
        one, other = grammars.guide(schema), others.guide(schema)
        for token in tokens:
            assert (one.allowed() == other.allowed()).all()
            one.take(token)
            other.take(token)


def test_after_a_token_that_was_not_allowed_only_the_end_is(grammars: Grammars) -> None:
    guide = grammars.guide(json.dumps(PERSON))
    forbidden = int(np.flatnonzero(~guide.allowed())[50])
    guide.take(forbidden)
    assert np.flatnonzero(guide.allowed()).tolist() == [STOP]


def test_a_document_is_written_in_one_way(grammars: Grammars) -> None:
    """Or an answer could be padded with white space, each space a token that is charged."""
    texts = {Tokenizer(RAW).decode(walk(grammars.guide(json.dumps({"const": {"a": [1, 2]}})), n, 40)) for n in range(9)}
    assert texts == {'{"a": [1, 2]}'}
    guide = grammars.guide(json.dumps({"type": "array", "items": {"const": 1}}))
    for letter in "[1":
        guide.take(Tokenizer(RAW).encode(letter)[0])
        allowed = [Tokenizer(RAW).decode([int(token)]) for token in np.flatnonzero(guide.allowed())]
        assert not any(text.isspace() for text in allowed)


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema, "minItems": 1}
    return schema


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"$ref": "http://127.0.0.1:1/schema.json"}, "refers to another document"),
        ({"$ref": "file:///etc/passwd"}, "refers to another document"),
        ({"properties": {"a": {"$dynamicRef": "other.json"}}}, "refers to another document"),
        ({"$id": "http://127.0.0.1:1/", "type": "string"}, "refers to another document"),
        ({"$ref": "#"}, "cannot be followed"),
        ({"$ref": "#/$defs/nothing"}, "cannot be followed"),
        ({"type": "strin"}, "cannot be followed: Invalid type"),
        ({"not": {"type": "string"}}, "cannot be followed: Unimplemented keys"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, "cannot be followed: Unsatisfiable"),
        ({"type": "string", "pattern": "("}, "cannot be followed"),
    ],
)
def test_schemas_that_are_refused(grammars: Grammars, schema: dict[str, Any], sentence: str) -> None:
    start = time.monotonic()
    with pytest.raises(InvalidInputError) as caught:
        grammars.guide(json.dumps(schema))
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("the schema ")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 160
    assert time.monotonic() - start < STEP_SECONDS


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "(a{0,1000}){0,1000}"},
        {"type": "string", "pattern": "(a|aa|aaa|aaaa)*b"},
        {"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"},
        {"type": "string", "pattern": ".*[ab].{60}"},
        {"type": "string", "pattern": "(.{1000}){1000}x" * 20},
        {"type": "string", "minLength": 10**9},
        {"type": "array", "items": {"type": "string"}, "minItems": 10**7},
        {"type": "array", "items": {"anyOf": [{"type": "string", "pattern": f"[a-z]*{x}[a-z]*"} for x in "abcdefgh"]}},
        {"anyOf": [{"anyOf": [{"type": "object", "properties": {"a": {"$ref": "#"}}}] * 8}] * 8},
        nested(100),
        TREE,
    ],
)
def test_a_step_costs_little_whatever_the_schema(grammars: Grammars, schema: dict[str, Any]) -> None:
    """What would take too much ends the answer, at the same place on every machine."""
    lengths = {len(walk(grammars.guide(json.dumps(schema)), 5, 250, end=False)) for _ in range(2)}
    assert len(lengths) == 1


def test_libraries_and_tokenizers_that_do_not_fit() -> None:
    with pytest.raises(ModelUnavailableError, match=r"need llguidance 0\.1, and 1\.9 is installed"):
        Grammars(GuidanceOption(("0.1",)), RAW, VOCABULARY, (STOP,))
    with pytest.raises(TokenizerError, match="does not read the tokenizer"):
        Grammars(DECLARED, b"{}", VOCABULARY, (STOP,))
