"""Encoder-decoders: what optimum exports of T5 is loaded unchanged, and its answers are read as others' are."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from nesa.client._tokens import Counter
from nesa.engines import MARGINS, EngineConfig, Outcome, Output, load_model
from nesa.engines._seq2seq import Seq2SeqModel
from nesa.errors import EngineError, ManifestError
from nesa.models import Engine, GuidanceOption, Manifest, SamplingOption, SourceInput, Store, TextInput
from nesa.text import Answer, read_answer
from textmodels import manifest_of, seed, stored

FOLDER = Path(__file__).parents[2] / "fixtures" / "encoders" / "t5"
EXPECTED = json.loads((FOLDER / "expected.json").read_bytes())
PROMPT = json.dumps({"prompt": EXPECTED["text"]}).encode()
HIDDEN = "/network/decoder/final_layer_norm/Mul_1_output_0"
SPEC = SourceInput("tokenizer.json", "", "", "<|end|>", 4096, 64, 0, 2500, "encoder_model.onnx", 0)
SAMPLING = SamplingOption(max_tokens=20, limit=64, temperature=1000, top_k=0)


PAST = "decoder_with_past_model.onnx"
MERGED = "decoder_model_merged.onnx"
FORMS = {
    "without a cache": ("decoder_model.onnx", {PAST, MERGED}),
    "with a cache": ("decoder_model.onnx", {MERGED}),
    "merged": (MERGED, {"decoder_model.onnx", PAST}),
}
"""The graph that a manifest names, and files that it does not."""


def described(form: str = "with a cache", **changes: Any) -> Manifest:
    manifest = manifest_of(FOLDER, engine="onnx-seq2seq")
    graph, absent = FORMS[form]
    return replace(
        manifest,
        engine=replace(manifest.engine, graph=graph),
        files=tuple(file for file in manifest.files if file.path not in absent),
        input=SPEC,
        options=(SAMPLING,),
        profile=replace(manifest.profile, tensor=HIDDEN),
        **changes,
    )


def load(tmp_path: Path, manifest: Manifest, **config: Any) -> Seq2SeqModel:
    store = Store(tmp_path)
    model = load_model(stored(store, manifest, FOLDER), store, EngineConfig(threads=1, **config))
    assert isinstance(model, Seq2SeqModel)
    return model


@pytest.fixture(params=list(FORMS))
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Seq2SeqModel:
    return load(tmp_path, described(request.param))


def answer_of(output: Output) -> Answer:
    found = read_answer(output.payload)
    assert found is not None
    return found


def test_logits_are_those_of_transformers(model: Seq2SeqModel) -> None:
    text = model._reading(model._understand(PROMPT, b"", seed(1)))
    text.read([0, EXPECTED["answer"][0]])
    reading = text.read(EXPECTED["answer"][1:])
    assert reading.logits.shape == (2, model._vocabulary)
    assert np.allclose(reading.logits[-1, :8], EXPECTED["logits"], atol=1e-3)
    assert text.length == 4


def test_greedy_answers_are_those_of_transformers(model: Seq2SeqModel) -> None:
    output = model.run(PROMPT, b'{"max_tokens":12,"temperature":0}', seed(1))
    assert list(answer_of(output).tokens) == EXPECTED["greedy"]


@pytest.mark.parametrize("form", ["with a cache", "merged"])
def test_each_token_is_read_once(form: str, tmp_path: Path) -> None:
    """The answer's cache grows, the request's stays, and what is computed is what the whole answer would give."""
    model, plain = load(tmp_path / "a", described(form)), load(tmp_path / "b", described("without a cache"))
    tokens = [0, *EXPECTED["answer"], 40, 41, 9]
    task = model._understand(PROMPT, b"", seed(1))
    text, other = model._reading(task), plain._reading(task)
    text.read(tokens[:2])
    cross = text._told.cache["past_key_values.0.encoder.key"]
    model._pair._first = model._pair._encoder  # which would not run
    for at, token in enumerate(tokens[2:], 3):
        reading = text.read([token])
        assert text._told.cache["past_key_values.0.decoder.value"].shape == (1, 2, at, 6)
    whole = other.read(tokens)
    assert np.allclose(reading.logits[-1], whole.logits[-1], atol=1e-4)
    assert np.allclose(reading.hidden[-1], whole.hidden[-1], atol=1e-4)
    assert text._told.cache["past_key_values.0.encoder.key"] is cross
    assert other._told.cache == {}


def test_answers_are_read_as_written(model: Seq2SeqModel, tmp_path: Path) -> None:
    other = load(tmp_path / "other", described("without a cache"), optimisation="basic")
    answers = set()
    for number in range(8):
        output = model.run(PROMPT, b"", seed(number))
        assert output.outcome is Outcome.OK
        own = other.read(PROMPT, b"", seed(number), output.payload)
        tokens = answer_of(output).tokens
        assert int(own.tensors[MARGINS].max()) <= 16
        assert own.tensors[HIDDEN].shape == output.tensors[HIDDEN].shape == (1, len(tokens), 12)
        assert np.allclose(own.tensors[HIDDEN], output.tensors[HIDDEN], atol=1e-3)
        assert own.units == output.units
        answers.add(tokens)
    assert len(answers) > 4


def test_units_count_what_the_encoder_reads(model: Seq2SeqModel) -> None:
    long = json.dumps({"prompt": "is it? " * 8}).encode()
    output = model.run(long, b'{"max_tokens":3}', seed(1))
    source = len(model._prompter.prompt(long))
    assert source > 12
    assert output.units == len(answer_of(output).tokens) + -(-source // 4)
    assert Counter(model.manifest, model._prompter).most(long, b'{"max_tokens":3}') == 3 + -(-source // 4)


def test_threat_31_an_answer_to_another_request_shows(model: Seq2SeqModel) -> None:
    other = model.run(b'{"prompt":"who is it"}', b"", seed(1))
    assert int(model.read(PROMPT, b"", seed(1), other.payload).tensors[MARGINS].max()) > 2**14
    edited = (9, *answer_of(model.run(PROMPT, b"", seed(1))).tokens[1:])
    forged = Answer(edited, model._prompter.tokenizer.decode(edited), "stop").to_json()
    assert int(model.read(PROMPT, b"", seed(1), forged).tensors[MARGINS].max()) > 2**14


def test_bad_input(model: Seq2SeqModel) -> None:
    for data in (b"", b'{"prompt":""}', b'{"prompt":"' + b"a b " * 99 + b'"}', b'{"messages":[]}'):
        assert model.run(data, b"", seed(1)) == Output(Outcome.INVALID_INPUT)
    assert model.run(b'{"messages":[{"role":"user","content":"hi"}]}', b"", seed(1)).outcome is Outcome.INVALID_INPUT


def test_answers_can_be_guided(tmp_path: Path) -> None:
    model = load(tmp_path, replace(described(), options=(SAMPLING, GuidanceOption(("1.9",)))))
    options = b'{"max_tokens":30,"schema":{"enum":["miner","model"]}}'
    output = model.run(PROMPT, options, seed(1))
    assert json.loads(answer_of(output).text) in {"miner", "model"}
    assert int(model.read(PROMPT, options, seed(1), output.payload).tensors[MARGINS].max()) <= 16


def test_manifests_and_graphs_that_do_not_fit(tmp_path: Path) -> None:
    assert Manifest.from_json(described().to_json()) == described()
    plain = TextInput("tokenizer.json", "", "", "<|end|>", 4096, 64, 16, 2500)
    for changes, sentence in (
        (
            {"engine": Engine("onnx-text", ("1.32",), "all", "decoder_model.onnx")},
            "not both of a model with an encoder",
        ),
        ({"input": plain}, "not both of a model with an encoder"),
        ({"input": replace(SPEC, encoder="none.onnx")}, "the encoder is not among"),
    ):
        with pytest.raises(ManifestError, match=sentence):
            Manifest.from_json(replace(described(), **changes).to_json())
    swapped = replace(described(), input=replace(SPEC, encoder="decoder_model.onnx"))
    with pytest.raises(ManifestError, match="not those of an encoder and a decoder"):
        load(tmp_path, swapped)


def test_graphs_that_hand_over_no_cache(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    for lacks in ("past_key_values.0.encoder.key", "present.0.decoder.value", None):
        past = onnx.load(FOLDER / (PAST if lacks else "decoder_model.onnx"))
        for node in past.graph.node:
            node.input[:] = ["encoder_hidden_states" if name == lacks else name for name in node.input]
        for values in (past.graph.input, past.graph.output):
            kept = [value for value in values if value.name != lacks]
            del values[:]
            values.extend(kept)
        onnx.save(past, folder / PAST)
        store = Store(tmp_path / str(lacks))
        manifest = replace(described(), files=manifest_of(folder, engine="onnx-seq2seq").files)
        if lacks == "past_key_values.0.encoder.key":
            with pytest.raises(EngineError):
                load_model(stored(store, manifest, folder), store, EngineConfig(threads=1))
            continue
        with pytest.raises(ManifestError, match="do not hand over a cache from one to the other"):
            load_model(stored(store, manifest, folder), store, EngineConfig(threads=1))
