"""Answers that follow a schema: written under it, and read with the same tokens allowed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nesa.client import RequestError
from nesa.client._tokens import Counter
from nesa.engines import MARGINS, EngineConfig, Outcome, Output, TextModel, check_input, encode_options, load_model
from nesa.errors import ManifestError, ModelUnavailableError
from nesa.models import GuidanceOption, Manifest, SamplingOption, Store
from nesa.text import Answer, read_answer
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

FOLDER = LAYOUTS / "llama"
SAMPLING = SamplingOption(max_tokens=60, limit=64, temperature=1000, top_k=0)
SCHEMA = {
    "type": "object",
    "properties": {"kind": {"enum": ["miner", "model"]}, "size": {"type": "integer", "maximum": 99, "minimum": 0}},
    "required": ["kind", "size"],
    "additionalProperties": False,
}
FAR = 2**32


def manifest(*versions: str) -> Manifest:
    return manifest_of(FOLDER, options=(SAMPLING, GuidanceOption(versions or ("1.9",))))


def load(tmp_path: Path, engine: str = "onnx-text") -> TextModel:
    described = manifest()
    described = replace(described, engine=replace(described.engine, name=engine))
    store = Store(tmp_path)
    model = load_model(stored(store, described, FOLDER), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TextModel:
    return load(tmp_path_factory.mktemp("model"))


def options(schema: Mapping[str, object] = SCHEMA, **others: int) -> bytes:
    return encode_options({"schema": schema, **others})


def answer_of(output: Output) -> Answer:
    found = read_answer(output.payload)
    assert found is not None
    return found


@pytest.mark.parametrize("others", [{}, {"temperature": 0}, {"top_k": 5}])
def test_answers_follow_the_schema_and_are_read_as_written(
    model: TextModel, tmp_path: Path, others: dict[str, int]
) -> None:
    other = load(tmp_path, "onnxruntime-genai")
    texts = set()
    for number in range(6):
        output = model.run(conversation(), options(SCHEMA, **others), seed(number))
        answer = answer_of(output)
        assert answer.finish == "stop"
        document = json.loads(answer.text)
        assert document["kind"] in {"miner", "model"}
        assert 0 <= document["size"] <= 99
        texts.add(answer.text)
        assert other.run(conversation(), options(SCHEMA, **others), seed(number)).payload == output.payload
        for reader in (model, other):
            own = reader.read(conversation(), options(SCHEMA, **others), seed(number), output.payload)
            assert int(own.tensors[MARGINS].max()) <= 16
    assert len(texts) > 1 or others == {"temperature": 0}


def test_threat_21_what_the_schema_does_not_allow_shows(model: TextModel) -> None:
    """An answer without guidance, or one with a token put in, is as far from the schema's as can be."""
    free = model.run(conversation(), b"", seed(1))
    assert int(model.read(conversation(), options(), seed(1), free.payload).tensors[MARGINS].max()) == FAR
    honest = answer_of(model.run(conversation(), options(), seed(1)))
    tokens = (*honest.tokens[:3], honest.tokens[3] % 250 + 7, *honest.tokens[4:])
    forged = Answer(tokens, model._prompter.tokenizer.decode(tokens), "stop").to_json()
    found = model.read(conversation(), options(), seed(1), forged).tensors[MARGINS]
    assert int(found[3]) == FAR
    guided = model.run(conversation(), options(), seed(1))
    assert int(model.read(conversation(), b"", seed(1), guided.payload).tensors[MARGINS].max()) > 2**14


def test_a_limit_may_end_a_document_before_its_end(model: TextModel) -> None:
    output = model.run(conversation(), options(max_tokens=4), seed(1))
    assert answer_of(output).finish == "length"
    assert (
        int(np.max(model.read(conversation(), options(max_tokens=4), seed(1), output.payload).tensors[MARGINS])) <= 16
    )


def test_a_schema_that_cannot_be_followed_is_bad_input(model: TextModel) -> None:
    for schema in ({"$ref": "#"}, {"type": "strin"}, {"$ref": "http://127.0.0.1:1/"}):
        asked = options(schema)
        assert model.run(conversation(), asked, seed(1)) == Output(Outcome.INVALID_INPUT)
        assert model.read(conversation(), asked, seed(1), b"{}") == Output(Outcome.INVALID_INPUT)
        check_input(model.manifest, conversation(), asked)  # has no tokenizer to try the schema with
        with pytest.raises(RequestError, match="the schema "):
            Counter(model.manifest, model._prompter).most(conversation(), asked)
    assert Counter(model.manifest, model._prompter).most(conversation(), options()) > 60


def test_a_manifest_that_guides(tmp_path: Path) -> None:
    described = manifest("1.8", "1.9")
    assert Manifest.from_json(described.to_json()) == described
    for others in (
        (GuidanceOption(("1.9",)),),
        (GuidanceOption(("1.9",)), SAMPLING),
        (SAMPLING, GuidanceOption(())),
        (SAMPLING, GuidanceOption(("x",))),
    ):
        with pytest.raises(ManifestError):
            Manifest.from_json(replace(described, options=others).to_json())
    store = Store(tmp_path)
    with pytest.raises(ModelUnavailableError, match=r"need llguidance 0\.7"):
        load_model(stored(store, manifest("0.7"), FOLDER), store)
