"""Embedding models: what optimum exports is loaded unchanged, and answers are checked by distance."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nesa.engines import EngineConfig, Model, Outcome, Output, check_input, load_model, read_embedding
from nesa.errors import InvalidInputError, ManifestError
from nesa.models import (
    EmbeddingOutput,
    Engine,
    File,
    Hardware,
    Manifest,
    Profile,
    SamplingOption,
    SentenceInput,
    Store,
)
from nesa.verify import Delivery, check, fingerprint, fingerprint_seed, scores_ok

FOLDER = Path(__file__).parents[2] / "fixtures" / "encoders" / "bert"
EXPECTED = json.loads((FOLDER / "expected.json").read_bytes())
TEXT = EXPECTED["text"].encode()
SIZE = 24
CHAIN = "nesa-test-1"
SEEDS = [fingerprint_seed(CHAIN, bytes(32), 1, round_) for round_ in (0, 1)]
FAR = 2**32


def described(**changes: Any) -> Manifest:
    raw = {name: (FOLDER / name).read_bytes() for name in ("model.onnx", "tokenizer.json")}
    manifest = Manifest(
        name="bert",
        task="feature-extraction",
        licence="Apache-2.0",
        attribution="nobody",
        unit="request",
        engine=Engine("onnx-embedding", ("1.32",), "all", "model.onnx"),
        files=tuple(File(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in raw.items()),
        input=SentenceInput("tokenizer.json", 512, 32),
        options=(),
        output=EmbeddingOutput("last_hidden_state", SIZE),
        hardware=Hardware(2**26, ("cpu",)),
        profile=Profile("last_hidden_state", 2, 8, 4, 14, 5, 64, (64, 100, 0), 20, ()),
    )
    return replace(manifest, **changes)


def load(tmp_path: Path, manifest: Manifest, **config: Any) -> Model:
    store = Store(tmp_path)
    for file in manifest.files:
        store.put_file(FOLDER / file.path, file)
    return load_model(manifest, store, EngineConfig(threads=1, **config))


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return load(tmp_path, described())


def vector(output: Output) -> np.ndarray[Any, np.dtype[np.float32]]:
    found = read_embedding(output.payload, SIZE)
    assert found is not None
    return found


def test_the_vector_is_what_transformers_computes(model: Model) -> None:
    output = model.run(TEXT)
    assert (output.outcome, output.units) == (Outcome.OK, 1)
    assert np.allclose(vector(output), EXPECTED["vector"], atol=1e-5)
    other = vector(model.run(b"The network is a network."))
    assert float(other @ vector(output)) < 0.99
    assert Manifest.from_json(described().to_json()) == described()


def judged(model: Model, payload: bytes, mark: bytes) -> tuple[int, ...]:
    delivery = Delivery(Outcome.OK, payload, 1, mark)
    found = check(
        model, TEXT, b"", bytes(32), delivery, chain_id=CHAIN, executor_seed=SEEDS[0], check_seed=SEEDS[1], max_units=1
    )
    assert found.outcome is Outcome.OK
    return found.scores


def test_an_honest_answer_passes_on_another_machine(model: Model, tmp_path: Path) -> None:
    other = load(tmp_path / "other", described(), optimisation="basic")
    output = other.run(TEXT)
    scores = judged(model, output.payload, fingerprint(output, other.manifest.profile, SEEDS[0], CHAIN))
    assert scores_ok(scores, model.manifest.profile), scores


def test_threat_31_another_vector_is_far(model: Model) -> None:
    """However honest the fingerprint is."""
    honest = model.run(TEXT)
    mark = fingerprint(honest, model.manifest.profile, SEEDS[0], CHAIN)
    assert judged(model, honest.payload, mark)[1] == 0
    turned = vector(honest).astype(np.float64)
    turned[0] += 1e-3
    near = (turned / np.linalg.norm(turned)).astype("<f4").tobytes()
    assert 200 < judged(model, near, mark)[1] < 2000
    assert judged(model, model.run(b"something else").payload, mark)[1] > 10_000
    numbers = np.frombuffer(honest.payload, "<f4")
    for none in (
        b"",
        honest.payload + b"\0",
        bytes(4 * SIZE),
        (2 * numbers).tobytes(),
        np.full(SIZE, np.nan, "<f4").tobytes(),
        np.full(SIZE, 3e38, "<f4").tobytes(),
    ):
        assert judged(model, none, mark)[1] == FAR


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"", b"", "a text has 1 to 512 bytes, not 0"),
        (b"x" * 513, b"", "a text has 1 to 512 bytes, not 513"),
        (b"\xff", b"", "the text is not UTF-8"),
        (b"a " * 40, b"", ""),
        (TEXT, b'{"x":1}', ""),
    ],
)
def test_bad_input(model: Model, data: bytes, options: bytes, sentence: str) -> None:
    assert model.run(data, options) == Output(Outcome.INVALID_INPUT)
    if sentence:  # the others need the tokenizer
        with pytest.raises(InvalidInputError, match=sentence):
            check_input(model.manifest, data, options)
    check_input(model.manifest, TEXT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"engine": Engine("onnx", ("1.32",), "all", "model.onnx")}, "not all of an embedding model"),
        ({"options": (SamplingOption(1, 1, 0, 0),)}, "not both of a language model"),
        ({"input": SentenceInput("words.json", 512, 32)}, "its tokenizer is not among manifest.files"),
    ],
)
def test_manifests_that_do_not_fit(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        Manifest.from_json(described(**changes).to_json())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"output": EmbeddingOutput("nothing", SIZE)}, "does not have the output"),
        ({"profile": replace(described().profile, tensor="nothing")}, "no tensor 'nothing'"),
    ],
)
def test_graphs_that_do_not_fit(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=sentence):
        load(tmp_path, described(**changes))


def test_a_size_that_is_not_the_graphs(tmp_path: Path) -> None:
    model = load(tmp_path, described(output=EmbeddingOutput("last_hidden_state", SIZE + 1)))
    with pytest.raises(ManifestError, match="does not have the embedding's size"):
        model.run(TEXT)
