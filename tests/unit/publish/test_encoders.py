"""Embedding models, as optimum exports them."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest

from nesa.engines import EngineConfig, Outcome, load_model, read_embedding
from nesa.errors import TokenizerError, UnsupportedModelError
from nesa.models import EmbeddingOutput, SentenceInput, Store
from nesa.publish import Form, Measured, parts_of
from nesa.verify import Delivery, check, fingerprint, scores_ok
from unit.publish.folders import WISHES, prepare, rewrite

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parents[2] / "fixtures" / "encoders" / "bert"


def bert(target: Path, **config: Any) -> Path:
    shutil.copytree(FOLDER, target)
    (target / "expected.json").unlink()
    rewrite(target / "config.json", **({"max_position_embeddings": 32, "hidden_size": 24} | config))
    return target


async def test_an_encoder_becomes_a_model_that_is_checked(tmp_path: Path) -> None:
    folder = bert(tmp_path / "model")
    (folder / "LICENSE").write_text("MIT License\n")
    (folder / "1_Pooling").mkdir()
    rewrite(folder / "1_Pooling" / "config.json", pooling_mode_mean_tokens=True)
    prepared = await prepare(folder, tmp_path / "store", replace(WISHES, licence="", parts=parts_of(4)))
    manifest = prepared.manifest
    assert (prepared.form, manifest.task, manifest.unit) == (Form.GRAPH, "feature-extraction", "request")
    assert (manifest.engine.name, manifest.licence) == ("onnx-embedding", "MIT")
    assert isinstance(manifest.input, SentenceInput)
    assert isinstance(manifest.output, EmbeddingOutput)
    assert (manifest.input.context, manifest.output.size) == (32, 24)
    assert prepared.measured == Measured(manifest.profile)  # by rule: only language models are calibrated

    served = Store(tmp_path / "miner")
    served.add_folder(prepared.folder)
    first, second = (load_model(manifest, served, EngineConfig(threads=threads)) for threads in (1, 2))
    own = first.run(b"the network asks")
    assert own.outcome is Outcome.OK
    assert read_embedding(own.payload, 24) is not None
    seeds = bytes([1] * 32), bytes([2] * 32)
    delivery = Delivery(own.outcome, own.payload, own.units, fingerprint(own, manifest.profile, seeds[0], "c"))
    arguments: Any = {"chain_id": "c", "executor_seed": seeds[0], "check_seed": seeds[1], "max_units": 1}
    assert scores_ok(check(second, b"the network asks", b"", b"", delivery, **arguments).scores, manifest.profile)
    assert not scores_ok(check(second, b"another text", b"", b"", delivery, **arguments).scores, manifest.profile)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
        ("1_Pooling/config.json", {"x": 1}),
        ("2_Dense/config.json", {}),
    ],
)
async def test_vectors_that_are_made_otherwise(tmp_path: Path, path: str, content: dict[str, Any]) -> None:
    folder = bert(tmp_path / "model")
    (folder / path).parent.mkdir()
    rewrite(folder / path, **content)
    with pytest.raises(UnsupportedModelError, match="otherwise than by the mean over tokens"):
        await prepare(folder, tmp_path / "store")


async def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match="how many tokens the model has room for"):
        await prepare(bert(tmp_path / "a", max_position_embeddings=None), tmp_path / "store")
    folder = bert(tmp_path / "b")
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(TokenizerError):
        await prepare(folder, tmp_path / "store")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(UnsupportedModelError, match=r"no tokenizer.json; put the model's there"):
        await prepare(folder, tmp_path / "store")


async def test_constants_beside_the_graph(tmp_path: Path) -> None:
    folder = bert(tmp_path / "model")
    graph = onnx.load(folder / "model.onnx")
    onnx.save(graph, folder / "model.onnx", save_as_external_data=True, location="data", size_threshold=0)
    with pytest.raises(UnsupportedModelError, match="keeps constants beside it, which embedding models may not"):
        await prepare(folder, tmp_path / "store")
