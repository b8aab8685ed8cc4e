"""Tokenizers that strangers made: what they may make of a text is known before there is any."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from nesa.errors import InvalidInputError, TokenizerError
from nesa.models import TextInput
from nesa.text import Prompter, Tokenizer
from textmodels import LAYOUTS, manifest_of

FOLDER = LAYOUTS / "llama"
RAW = (FOLDER / "tokenizer.json").read_bytes()
DOUBLE = {"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}
SPM = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
EVIL_PATTERN = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}


def row(name: str, *steps: object) -> dict[str, object]:
    return {"type": "Sequence", name: list(steps)}


def charsmap(longest: int) -> dict[str, object]:
    packed = (4).to_bytes(4, "little") + bytes(4) + b"b\0" + b"c" * longest + b"\0"
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(packed).decode()}


def around(count: int) -> dict[str, object]:
    ids = {"id": "<|s|>", "ids": [1] * 4, "tokens": ["<|s|>"] * 4}
    single = [{"SpecialToken": {"id": "<|s|>", "type_id": 0}}] * count + [{"Sequence": {"id": "A", "type_id": 0}}]
    pair = [{"Sequence": {"id": name, "type_id": 0}} for name in "AB"]
    return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": {"<|s|>": ids}}


def changed(**changes: object) -> bytes:
    return json.dumps({**json.loads(RAW), **changes}).encode()


def with_token(length: int) -> bytes:
    found = json.loads(RAW)
    added = {**found["added_tokens"][-1], "id": 300, "content": "x" * length}
    return changed(added_tokens=[*found["added_tokens"], added])


def wordpiece(longest: int) -> bytes:
    model = {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##", "vocab": {"a": 0}}
    return changed(model={**model, "max_input_chars_per_word": longest}, added_tokens=[], post_processor=None)


def prompter(raw: bytes, **changes: Any) -> Prompter:
    spec = manifest_of(FOLDER).input
    assert isinstance(spec, TextInput)
    return Prompter(replace(spec, **changes), raw, (FOLDER / "chat_template.jinja").read_bytes())


@pytest.mark.parametrize(
    ("steps", "pre", "largest"),
    [
        pytest.param(row("normalizers", *[DOUBLE] * 5), None, 32, id="doubling"),
        pytest.param(row("normalizers", *[row("normalizers", DOUBLE, DOUBLE)] * 2), None, 16, id="doubling in rows"),
        pytest.param(
            {"type": "Replace", "pattern": {"Regex": "x*"}, "content": "y" * 15}, None, 16, id="between all letters"
        ),
        pytest.param({"type": "Replace", "pattern": {"String": ""}, "content": "y" * 15}, None, 16, id="nothing"),
        pytest.param({"type": "Prepend", "prepend": "▁"}, None, 4, id="beginning"),
        pytest.param(charsmap(40), None, 40, id="map of characters"),
        pytest.param(row("normalizers", *[{"type": "NFKC"}] * 2), None, 121, id="compatibility"),
        pytest.param(None, row("pretokenizers", *[BYTES] * 6), 64, id="bytes as letters"),
        pytest.param(SPM, BYTES, 6, id="both"),
    ],
)
def test_threat_24_growth_is_known_before_there_is_a_text(steps: object, pre: object, largest: int) -> None:
    """A text of a megabyte would otherwise become as many as the publisher likes, on every miner that serves it."""
    tokenizer = Tokenizer(changed(normalizer=steps, pre_tokenizer=pre))
    tokenizer.expect(2**26 // largest)
    with pytest.raises(TokenizerError, match=f"may make {largest} bytes of each"):
        tokenizer.expect(2**26 // largest + 1)


def test_threat_24_growth_counts_inputs_and_what_templates_make() -> None:
    prompter(changed(normalizer=row("normalizers", *[DOUBLE] * 6), pre_tokenizer=None))
    with pytest.raises(TokenizerError, match="too many for texts of 1048576 bytes"):
        prompter(changed(normalizer=row("normalizers", *[DOUBLE] * 7), pre_tokenizer=None))
    seven = changed(normalizer=row("normalizers", *[DOUBLE] * 7), pre_tokenizer=None)
    prompter(seven, template="", max_bytes=2**19)
    with pytest.raises(TokenizerError, match="too many for texts of 524289 bytes"):
        prompter(seven, template="", max_bytes=2**19 + 1)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        pytest.param(
            changed(decoder=row("decoders", *[DOUBLE] * 5)), "long texts of short ones", id="a decoder that doubles"
        ),
        pytest.param(
            changed(decoder={"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}),
            "looks for patterns",
            id="a decoder's pattern",
        ),
        pytest.param(with_token(1025), "a token of more than 1024 characters", id="a long token"),
        pytest.param(changed(post_processor=around(17)), "more than 64 tokens around a text", id="around a text"),
        pytest.param(changed(normalizer=row("normalizers", *[{"type": "NFC"}] * 33)), "32 steps", id="many steps"),
        pytest.param(
            changed(normalizer={**row("normalizers"), "decoders": [{"type": "NFC"}] * 33}), "32 steps", id="two lists"
        ),
        pytest.param(changed(normalizer={"content": "a"}), "a step without a type", id="no type"),
        pytest.param(
            changed(normalizer={"type": "Precompiled", "precompiled_charsmap": "AA=="}), "is damaged", id="half a map"
        ),
        pytest.param(wordpiece(1001), "words of more than 1000 characters", id="long words"),
    ],
)
def test_threat_24_tokenizers_that_make_much_of_little(raw: bytes, sentence: str) -> None:
    with pytest.raises(TokenizerError, match="the tokenizer") as caught:
        Tokenizer(raw)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        with_token(1024),
        wordpiece(1000),
        changed(post_processor=around(15)),
        changed(decoder=row("decoders", *[DOUBLE] * 4)),
        changed(normalizer=row("normalizers", {"type": "Prepend", "prepend": "▁"}, SPM)),
    ],
    ids=["ours", "token", "words", "around", "decoder", "SentencePiece's"],
)
def test_what_is_just_within(raw: bytes) -> None:
    assert Tokenizer(raw).size > 0


def test_threat_24_a_pattern_without_end_is_an_input_that_is_no_good() -> None:
    """The library counts its steps and then panics, which no ordinary handler of errors would notice."""
    tokenizer = Tokenizer(changed(pre_tokenizer=EVIL_PATTERN))
    assert tokenizer.encode("aaa")
    with pytest.raises(InvalidInputError, match="cannot split the text"):
        tokenizer.encode("a" * 40 + "!")


def test_half_a_character_is_an_input_that_is_no_good() -> None:
    with pytest.raises(InvalidInputError, match="cannot split the text"):
        Tokenizer(RAW).encode("\ud800")
