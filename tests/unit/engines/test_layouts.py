"""What exporters write is loaded unchanged, and both engines write what the model's makers' own program computes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from nesa.engines import MARGINS, EngineConfig, Model, Outcome, TextModel, load_model
from nesa.errors import ManifestError
from nesa.models import Profile, Store
from nesa.text import read_answer
from textmodels import LAYOUTS, conversation, manifest_of, seed, stored

NAMES = sorted(folder.name for folder in LAYOUTS.iterdir())
BUILT = [name for name in NAMES if (LAYOUTS / name / "genai_config.json").is_file()]
OPTIONS = (b"", b'{"temperature":0}', b'{"temperature":1200,"top_k":20}')


def load(tmp_path: Path, name: str, engine: str = "onnx-text", threads: int = 1) -> Model:
    store = Store(tmp_path)
    manifest = stored(store, manifest_of(LAYOUTS / name, engine=engine), LAYOUTS / name)
    return load_model(manifest, store, EngineConfig(threads=threads))


def test_all_that_the_issue_names_are_here() -> None:
    assert {"gemma2", "gpt2", "llama", "mistral", "phi3", "qwen2", "qwen3"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_logits_are_those_of_transformers(name: str, tmp_path: Path) -> None:
    model = load(tmp_path, name)
    assert isinstance(model, TextModel)
    expected = json.loads((LAYOUTS / name / "expected.json").read_bytes())["logits"]
    whole = model._text(128).read(range(5, 25))
    assert np.allclose(whole.logits[-1, : len(expected)], expected, atol=5e-3)  # Gemma's tanh is approximated
    text = model._text(128)
    text.read(range(5, 18))
    assert np.allclose(text.read(range(18, 25)).logits[-1], whole.logits[-1], atol=1e-3)
    assert text.length == 20


@pytest.mark.parametrize("name", NAMES)
def test_golden_token_streams(name: str, tmp_path: Path) -> None:
    """Same seed, same model: the same tokens of both engines, on one thread and on several."""
    engines = ("onnx-text", "onnxruntime-genai") if name in BUILT else ("onnx-text",)
    models = [load(tmp_path, name, engine, threads) for engine in engines for threads in (1, 3)]
    lengths = set()
    for number in range(8):
        options = OPTIONS[number % len(OPTIONS)]
        outputs = [model.run(conversation(), options, seed(number)) for model in models]
        assert {output.outcome for output in outputs} == {Outcome.OK}
        assert len({output.payload for output in outputs}) == 1
        answer = read_answer(outputs[0].payload)
        assert answer is not None
        lengths.add(len(answer.tokens))
        for output in outputs:
            own = models[0].read(conversation(), options, seed(number), output.payload)
            assert int(own.tensors[MARGINS].max()) <= 16  # 2^-12 of a logit
            assert own.units == output.units
            tensor = models[0].manifest.profile.tensor
            hidden = own.tensors[tensor], output.tensors[tensor]
            assert hidden[0].shape == hidden[1].shape == (1, len(answer.tokens), 16 if name == "gpt2" else 32)
            assert np.allclose(*hidden, atol=1e-3)
    assert max(lengths) > 1


@pytest.mark.parametrize("engine", ["onnx-text", "onnxruntime-genai"])
@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_compares_is_written_alike(name: str, engine: str, tmp_path: Path) -> None:
    if engine == "onnxruntime-genai" and name not in BUILT:
        return
    store, manifest = Store(tmp_path), manifest_of(LAYOUTS / name, engine=engine)
    outputs = []
    for found in (manifest, replace(manifest, profile=Profile.unchecked(20))):
        model = load_model(stored(store, found, LAYOUTS / name), store, EngineConfig(threads=1))
        outputs.append([model.run(conversation(), options, seed(5)) for options in OPTIONS])
    for checked, unverified in zip(*outputs, strict=True):
        assert unverified == replace(checked, tensors={})
        assert checked.outcome is Outcome.OK


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_writes_another_answer(name: str, tmp_path: Path) -> None:
    model = load(tmp_path, name)
    assert len({model.run(conversation(), b'{"temperature":1000}', seed(number)).payload for number in range(6)}) > 3


def test_hidden_states_inside_of_a_graph(tmp_path: Path) -> None:
    """The plain loop takes fingerprints of any tensor, also where constants lie beside the graph."""
    for name, tensor in (
        ("gpt2", "/network/transformer/h.1/ln_2/LayerNormalization_output_0"),
        ("llama", inner("llama")),
    ):
        manifest = manifest_of(LAYOUTS / name)
        manifest = replace(manifest, profile=replace(manifest.profile, tensor=tensor))
        store = Store(tmp_path / name)
        model = load_model(stored(store, manifest, LAYOUTS / name), store, EngineConfig(threads=1))
        output = model.run(conversation(), b"", seed(1))
        shown = output.tensors[tensor]
        assert shown.shape[0] == 1
        assert np.allclose(model.read(conversation(), b"", seed(1), output.payload).tensors[tensor], shown, atol=1e-3)
    other = replace(manifest, engine=replace(manifest.engine, name="onnxruntime-genai"))
    with pytest.raises(ManifestError, match="lacks the logits or hidden states"):
        load_model(stored(store, other, LAYOUTS / "llama"), store)
    none = replace(manifest, profile=replace(manifest.profile, tensor="nothing"))
    with pytest.raises(ManifestError, match="no tensor 'nothing' to take fingerprints of"):
        load_model(stored(store, none, LAYOUTS / "llama"), store)


def inner(name: str) -> str:
    """Return a tensor of the size of hidden states inside of a graph."""
    graph = onnx.load(LAYOUTS / name / "model.onnx", load_external_data=False).graph
    return next(node.output[0] for node in graph.node if node.op_type == "SkipSimplifiedLayerNormalization")
