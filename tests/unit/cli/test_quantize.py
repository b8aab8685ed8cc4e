"""A float model becomes a provable one, and answers people in their own words."""

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from nesa.models import Manifest
from nesa.provable import read_provable, run_integers
from unit.cli.conftest import Nesa

FEATURES = {"features": [{"name": "income", "low": 0, "high": 1000}, {"name": "debts", "low": 0, "high": 500}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a float model that approves whose income is larger than their debts, and data."""
    weights = np.array([[-1, 0.5], [1, -0.5]], np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], "decide", transB=1)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        initializer=[
            numpy_helper.from_array(weights, "w"),
            numpy_helper.from_array(np.array([-0.5, 0.5], np.float32), "b"),
        ],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    (tmp_path / "float.onnx").write_bytes(model.SerializeToString())
    values = np.random.default_rng(0).uniform(-0.99, 0.99, (200, 2)).astype(np.float32)
    np.savez(tmp_path / "data.npz", inputs=values, labels=(values @ weights.T + [-0.5, 0.5]).argmax(axis=1))
    (tmp_path / "features.json").write_text(json.dumps(FEATURES))
    (tmp_path / "applicant.json").write_text(json.dumps({"income": 900, "debts": 100}))
    return tmp_path


def quantize(nesa: Nesa, folder: Path, *more: str, data: str = "data.npz") -> object:
    return nesa(
        "model", "quantize", str(folder / "float.onnx"), "--data", str(folder / data), "-o", str(folder / "made"),
        "--label", "decline", "--label", "approve", *more,
    )  # fmt: skip


def test_from_floats_to_an_answer(nesa: Nesa, folder: Path) -> None:
    made = nesa(
        "model", "quantize", str(folder / "float.onnx"), "--data", str(folder / "data.npz"), "-o", str(folder / "made"),
        "--label", "decline", "--label", "approve", "--features", str(folder / "features.json"),
    )  # fmt: skip
    assert made.status == 0, made
    for text in ("decide", "right before", "of 200", "same answer", "computes the same integers"):
        assert text in made.out
    manifest = Manifest.from_json((folder / "made" / "manifest.json").read_bytes())
    assert manifest.name == "float"
    checked = nesa("model", "check", str(folder / "made"))
    assert manifest.digest().hex() in checked.out

    encoded = nesa("model", "encode", str(folder / "made"), str(folder / "applicant.json"), "-o", str(folder / "in"))
    assert encoded.status == 0
    assert (folder / "in").read_bytes() == bytes([102, 256 - 76])
    ran = nesa(
        "model", "run", str(folder / "made"), str(folder / "applicant.json"), "-o", str(folder / "out"), "--json"
    )
    assert json.loads(ran.out)["answer"] == "approve"
    model = read_provable((folder / "made" / "model.onnx").read_bytes())
    assert (folder / "out").read_bytes() == run_integers(model, (folder / "in").read_bytes())
    shown = nesa("model", "answer", str(folder / "made"), str(folder / "out"))
    assert "approve" in shown.out
    assert "score of decline" in shown.out


def test_json_has_every_number(nesa: Nesa, folder: Path) -> None:
    np.savez(folder / "bare.npz", inputs=np.load(folder / "data.npz")["inputs"], test_inputs=np.zeros((3, 2)))
    made = nesa(
        "model", "quantize", str(folder / "float.onnx"), "--data", str(folder / "bare.npz"), "-o", str(folder / "made"),
        "--json",
    )  # fmt: skip
    found = json.loads(made.out)
    assert found["loss"]["samples"] == 3
    assert found["loss"]["correct_before"] is None
    assert found["onnx_runtime"] is True
    np.save(folder / "input.npy", np.array([0.5, -0.5], np.float32))
    ran = nesa("model", "run", str(folder / "made"), str(folder / "input.npy"), "--json")
    assert set(json.loads(ran.out)["scores"]) == {"0", "1"}


@pytest.mark.parametrize(
    ("files", "more", "sentence"),
    [
        ({"data.npz": b"no"}, (), "is no file of arrays as numpy.savez writes it"),
        ({"data.npz": {"values": np.zeros((9, 2))}}, (), "has no array 'inputs' of numbers"),
        ({"data.npz": {"inputs": np.array([["a", "b"]])}}, (), "has no array 'inputs' of numbers"),
        ({"data.npz": {"inputs": np.array([{}])}}, (), "is no file of arrays"),
        (
            {"data.npz": {"inputs": np.zeros((9, 2)), "labels": np.zeros(9)}},
            (),
            "that is not of whole numbers",
        ),
        ({"data.npz": {"inputs": np.zeros((9, 3))}}, (), "at least 8 inputs of shape [2]"),
        ({}, ("--label", "third"), "the model has 2 outputs, and 3 labels are given"),
        ({}, ("--name", "Not A Name"), "manifest.name must be a string"),
        ({"float.onnx": b"no"}, (), "not ONNX"),
        ({"made/manifest.json": b""}, (), "has a manifest already"),
        (
            {"f.json": b'{"features": [{"name": "a", "low": 1, "high": 1}]}'},
            ("f.json",),
            "has no range from low to high",
        ),
        ({"f.json": b'{"features": [{"name": "a", "low": 0, "high": 1}]}'}, ("f.json",), "1 items for 2 elements"),
    ],
)
def test_each_refusal_is_one_sentence(
    nesa: Nesa, folder: Path, files: dict[str, object], more: tuple[str, ...], sentence: str
) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif isinstance(content, dict):
            np.savez(folder / name, **content)
    if more == ("f.json",):
        more = ("--features", str(folder / "f.json"))
    done = nesa(
        "model", "quantize", str(folder / "float.onnx"), "--data", str(folder / "data.npz"), "-o", str(folder / "made"),
        "--label", "decline", "--label", "approve", *more,
    )  # fmt: skip
    assert sentence in done.sentence


def test_inputs_that_do_not_fit_are_refused(nesa: Nesa, folder: Path) -> None:
    quantize(nesa, folder, "--features", str(folder / "features.json"))
    for name, content, sentence in (
        ("a.json", b"[]", "is not a JSON object of features"),
        ("a.json", b"{", "is not JSON"),
        ("a.json", b'{"income": 1}', "debts is missing"),
        ("a.npy", b"", "is no array"),
        ("a.bin", b"123", "has 3 bytes, and the model reads 2"),
    ):
        (folder / name).write_bytes(content)
        done = nesa("model", "run", str(folder / "made"), str(folder / name))
        assert sentence in done.sentence
    (folder / "out").write_bytes(b"1")
    assert (
        "1 bytes are no answer of float" in nesa("model", "answer", str(folder / "made"), str(folder / "out")).sentence
    )


def test_other_models_have_no_scores(nesa: Nesa, model_folders: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"# a heading\n" * 20)
    ran = nesa("model", "run", str(model_folders / "file-type"), str(file))
    assert "application/json" in ran.out
    shown = nesa("model", "answer", str(model_folders / "file-type"), str(file))
    assert "answers with application/json, not with a tensor" in shown.sentence
