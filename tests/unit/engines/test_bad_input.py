"""Requests and models that are no good: one clear sentence each, and an outcome on which all miners agree."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from nesa.client import RequestError
from nesa.client._tokens import Counter
from nesa.engines import MARGINS, EngineConfig, Outcome, Output, TextModel, load_model
from nesa.errors import NesaError
from nesa.models import Manifest, Store, TextInput, TextOutput
from nesa.text import Prompter, Tokenizer, read_answer
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

FOLDER = LAYOUTS / "llama"
FILES = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
LONGEST = 160  # characters of a sentence


def written(tmp_path: Path, changes: Mapping[str, bytes]) -> Path:
    folder = tmp_path / "llama"
    folder.mkdir()
    for name, data in {**FILES, **changes}.items():
        (folder / name).write_bytes(data)
    return folder


def load(
    tmp_path: Path, changes: Mapping[str, bytes], change: Callable[[Manifest], Manifest] = lambda it: it
) -> TextModel:
    folder = written(tmp_path, changes)
    store = Store(tmp_path / "store")
    model = load_model(stored(store, change(manifest_of(folder)), folder), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


def is_one_sentence(error: Exception) -> bool:
    text = str(error)
    return 10 < len(text) < LONGEST and text.isprintable() and "Error" not in text and "Traceback" not in text


def template(source: str) -> dict[str, bytes]:
    return {"chat_template.jinja": source.encode()}


def tokens(change: Callable[[Any], None]) -> dict[str, bytes]:
    found = json.loads(FILES["tokenizer.json"])
    change(found)
    return {"tokenizer.json": json.dumps(found).encode()}


def add_token(found: Any) -> None:
    found["added_tokens"].append({**found["added_tokens"][0], "id": 5000, "content": "<|more|>"})
    found["model"]["vocab"]["<|more|>"] = 5000


def without_end(manifest: Manifest) -> Manifest:
    assert isinstance(manifest.input, TextInput)
    return replace(manifest, input=replace(manifest.input, eos="<|nothing|>"))


def stops_beyond(manifest: Manifest) -> Manifest:
    assert isinstance(manifest.output, TextOutput)
    return replace(manifest, output=replace(manifest.output, stops=(9999,)))


def heads_of(size: int) -> Callable[[Manifest], Manifest]:
    def change(manifest: Manifest) -> Manifest:
        assert isinstance(manifest.input, TextInput)
        return replace(manifest, input=replace(manifest.input, head_size=size))

    return change


def prompt_of(count: int) -> bytes:
    """Return an input of so many tokens."""
    tokenizer = Tokenizer(FILES["tokenizer.json"])
    text = next(text for n in range(999) if len(tokenizer.encode(text := "it is " * n, complete=True)) >= count)
    while len(tokenizer.encode(text, complete=True)) > count:
        text = text[:-1]
    assert len(tokenizer.encode(text, complete=True)) == count
    return json.dumps({"prompt": text}).encode()


@pytest.mark.parametrize(
    ("data", "options", "files", "sentence"),
    [
        pytest.param(
            conversation("what is it? " * 90), b"", {}, "tokens, the model has room for 128", id="beyond context"
        ),
        pytest.param(b'{"prompt":""}', b"", {}, "the prompt is empty", id="empty prompt"),
        pytest.param(conversation(), b"", template("{{ '' }}"), "the prompt has no tokens", id="zero tokens"),
        pytest.param(b'{"messages":[]}', b"", {}, "has 1 to 1024 messages, not 0", id="no messages"),
        pytest.param(conversation(), b'{"max_tokens":0}', {}, "a whole number from 1 to 64", id="none asked for"),
        pytest.param(conversation("a <|end|> b"), b"", {}, "the text holds '<|end|>'", id="special token"),
        pytest.param(
            b'{"messages":[{"role":"system","content":"<|end|>"},{"role":"user","content":"a"}]}',
            b"",
            {},
            "the text holds '<|end|>'",
            id="special token of somebody else's turn",
        ),
        pytest.param(prompt_of(128), b"", {}, "128 tokens, the model has room for 128", id="no room for an answer"),
        pytest.param(
            conversation(),
            b"",
            template("{{ raise_exception('no') }}"),
            "the chat template refuses the conversation: no",
            id="template refuses",
        ),
        pytest.param(
            conversation(),
            b"",
            template("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"),
            "takes more than 1000000 steps",
            id="template without end",
        ),
        pytest.param(
            conversation(),
            b"",
            template("{{ ''.__class__.__mro__ }}"),
            "the chat template does what templates may not",
            id="template that breaks out",
        ),
        pytest.param(conversation(), b'{"temperature":NaN}', {}, "the options are not JSON", id="temperature nan"),
        pytest.param(conversation(), b'{"temperature":Infinity}', {}, "the options are not JSON", id="temperature inf"),
        pytest.param(conversation(), b'{"temperature":1e999}', {}, "the options are not JSON", id="temperature 1e999"),
        pytest.param(conversation(), b'{"temperature":0.7}', {}, "0 to 2000 thousandths", id="temperature no integer"),
        pytest.param(conversation(), b'{"top_k":301}', {}, "top_k is a whole number from 0 to 300", id="top-k"),
    ],
)
def test_requests_that_are_no_good(
    data: bytes, options: bytes, files: Mapping[str, bytes], sentence: str, tmp_path: Path
) -> None:
    model = load(tmp_path, files)
    assert model.run(data, options, seed(1)) == Output(Outcome.INVALID_INPUT)
    assert model.read(data, options, seed(1), b"{}") == Output(Outcome.INVALID_INPUT)
    spec = model.manifest.input
    assert isinstance(spec, TextInput)
    folder = tmp_path / "llama"
    files_ = [(folder / name).read_bytes() for name in (spec.tokenizer, spec.template)]
    with pytest.raises(RequestError) as caught:  # what whoever asks is told before paying
        Counter(model.manifest, Prompter(spec, *files_)).most(data, options)
    assert sentence in str(caught.value)
    assert is_one_sentence(caught.value)


def test_a_prompt_that_leaves_room_for_one_token(tmp_path: Path) -> None:
    model = load(tmp_path, {})
    data = prompt_of(127)
    output = model.run(data, b'{"max_tokens":64}', seed(1))
    answer = read_answer(output.payload)
    assert answer is not None
    assert (len(answer.tokens), output.units) == (1, 1 + 32)
    own = model.read(data, b'{"max_tokens":64}', seed(1), output.payload)
    assert own.payload == output.payload
    assert int(own.tensors[MARGINS].max()) == 0


def changed_graph(change: Callable[[onnx.ModelProto], None]) -> dict[str, bytes]:
    found = onnx.ModelProto.FromString(FILES["model.onnx"])
    change(found)
    return {"model.onnx": found.SerializeToString()}


def renamed(found: onnx.ModelProto) -> None:
    found.graph.input[0].name = "words"
    for node in found.graph.node:
        for at, name in enumerate(node.input):
            if name == "input_ids":
                node.input[at] = "words"


def same(manifest: Manifest) -> Manifest:
    return manifest


@pytest.mark.parametrize(
    ("files", "change", "sentence"),
    [
        pytest.param(template("{% for %}"), same, "the chat template is none", id="invalid template"),
        pytest.param({"chat_template.jinja": b"\xff\xfe"}, same, "neither UTF-8 nor JSON", id="template no text"),
        pytest.param(template("{% include 'x' %}"), same, "the chat template", id="template that reads files"),
        pytest.param(template("x" * 70_000), same, "more than 65536 characters", id="template too long"),
        pytest.param({"tokenizer.json": b"{}"}, same, "the tokenizer is none", id="no tokenizer"),
        pytest.param(
            tokens(add_token), same, "the tokenizer has 5001 tokens, and the graph tells", id="tokenizer too large"
        ),
        pytest.param({}, without_end, "the tokenizer has no special token '<|nothing|>'", id="unknown special token"),
        pytest.param({}, stops_beyond, "the graph tells", id="unknown token to stop at"),
        pytest.param({}, heads_of(8), "cache's heads have not 8 features", id="head size"),
        pytest.param(
            {"model.onnx": FILES["model.onnx"][:999]}, same, "the graph's file is not ONNX", id="half a graph"
        ),
        pytest.param({"model.onnx.data": b"1234"}, same, "ONNX Runtime cannot load llama", id="too few weights"),
        pytest.param(changed_graph(renamed), same, "inputs are not those of a decoder", id="other inputs"),
    ],
)
def test_models_that_are_no_good(
    files: Mapping[str, bytes], change: Callable[[Manifest], Manifest], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(NesaError) as caught:
        load(tmp_path, files, change)
    assert sentence in str(caught.value)
    assert is_one_sentence(caught.value)


def test_weights_that_are_not_those_of_the_manifest(tmp_path: Path) -> None:
    folder = written(tmp_path, {})
    store = Store(tmp_path / "store")
    manifest = stored(store, manifest_of(folder), folder)
    path = store.path(manifest.file("model.onnx.data").sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(NesaError, match=r"model\.onnx\.data is missing or damaged") as caught:
        load_model(manifest, store)
    assert is_one_sentence(caught.value)


def test_weights_that_are_no_numbers(tmp_path: Path) -> None:
    weights = np.full(len(FILES["model.onnx.data"]) // 4, np.nan, np.float32)
    model = load(tmp_path, {"model.onnx.data": weights.tobytes()})
    assert model.run(conversation(), b"", seed(1)) == Output(Outcome.NON_FINITE)
    assert model.read(conversation(), b"", seed(1), b"{}") == Output(Outcome.NON_FINITE)
