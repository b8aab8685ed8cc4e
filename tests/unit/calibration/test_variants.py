"""Cheap models and other ones are loaded as the true one is, by both engines, and are not it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nesa.calibration import VARIANTS, write_variant
from nesa.calibration._blocks import expand_blocks, quantise_blocks
from nesa.engines import EngineConfig, Outcome, TextModel, load_model
from nesa.errors import CalibrationError, ManifestError
from nesa.models import Manifest, Store
from textmodels import conversation, seed, stored

GREEDY = b'{"temperature":0}'
OF_FLOATS = {"int8", "int4", "int4-fast", "smaller", "truncated", "sibling"}


def load(folder: Path, manifest: Manifest, engine: str = "onnx-text") -> TextModel:
    named = replace(manifest, engine=replace(manifest.engine, name=engine))
    store = Store(folder.parent / "store")
    model = load_model(stored(store, named, folder), store, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    return model


def hidden(model: TextModel) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return model._text(20).read(range(5, 25)).hidden


@pytest.mark.parametrize("name", sorted(OF_FLOATS))
def test_a_variant_is_loaded_as_the_true_one_and_is_not_it(name: str, folder: Path, tmp_path: Path) -> None:
    manifest = Manifest.from_json((folder / "manifest.json").read_bytes())
    true, changed = load(folder, manifest), write_variant(folder, name, tmp_path / name)
    assert replace(changed, files=manifest.files) == manifest
    variant = load(tmp_path / name, changed)
    assert not np.allclose(hidden(variant), hidden(true), atol=1e-4)
    answers = {
        load(tmp_path / name, changed, engine).run(conversation(), GREEDY, seed(1)).payload
        for engine in ("onnx-text", "onnxruntime-genai")
    }
    assert len(answers) == 1
    assert variant.run(conversation(), b"", seed(1)).outcome is Outcome.OK


def test_another_head_leaves_hidden_states_as_they_are(folder: Path, tmp_path: Path) -> None:
    true = load(folder, Manifest.from_json((folder / "manifest.json").read_bytes()))
    other = load(tmp_path / "head", write_variant(folder, "head", tmp_path / "head"))
    assert np.array_equal(hidden(other), hidden(true))
    one, two = (model._text(20).read(range(5, 25)).logits for model in (true, other))
    assert not np.allclose(one, two, atol=1e-3)


def test_four_bits_are_moved_and_made_faster(folder: Path, tmp_path: Path) -> None:
    four = write_variant(folder, "int4", tmp_path / "int4")
    for name in ("level-4", "sibling"):
        changed = write_variant(tmp_path / "int4", name, tmp_path / name)
        assert not np.array_equal(hidden(load(tmp_path / name, changed)), hidden(load(tmp_path / "int4", four)))
    with pytest.raises(CalibrationError, match="float32"):
        write_variant(tmp_path / "int4", "int8", tmp_path / "int8")


def test_blocks_stand_for_the_matrix_within_half_a_step() -> None:
    matrix = np.random.default_rng(1).standard_normal((5, 72)).astype(np.float32)
    packed, scales = quantise_blocks(matrix)
    assert packed.shape == (5, 3, 16)
    assert scales.shape == (5, 3)
    error = np.abs(expand_blocks(packed, scales, 72) - matrix)
    step = np.abs(np.repeat(scales, 32, axis=1)[:, :72])
    assert (error <= step * 1.001).all()  # the shorter end lacks one number
    assert (error <= step / 2 * 1.001).mean() > 0.9
    assert not expand_blocks(*quantise_blocks(np.zeros((1, 32), np.float32)), 32).any()


def test_a_left_out_layer_needs_layers_that_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="too few to leave out 2"):
        write_variant(folder, "truncated-2", tmp_path / "small")


def test_what_is_no_variant_or_no_model_is_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CalibrationError, match="no variant 'half'"):
        write_variant(folder, "half", tmp_path / "half")
    with pytest.raises(ManifestError, match="no folder of a model"):
        write_variant(tmp_path / "nothing", "int8", tmp_path / "half")
    assert set(VARIANTS) >= OF_FLOATS
