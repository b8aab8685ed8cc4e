"""Where an answer ends: miner and verifier follow one rule."""

import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import TokenizerError
from nesa.text import Ending, Tokenizer
from textmodels import LAYOUTS

TOKENIZER = Tokenizer((LAYOUTS / "llama" / "tokenizer.json").read_bytes())
STOP = 2


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


def made(decoder: object, *, pieces: tuple[str, ...] = ()) -> Tokenizer:
    """Return a tokenizer of pieces, and of all bytes, with a decoder."""
    names = ["<unk>", "<s>", "▁", "▁a", "b", "e▁", "the", "é", "\N{REPLACEMENT CHARACTER}", *pieces]
    names += [f"<0x{byte:02X}>" for byte in (0x0A, 0x41, 0x62, 0xC3, 0xA9, 0xE4, 0xBD, 0xA0, 0x80, 0xFF)]
    model = {"type": "BPE", "vocab": {name: id_ for id_, name in enumerate(names)}, "merges": [], "byte_fallback": True}
    special = [
        {
            "id": 1,
            "content": "<s>",
            "special": True,
            **dict.fromkeys(("lstrip", "rstrip", "normalized", "single_word"), False),
        }
    ]
    return Tokenizer(
        json.dumps({"version": "1.0", "added_tokens": special, "model": model, "decoder": decoder}).encode()
    )


REPLACE = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
BYTES, FUSE = {"type": "ByteFallback"}, {"type": "Fuse"}
TOKENIZERS = {
    "byte level": TOKENIZER,
    "sentencepiece": made(
        {
            "type": "Sequence",
            "decoders": [REPLACE, BYTES, FUSE, {"type": "Strip", "content": " ", "start": 1, "stop": 0}],
        }
    ),
    "not fused": made({"type": "Sequence", "decoders": [REPLACE, BYTES]}),
    "metaspace": made({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}),
    "bytes": made(
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        pieces=("Ġ", "Ã", "©", "ä", "½ł", "Ļa", "Ãb"),
    ),
    "word pieces": made({"type": "WordPiece", "prefix": "##", "cleanup": True}, pieces=("##b", ".", "'s")),
    "rewritten": made({"type": "Sequence", "decoders": [FUSE, {**REPLACE, "pattern": {"String": "▁ab"}}]}),
}
HALVES = (("Ã", "©"), ("ä", "½ł"), ("▁a", "b"), ("<0x41>", "<0x80>"), ("<0xC3>", "<0xA9>"), ("<0x62>", "<0xC3>", "b"))
"""What is another text together than one by one."""
STOPS = (
    "a",
    "e ",
    "the",
    "\N{REPLACEMENT CHARACTER}",
    " ",
    "  ",
    "é",
    "bé",
    "A",
    " a b",
    "\n",
    "b.",
    "A\N{REPLACEMENT CHARACTER}",
    "é a",
    "aé",
)


def agree(tokenizer: Tokenizer, tokens: Sequence[int], texts: Sequence[str]) -> None:
    """Whoever writes token by token, a reader, and all the text so far say the same."""
    ending = Ending(tokenizer, (STOP,), texts, limit=20)
    follower = ending.follow()
    for count in range(1, len(tokens) + 1):
        finish = ending.reached(tokens[:count])
        assert follower.take(tokens[count - 1]) == finish
        if finish:
            break
    else:
        assert ending.first(tokens) == len(tokens) + 1
        return
    assert ending.first(tokens) == count
    text = ending.answer(tokens[:count], finish).text
    assert not any(stop in text for stop in texts)
    assert tokenizer.decode(tokens[:count]).startswith(text)


@pytest.mark.parametrize("name", TOKENIZERS)
@given(st.data(), st.lists(st.sampled_from(STOPS), max_size=3))
def test_whoever_writes_token_by_token_stops_where_a_reader_says(
    name: str, data: st.DataObject, texts: list[str]
) -> None:
    tokenizer = TOKENIZERS[name]
    agree(tokenizer, data.draw(st.lists(st.integers(0, tokenizer.size + 1), min_size=1, max_size=30)), texts)


@pytest.mark.parametrize("name", TOKENIZERS)
def test_characters_in_several_tokens_are_waited_for(name: str) -> None:
    ids = {TOKENIZERS[name].piece(id_): id_ for id_ in range(TOKENIZERS[name].size)}
    for half, stop in itertools.product(HALVES, STOPS):
        if ids.keys() >= set(half):
            agree(TOKENIZERS[name], [ids[piece] for piece in (*half, *half)], [stop])


def test_following_an_answer_takes_the_same_time_for_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a few tokens are ever decoded at once."""
    sizes: list[int] = []
    decode = Tokenizer.decode

    def counted(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
        sizes.append(len(ids))
        return decode(tokenizer, ids)

    monkeypatch.setattr(Tokenizer, "decode", counted)
    tokens = TOKENIZER.encode("déjà vu – 你好, the network asks a miner. " * 20)
    assert Ending(TOKENIZER, (STOP,), ("never",), limit=2000).first(tokens) == len(tokens) + 1
    assert len(tokens) > 300
    assert max(sizes) < 12


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
