import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

import nesa.models
from nesa.errors import ManifestError
from nesa.models import NONE, Feature, Manifest, Profile, TensorInput
from textmodels import LAYOUTS, manifest_of

VECTORS = Path(__file__).parents[2] / "vectors"
CASES = json.loads((VECTORS / "manifest.json").read_bytes())
SOURCE = json.loads(CASES[0]["json"])


def mutated(path: str, value: Any) -> bytes:
    """Return the vector's manifest with one value replaced, or removed where it is None."""
    found = json.loads(CASES[0]["json"])
    *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
    place = found
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(found).encode()


@pytest.mark.parametrize("case", CASES)
def test_vectors(case: dict[str, str]) -> None:
    manifest = Manifest.from_json(case["json"].encode())
    assert manifest.to_json().decode() == case["canonical"]
    assert manifest.digest().hex() == case["digest"]
    assert hashlib.sha256(case["canonical"].encode()).hexdigest() == case["digest"]
    assert Manifest.from_json(manifest.to_json()) == manifest


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("format", "nesa/manifest/v2", "manifest.format must be one of nesa/manifest/v1"),
        ("name", "Example", "manifest.name must be a string"),
        ("name", None, "manifest lacks 'name'"),
        ("extra", 1, "manifest has the unknown key 'extra'"),
        ("unit", "tokens", "manifest.unit must be one of image, request, token"),
        ("engine.name", "pickle", "manifest.engine.name must be one of onnx"),
        ("engine.graph", "other.onnx", "not among manifest.files"),
        ("engine.optimisation", "most", "must be one of disabled, basic, extended, all"),
        ("engine.runtimes", [], "engine.runtimes is empty"),
        ("files", {}, "manifest.files must be a list"),
        ("files.0.sha256", "ab", "manifest.files[0].sha256 must be a string"),
        ("files.0.size", -1, "manifest.files[0].size must be an integer"),
        ("files.0.size", True, "manifest.files[0].size must be an integer"),
        ("files.1.path", "model.onnx", "has a path twice"),
        ("files.1.path", "MODEL.onnx", "has a path twice"),
        ("input.kind", "video", "manifest.input.kind must be one of bytes, image, sentence, source, tensor, text"),
        ("input.min_side", 600, "admits no image"),
        ("input.min_side", 4, "runs out of pixels"),
        ("input.colour", 1, "manifest.input has the unknown key 'colour'"),
        ("options.0.default", 26, "manifest.options[0].default must be an integer from 0 to 25"),
        ("output", {"kind": "label", "tensor": "x", "labels": []}, "output.labels is empty"),
        ("output", {"kind": "label", "tensor": "x", "labels": ["a", "a"]}, "has an item twice"),
        ("hardware.providers", [], "hardware.providers is empty"),
        ("profile.positions", 0, "manifest.profile.positions must be an integer from 1 to 256"),
        ("profile.threshold", "0", "manifest.profile.threshold must be an integer"),
        ("profile.threshold", 0, "must start with 0"),
        ("profile.score_thresholds", [1, 2], "must have 3 or 5 items"),
        ("profile.run_window", 2**53, "manifest.profile.run_window must be an integer"),
        ("profile", [], "manifest.profile must be an object"),
    ],
)
def test_each_fault_is_one_clear_sentence(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(ManifestError) as caught:
        Manifest.from_json(mutated(path, value))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


UNVERIFIED = {"proof_systems": ["none"], "run_window": 20}


def test_a_model_may_say_that_nobody_checks_it() -> None:
    manifest = manifest_of(LAYOUTS / "llama", profile=Profile.unchecked(20))
    raw = manifest.to_json()
    assert json.loads(raw)["profile"] == UNVERIFIED
    assert Manifest.from_json(raw) == manifest
    assert manifest.profile.unverified
    assert manifest.profile.proof_systems == (NONE,)
    assert not manifest_of(LAYOUTS / "llama").profile.unverified


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"proof_systems": ["none", "tee"]}, "has 'none' beside others; it stands alone"),
        ({"threshold": 0}, "manifest.profile has the unknown key 'threshold'"),
        ({"tensor": "hidden_states"}, "manifest.profile has the unknown key 'tensor'"),
        ({"run_window": 0}, "manifest.profile.run_window must be an integer"),
        ({"proof_systems": []}, "manifest.profile lacks 'tensor'"),
    ],
)
def test_a_profile_compares_something_or_nothing(changes: dict[str, Any], sentence: str) -> None:
    found = json.loads(manifest_of(LAYOUTS / "llama", profile=Profile.unchecked(20)).to_json())
    found["profile"] |= changes
    with pytest.raises(ManifestError, match=sentence):
        Manifest.from_json(json.dumps(found).encode())


def test_what_can_be_compared_is() -> None:
    with pytest.raises(ManifestError, match=r"manifest\.profile compares nothing, but models of onnx can be"):
        Manifest.from_json(mutated("profile", UNVERIFIED))


FEATURES = [{"name": "age", "low": 18, "high": 80}, {"name": "debt", "low": -5, "high": 5}]
TENSORS = SOURCE | {
    "options": [],
    "input": {"kind": "tensor", "tensor": "x", "shape": [1, 2], "scale_bits": 7, "features": FEATURES},
    "output": {"kind": "tensor", "tensor": "y", "scale_bits": -1, "labels": ["no", "yes"]},
}


def test_tensors_are_read_and_written() -> None:
    manifest = Manifest.from_json(json.dumps(TENSORS).encode())
    assert manifest.to_json() == rfc8785.dumps(TENSORS)
    assert isinstance(manifest.input, TensorInput)
    assert manifest.input.size == 2
    assert manifest.input.features[1] == Feature("debt", -5, 5)


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("input", "shape", [], "manifest.input.shape is empty"),
        ("input", "shape", [1, 0], "manifest.input.shape must be an integer from 1"),
        ("input", "shape", [2**13, 2**13], "input.shape has more than 16777216 elements"),
        ("input", "shape", [1] * 9, "manifest.input.shape must be a list of at most 8 items"),
        ("input", "scale_bits", 31, "manifest.input.scale_bits must be an integer from -30 to 30"),
        ("input", "features", FEATURES[:1], "input.features has 1 items for 2 elements"),
        ("input", "features", FEATURES[:1] * 2, "input.features has a name twice"),
        ("input", "features", [FEATURES[0] | {"low": 80}, FEATURES[1]], "the feature age has no range"),
        ("input", "features", [FEATURES[0] | {"step": 1}, FEATURES[1]], "has the unknown key 'step'"),
        ("output", "labels", ["a", "a"], "has an item twice"),
        ("output", "scale_bits", "7", "manifest.output.scale_bits must be an integer"),
        ("output", "shape", [1], "manifest.output has the unknown key 'shape'"),
    ],
)
def test_each_fault_of_a_tensor_is_one_clear_sentence(section: str, key: str, value: Any, sentence: str) -> None:
    with pytest.raises(ManifestError) as caught:
        Manifest.from_json(json.dumps(TENSORS | {section: TENSORS[section] | {key: value}}).encode())
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "path",
    ["../model.onnx", "/etc/passwd", "a/../b", "a//b", ".hidden", "a/.b", "a\\b", "C:model", "a/", "", "a\x00b", "a\n"],
)
def test_threat_24_paths_cannot_leave_the_folder(path: str) -> None:
    with pytest.raises(ManifestError, match="path must be a string"):
        Manifest.from_json(mutated("files.1.path", path))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"a": 1, "a": 2}', "a key twice"),
        (b'{"a": 1.5}', "a fraction"),
        (b'{"a": NaN}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (2**20 + 1), "more than the 1048576 allowed"),
    ],
)
def test_documents_that_are_no_manifest(raw: bytes, sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        Manifest.from_json(raw)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(SOURCE)), value=JSON_VALUES)
def test_any_value_anywhere_is_read_or_refused(key: str, value: Any) -> None:
    raw = json.dumps(SOURCE | {key: value}).encode()
    try:
        manifest = Manifest.from_json(raw)
    except ManifestError:
        return
    assert manifest.to_json() == rfc8785.dumps(SOURCE | {key: value})


def test_a_file_that_is_not_listed() -> None:
    with pytest.raises(ManifestError, match="has no file"):
        Manifest.from_json(CASES[0]["json"].encode()).file("other")


def test_exported_names() -> None:
    assert all(hasattr(nesa.models, name) for name in nesa.models.__all__)
    assert {"Manifest", "Profile", "Store", "fetch_model", "Policy", "Progress", "parse_graph"} <= set(
        nesa.models.__all__
    )
