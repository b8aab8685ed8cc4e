"""Prompts that begin alike are read once, and answered as if they were not."""

from pathlib import Path

import pytest

from nesa.engines import MARGINS, EngineConfig, TextModel, load_model
from nesa.models import Store
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

SHARED = "it is a network of miners that answer, and its models are small ones. "


def load(tmp_path: Path, name: str) -> TextModel:
    store = Store(tmp_path)
    model = load_model(stored(store, manifest_of(LAYOUTS / name), LAYOUTS / name), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


def reads(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the tokens of each call of the graph from now on."""
    counted: list[int] = []
    original = model._decoder._step

    def step(tokens, past):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as the original
        counted.append(len(tokens))
        return original(tokens, past)

    monkeypatch.setattr(model._decoder, "_step", step)
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


def test_a_conversation_that_goes_on_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(tmp_path, "llama")
    prompt = model._prompter.prompt(conversation(SHARED))
    model.run(conversation(SHARED), b'{"max_tokens":5}', seed(1))
    (whole,) = model._prefixes._known  # type: ignore[union-attr]
    assert list(whole[: len(prompt)]) == prompt  # the prompt alone is part of it, and kept once
    assert len(whole) == len(prompt) + 4  # the last token is not read
    counted = reads(model, monkeypatch)
    place = model._reader().read([*whole, 7, 8])
    assert counted == [2]
    assert place.logits.shape == (model._vocabulary,)


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
    sizes = [value.tensor_size_in_bytes() for past in prefixes._known.values() for value in past.cache]
    assert sum(sizes) == prefixes._bytes
    assert 1 <= len(prefixes._known) < 6


def test_a_ring_remembers_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "gemma2")._prefixes is None
