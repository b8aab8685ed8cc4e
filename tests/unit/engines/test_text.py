"""A language model as an engine: answers, readings of them, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nesa.engines import MARGINS, EngineConfig, Outcome, Output, TextModel, load_model
from nesa.errors import (
    HostileModelError,
    ManifestError,
    ModelUnavailableError,
    NesaError,
    TemplateError,
    TokenizerError,
)
from nesa.models import Manifest, Store, TextInput
from nesa.text import Answer, read_answer
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

FOLDER = LAYOUTS / "llama"
FAR = 2**32
LIBRARY = {"filename": "model.onnx", "session_options": {"custom_ops_library": "library.so"}}
"""A part of a genai_config.json of which onnxruntime-genai would load a library."""


def load(tmp_path: Path, manifest: Manifest | None = None, folder: Path = FOLDER) -> TextModel:
    store = Store(tmp_path / "store")
    model = load_model(stored(store, manifest or manifest_of(folder), folder), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TextModel:
    return load(tmp_path_factory.mktemp("model"))


def answer_of(output: Output) -> Answer:
    found = read_answer(output.payload)
    assert found is not None
    return found


def largest(model: TextModel, payload: bytes, options: bytes = b"", number: int = 1) -> int:
    return int(model.read(conversation(), options, seed(number), payload).tensors[MARGINS].max())


def test_units_are_tokens(model: TextModel) -> None:
    short, long = conversation("is it?"), conversation("is it? " * 12)
    for data in (short, long):
        output = model.run(data, b'{"max_tokens":7}', seed(1))
        prompt = len(model._prompter.prompt(data))
        assert output.units == len(answer_of(output).tokens) + -(-prompt // 4)
        assert model.read(data, b'{"max_tokens":7}', seed(1), output.payload).units == output.units


def test_a_token_beyond_the_vocabulary_is_no_answer(model: TextModel) -> None:
    vocabulary = model._decoder.vocabulary
    for token in (vocabulary, vocabulary + 1, 2**32 - 1):
        own = model.read(conversation(), b"", seed(1), Answer((token,), "", "length").to_json())
        assert own.tensors[MARGINS].tolist() == [FAR]


def test_texts_to_stop_at(model: TextModel) -> None:
    whole = answer_of(model.run(conversation(), b'{"temperature":0}', seed(1)))
    stop = whole.text[4:6]
    options = json.dumps({"stop": [stop], "temperature": 0}, separators=(",", ":")).encode()
    cut = model.run(conversation(), options, seed(1))
    assert answer_of(cut).text == whole.text[: whole.text.index(stop)]
    assert answer_of(cut).finish == "stop"
    assert largest(model, cut.payload, options) == 0


def test_the_context_bounds_an_answer(model: TextModel) -> None:
    data = conversation("it is a small one " * 16)
    room = 128 - len(model._prompter.prompt(data))
    assert 0 < room < 64
    output = model.run(data, b'{"max_tokens":64,"temperature":2000}', seed(3))
    assert len(answer_of(output).tokens) <= room


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"", b""),
        (conversation("x" * 500), b""),
        (conversation("a <|end|> b"), b""),
        (conversation(), b'{"max_tokens":0}'),
        (conversation(), b'{"top_k":9999}'),
    ],
)
def test_bad_input_is_everybodys_outcome(model: TextModel, data: bytes, options: bytes) -> None:
    assert model.run(data, options, seed(1)) == Output(Outcome.INVALID_INPUT)
    assert model.read(data, options, seed(1), b"whatever") == Output(Outcome.INVALID_INPUT)


def test_threat_21_one_edited_token_shows(model: TextModel) -> None:
    """However right the others are: the largest margin is not a mean."""
    output = model.run(conversation(), b'{"max_tokens":40}', seed(1))
    tokens = list(answer_of(output).tokens)
    assert len(tokens) > 10
    assert largest(model, output.payload, b'{"max_tokens":40}') <= 16
    shown = 0
    for at in range(0, len(tokens) - 1, 3):
        edited = [*tokens[:at], (tokens[at] + 7) % 250 + 6, *tokens[at + 1 :]]
        payload = Answer(tuple(edited), model._prompter.tokenizer.decode(edited), answer_of(output).finish).to_json()
        shown += largest(model, payload, b'{"max_tokens":40}') > 2**14
    assert shown >= len(range(0, len(tokens) - 1, 3)) - 1  # a token may happen to be nearly as good


def test_threat_31_another_seed_or_temperature_shows(model: TextModel) -> None:
    """Whoever draws with noise of its own cannot pick the answer it likes."""
    other = model.run(conversation(), b'{"max_tokens":30}', seed(2))
    assert largest(model, other.payload, b'{"max_tokens":30}') > 2**14
    greedy = model.run(conversation(), b'{"max_tokens":30,"temperature":0}', seed(1))
    assert largest(model, greedy.payload, b'{"max_tokens":30,"temperature":1000}') > 2**14


def test_threat_31_text_that_tokens_do_not_spell(model: TextModel) -> None:
    output = model.run(conversation(), b"", seed(1))
    honest = answer_of(output)
    for forged in (
        replace(honest, text=honest.text + "!"),
        replace(honest, text=""),
        replace(honest, finish="length" if honest.finish == "stop" else "stop"),
        Answer(honest.tokens[:-1], model._prompter.tokenizer.decode(honest.tokens[:-1]), "stop"),
        Answer(honest.tokens[:-1], model._prompter.tokenizer.decode(honest.tokens[:-1]), "length"),
    ):
        assert largest(model, forged.to_json()) == FAR
    assert largest(model, output.payload) <= 16


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        Answer((), "", "stop").to_json(),
        Answer((10**6,), "", "stop").to_json(),
        Answer((6,) * 100, "", "length").to_json(),
    ],
)
def test_what_is_no_answer_is_as_far_as_can_be(model: TextModel, payload: bytes) -> None:
    own = model.read(conversation(), b"", seed(1), payload)
    assert own.outcome is Outcome.OK
    assert own.tensors[MARGINS].tolist() == [FAR]
    assert own.tensors["hidden_states"].shape == (1, 1, 32)  # every verifier has the same to show


def test_an_answer_that_goes_on_after_its_end(model: TextModel) -> None:
    tokens = (7, 2, 8, 2)
    payload = Answer(tokens, model._prompter.tokenizer.decode(tokens), "stop").to_json()
    assert largest(model, payload) == FAR


def changed(tmp_path: Path, name: str, data: bytes) -> Path:
    folder = tmp_path / "changed"
    folder.mkdir()
    for path in FOLDER.iterdir():
        (folder / path.name).write_bytes(data if path.name == name else path.read_bytes())
    return folder


def test_a_tokenizer_that_does_not_fit(tmp_path: Path) -> None:
    words = json.loads((FOLDER / "tokenizer.json").read_bytes())
    words["added_tokens"].append({**words["added_tokens"][0], "id": 5000, "content": "<|more|>"})
    words["model"]["vocab"]["<|more|>"] = 5000
    folder = changed(tmp_path, "tokenizer.json", json.dumps(words).encode())
    with pytest.raises(ManifestError, match=r"the tokenizer has 5001 tokens, and the graph tells \d+ apart"):
        load(tmp_path, folder=folder)


def test_a_tokenizer_without_the_manifests_tokens(tmp_path: Path) -> None:
    manifest = manifest_of(FOLDER)
    assert isinstance(manifest.input, TextInput)
    with pytest.raises(TokenizerError, match="no special token '<eos>'"):
        load(tmp_path, replace(manifest, input=replace(manifest.input, eos="<eos>")))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="the chat template is none"):
        load(tmp_path, folder=changed(tmp_path, "chat_template.jinja", b"{% for %}"))


def test_damaged_weights(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    manifest = stored(store, manifest_of(FOLDER), FOLDER)
    path = store.path(manifest.file("model.onnx.data").sha256)
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ModelUnavailableError, match=r"model.onnx.data is missing or damaged"):
        load_model(manifest, store)


def test_threat_24_constants_outside_the_models_files(tmp_path: Path) -> None:
    manifest = manifest_of(FOLDER)
    store = Store(tmp_path / "store")
    without = replace(manifest, files=tuple(file for file in manifest.files if file.path != "model.onnx.data"))
    stored(store, without, FOLDER)
    with pytest.raises(HostileModelError, match="keeps constants outside its files"):
        load_model(without, store)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["model"]["decoder"]["session_options"].update(custom_ops_library="x.so"),
        lambda found: found["model"]["decoder"].update(filename="../other.onnx"),
        lambda found: found["model"]["decoder"]["session_options"].update(provider_options=[{"x": {}}]),
        lambda found: found["model"].pop("decoder"),
        lambda found: found["model"].update(type="whisper", encoder=LIBRARY),
        lambda found: found["model"].update(type="phi3v", vision=LIBRARY),
        lambda found: found.update(engine={}),
    ],
)
def test_threat_24_a_configuration_that_loads_something_else(tmp_path: Path, change: object) -> None:
    found = json.loads((FOLDER / "genai_config.json").read_bytes())
    change(found)  # type: ignore[operator]
    refuses_configuration(tmp_path, json.dumps(found).encode(), HostileModelError)


def test_threat_24_a_configuration_that_says_two_things(tmp_path: Path) -> None:
    raw = (FOLDER / "genai_config.json").read_bytes()
    options = json.dumps(LIBRARY["session_options"]).encode()
    twice = raw.replace(b'"session_options"', b'"session_options": ' + options + b', "session_options"', 1)
    refuses_configuration(tmp_path, twice, ManifestError)


def test_threat_24_a_configuration_with_escapes(tmp_path: Path) -> None:
    raw = (FOLDER / "genai_config.json").read_bytes()
    refuses_configuration(tmp_path, raw.replace(b'"llama"', b'"\\u006clama"'), HostileModelError)


def refuses_configuration(tmp_path: Path, raw: bytes, error: type[NesaError]) -> None:
    folder = changed(tmp_path, "genai_config.json", raw)
    store = Store(tmp_path / "store")
    manifest = stored(store, manifest_of(folder, engine="onnxruntime-genai"), folder)
    with pytest.raises(error, match=r"genai_config\.json"):
        load_model(manifest, store)


def test_hidden_states_are_those_of_the_answer(model: TextModel) -> None:
    output = model.run(conversation(), b'{"max_tokens":9}', seed(1))
    tokens = answer_of(output).tokens
    own = model.read(conversation(), b'{"max_tokens":9}', seed(1), output.payload)
    assert output.tensors["hidden_states"].shape == (1, len(tokens), 32)
    assert np.allclose(own.tensors["hidden_states"], output.tensors["hidden_states"], atol=1e-3)
