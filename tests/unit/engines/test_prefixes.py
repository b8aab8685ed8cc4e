"""Prompts that begin alike are read once, and answered as if they were not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nesa.engines import MARGINS, EngineConfig, TextModel, load_model
from nesa.engines._alone import TextReader
from nesa.models import Store
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

SHARED = "it is a network of miners that answer, and its models are small ones. "


def load(tmp_path: Path, name: str, chunk: int = 0) -> TextModel:
    store = Store(tmp_path)
    config = EngineConfig(threads=1, chunk=chunk)
    model = load_model(stored(store, manifest_of(LAYOUTS / name), LAYOUTS / name), store, config)
    assert isinstance(model, TextModel)
    return model


def reads(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the tokens of each reading of a prompt from now on."""
    counted: list[int] = []
    original = model._decoder.feeds

    def feeds(tokens: Sequence[int], past: int) -> dict[str, Any]:
        counted.append(len(tokens))
        return original(tokens, past)

    monkeypatch.setattr(model._decoder, "feeds", feeds)
    return counted


def test_a_beginning_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, fresh = load(tmp_path, "llama"), load(tmp_path, "llama")
    fresh._prefixes = None
    for number, end in enumerate(("what?", "who?", "what is it?")):
        data = conversation(SHARED + end)
        counted = reads(model, monkeypatch)
        output = model.run(data, b"", seed(number))
        prompt = len(model._prompter.prompt(data))
        assert counted[0] == prompt if number == 0 else counted[0] < prompt - 16
        assert output.payload == fresh.run(data, b"", seed(number)).payload
        own = fresh.read(data, b"", seed(number), output.payload)
        assert int(own.tensors[MARGINS].max()) <= 16
        monkeypatch.undo()


def test_what_is_forgotten_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(tmp_path, "llama")
    data = conversation(SHARED)
    first = model.run(data, b"", seed(1))
    model.forget()
    counted = reads(model, monkeypatch)
    again = model.run(data, b"", seed(1))
    assert counted[0] == len(model._prompter.prompt(data))
    assert again.tensors["hidden_states"].tobytes() == first.tensors["hidden_states"].tobytes()


@pytest.mark.parametrize("chunk", [1, 5])
def test_no_more_tokens_are_read_at_once_than_allowed(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, usual = load(tmp_path, "llama", chunk), load(tmp_path, "llama")
    counted = reads(model, monkeypatch)
    data = conversation(SHARED)
    output = model.run(data, b"", seed(1))
    own = model.read(data, b"", seed(1), output.payload)
    assert max(counted) == chunk
    assert output.payload == usual.run(data, b"", seed(1)).payload
    assert int(own.tensors[MARGINS].max()) <= 16


def test_a_conversation_that_goes_on_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(tmp_path, "llama")
    prompt = model._prompter.prompt(conversation(SHARED))
    model.run(conversation(SHARED), b'{"max_tokens":5}', seed(1))
    (whole,) = model._prefixes._known  # type: ignore[union-attr]
    assert list(whole[: len(prompt)]) == prompt  # the prompt alone is part of it, and kept once
    assert len(whole) == len(prompt) + 4  # the last token is not read
    counted = reads(model, monkeypatch)
    text = model._text(128)
    reader = TextReader(text, model._prefixes, model._decoder.chunk)
    reader.read([*whole, 7, 8])
    assert counted == [2]
    assert text.length == len(whole) + 2


def test_the_same_prompt_is_read_to_its_last_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(tmp_path, "mistral")
    first = model.run(conversation(SHARED), b"", seed(1))
    counted = reads(model, monkeypatch)
    assert model.run(conversation(SHARED), b"", seed(1)).payload == first.payload
    assert counted[0] == 1


def test_memory_is_bounded(tmp_path: Path) -> None:
    model = load(tmp_path, "llama")
    prefixes = model._prefixes
    assert prefixes is not None
    prefixes._max_bytes = 60_000
    for number in range(6):
        model.run(conversation(f"{number} {SHARED}"), b'{"max_tokens":20}', seed(number))
    assert 0 < prefixes._bytes <= 60_000
    sizes = [array.nbytes for past in prefixes._known.values() for array in past.cache]
    assert sum(sizes) == prefixes._bytes
    assert 1 <= len(prefixes._known) < 6


def test_a_ring_remembers_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "gemma2")._prefixes is None
