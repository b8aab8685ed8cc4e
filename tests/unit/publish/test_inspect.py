"""What a folder is taken for, and why not."""

from pathlib import Path

import numpy as np
import pytest

from nesa.errors import HostileModelError, UnsupportedModelError
from nesa.publish._folder import survey
from nesa.publish._inspect import Form, Found, find_folder, inspect
from unit.publish.folders import layout, rewrite, safetensors

WEIGHTS = safetensors({"a": np.ones(3, np.float32)})


def look(folder: Path, graph: str = "") -> Found:
    return inspect(survey(folder, 2**30), graph)


def weights(folder: Path, **config: object) -> Path:
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(WEIGHTS)
    rewrite(folder / "config.json", **config)
    return folder


def test_a_manifest_comes_first(tmp_path: Path, model_folders: Path) -> None:
    assert look(model_folders / "file-type").form is Form.MANIFEST
    folder = layout(tmp_path / "model")
    (folder / "manifest.json").write_text("{}")
    assert look(folder).form is Form.MANIFEST


def test_a_graph_is_found_by_its_settings_its_name_or_alone(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    assert (look(folder).form, look(folder).graph) == (Form.GRAPH, "model.onnx")
    (folder / "other.onnx").write_bytes(b"")
    assert look(folder).graph == "model.onnx"
    assert look(folder, "other.onnx").graph == "other.onnx"
    (folder / "genai_config.json").unlink()
    assert look(folder).graph == "model.onnx"
    (folder / "model.onnx").rename(folder / "third.onnx")
    with pytest.raises(UnsupportedModelError, match=r"several graphs, other.onnx, third.onnx; say which with --graph"):
        look(folder)
    with pytest.raises(UnsupportedModelError, match=r"has no graph 'x.onnx'; it has other.onnx, third.onnx"):
        look(folder, "x.onnx")
    (folder / "other.onnx").unlink()
    assert look(folder).graph == "third.onnx"


def test_threat_24_settings_that_name_a_graph_elsewhere(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    rewrite(folder / "genai_config.json", model={"decoder": {"filename": "../other/model.onnx"}})
    with pytest.raises(HostileModelError, match=r"names the graph '../other/model.onnx', which is not in the folder"):
        look(folder)


def test_weights_of_models_that_continue_text(tmp_path: Path) -> None:
    assert look(weights(tmp_path / "a", architectures=["LlamaForCausalLM"])).form is Form.WEIGHTS


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            {"architectures": ["BertForMaskedLM"]},
            "BertForMaskedLM does not continue text; export it to ONNX with optimum",
        ),
        ({"architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True}, "an encoder and a decoder"),
        ({"architectures": []}, "does not say which architecture"),
        ({"architectures": 7}, "does not say which architecture"),
        ({}, "weights but no config.json"),
    ],
)
def test_weights_of_other_models(tmp_path: Path, config: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnsupportedModelError, match=sentence):
        look(weights(tmp_path / "a", **config))


@pytest.mark.parametrize("name", ["../model.safetensors", "/etc/passwd", "absent.safetensors"])
def test_threat_24_an_index_that_leads_out(tmp_path: Path, name: str) -> None:
    folder = weights(tmp_path / "a", architectures=["LlamaForCausalLM"])
    rewrite(folder / "model.safetensors.index.json", weight_map={"a": "model.safetensors"})
    look(folder)
    rewrite(folder / "model.safetensors.index.json", weight_map={"a": "model.safetensors", "b": name})
    with pytest.raises(HostileModelError, match=f"names '{name}', which is not in the folder"):
        look(folder)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("model-q4.gguf", "model-q4.gguf is in GGUF's format; publish the model's safetensors or ONNX instead"),
        ("model.h5", "in Keras's format"),
        ("flax_model.msgpack", "in Flax's format"),
        ("README.md", "holds neither an ONNX graph nor safetensors; name the folder that does"),
    ],
)
def test_other_formats(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UnsupportedModelError, match=sentence):
        look(tmp_path)


def test_models_of_several_graphs(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    rewrite(folder / "genai_config.json", model={"vision": {}, "decoder": {"filename": "model.onnx"}})
    with pytest.raises(UnsupportedModelError, match="describes a model of several graphs"):
        look(folder)
    (folder / "genai_config.json").unlink()
    (folder / "encoder_model.onnx").write_bytes(b"")
    with pytest.raises(UnsupportedModelError, match=r"lacks encoder_model.onnx or decoder_model.onnx"):
        look(folder)


def test_settings_that_describe_nothing(tmp_path: Path) -> None:
    folder = layout(tmp_path / "model")
    rewrite(folder / "genai_config.json", model=[])
    with pytest.raises(UnsupportedModelError, match=r"genai_config.json describes no model"):
        look(folder)


def test_a_graph_alone_needs_a_manifest(tmp_path: Path, model_folders: Path) -> None:
    graph = model_folders / "file-type" / "model.onnx"
    assert find_folder(graph) == graph.parent
    assert find_folder(tmp_path) == tmp_path
    alone = tmp_path / "model.onnx"
    alone.write_bytes(graph.read_bytes())
    with pytest.raises(UnsupportedModelError, match=r"write a manifest.json beside it \(docs/manifest.md\)"):
        find_folder(alone)
    text = tmp_path / "model.txt"
    text.write_text("")
    with pytest.raises(UnsupportedModelError, match="name the folder that holds the model"):
        find_folder(text)
