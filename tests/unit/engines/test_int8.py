"""A model whose input and output are int8 tensors."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.engines import EngineConfig, Outcome, check_input, encode_features, encode_values, load_model, read_scores
from nesa.errors import InvalidInputError, ManifestError
from nesa.models import Feature, Manifest, Store, TensorInput, TensorOutput
from nesa.provable._form import Activation, Dense, Provable, Step
from nesa.provable._integers import run_integers
from nesa.provable._manifest import describe_provable
from nesa.provable._write import write_provable
from nesa.verify import FAR, fingerprint, output_distance

HIDDEN = Activation("h", (1, 5), 4)
OUTPUT = Activation("y", (1, 2), 4)
RANDOM = np.random.default_rng(3)
MODEL = Provable(
    Activation("x", (1, 3), 7),
    (
        Step("one", Dense(RANDOM.integers(-9, 10, (5, 3)).astype(np.int8), np.arange(5)), ("x",), HIDDEN, True, 5),
        Step("two", Dense(RANDOM.integers(-9, 10, (2, 5)).astype(np.int8), np.arange(2)), ("h",), OUTPUT, False, 4),
    ),
    OUTPUT,
)
GRAPH = write_provable(MODEL, {"one": 2, "two": 4})
FEATURES = (Feature("age", 18, 80), Feature("debt", -500, 500), Feature("owner", 0, 1))


@pytest.fixture
def manifest() -> Manifest:
    return describe_provable(
        MODEL,
        GRAPH,
        name="small",
        task="decision",
        licence="Apache-2.0",
        attribution="nobody",
        labels=("no", "yes"),
        features=FEATURES,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path)
    assert found.put(GRAPH) == hashlib.sha256(GRAPH).hexdigest()
    return found


def test_bytes_go_in_and_come_out(manifest: Manifest, store: Store) -> None:
    for optimisation in ("disabled", "basic", "extended", "all"):
        model = load_model(manifest, store, EngineConfig(threads=1, optimisation=optimisation))
        for payload in (b"\x00\x00\x00", b"\x7f\x80\x01", b"\xff\x10\x40"):
            output = model.run(payload)
            assert (output.outcome, output.units) == (Outcome.OK, 1)
            assert output.payload == run_integers(MODEL, payload)
            assert output.tensors["h"].dtype == np.int8


def test_an_input_of_another_size_is_invalid(manifest: Manifest, store: Store) -> None:
    model = load_model(manifest, store, EngineConfig(threads=1))
    for payload in (b"", b"\0\0", b"\0\0\0\0"):
        assert model.run(payload).outcome is Outcome.INVALID_INPUT
        with pytest.raises(InvalidInputError, match=f"has {len(payload)} bytes, and the model reads 3"):
            check_input(manifest, payload)
    check_input(manifest, bytes(3))


def test_a_graph_that_is_not_as_its_manifest_says(manifest: Manifest, store: Store) -> None:
    labelled = replace(manifest, output=TensorOutput("y", 4, ("a", "b", "c")))
    with pytest.raises(ManifestError, match="one number for each label"):
        load_model(labelled, store, EngineConfig(threads=1)).run(bytes(3))
    floats = replace(manifest, output=TensorOutput("one.relu", 4, ()), profile=replace(manifest.profile, tensor="h"))
    with pytest.raises(ManifestError, match="does not have the output"):
        load_model(floats, store, EngineConfig(threads=1))


def test_answers_are_compared_to_the_bit(manifest: Manifest, store: Store) -> None:
    own = load_model(manifest, store, EngineConfig(threads=1)).run(b"\x7f\x80\x01")
    assert output_distance(manifest, own, own.payload) == 0
    for other in (b"", own.payload + b"\0", bytes([own.payload[0] ^ 1, own.payload[1]])):
        assert output_distance(manifest, own, other) == FAR
    assert len(fingerprint(own, manifest.profile, bytes(32), "nesa-1")) == 32


@given(
    st.integers(-(2**53) + 1, 2**53 - 2).flatmap(
        lambda low: st.tuples(st.just(low), st.integers(low + 1, 2**53 - 1), st.integers(-(2**60), 2**60))
    )
)
def test_a_feature_s_range_becomes_the_range_of_int8(drawn: tuple[int, int, int]) -> None:
    low, high, value = drawn
    spec = TensorInput("x", (1, 1), 7, (Feature("a", low, high),))
    (found,) = np.frombuffer(encode_features(spec, {"a": value}), np.int8)
    inside = min(max(value, low), high)
    assert found == round(Fraction(254 * (inside - low), high - low)) - 127
    ends = [int(np.frombuffer(encode_features(spec, {"a": end}), np.int8)[0]) for end in (low, high)]
    assert ends == [-127, 127]


def test_features_that_are_missing_unknown_or_not_whole(manifest: Manifest) -> None:
    spec = manifest.input
    assert isinstance(spec, TensorInput)
    good: dict[str, object] = {"age": 49, "debt": 0, "owner": True}
    assert encode_features(spec, good) == b"\x00\x00\x7f"
    for change, sentence in (
        ({"age": 49.5}, "age must be a whole number"),
        ({"age": "49"}, "age must be a whole number"),
        ({"colour": 1}, "has no feature 'colour'"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            encode_features(spec, good | change)
    with pytest.raises(InvalidInputError, match="debt is missing"):
        encode_features(spec, {"age": 49, "owner": False})
    with pytest.raises(InvalidInputError, match="names no features"):
        encode_features(replace(spec, features=()), good)


def test_arrays_are_scaled_rounded_and_saturated() -> None:
    spec = TensorInput("x", (1, 4), 3, ())
    assert encode_values(spec, np.array([[0.5, -0.0625, 100, -100]])) == bytes([4, 0, 127, 128])
    assert encode_values(spec, np.array([1, 2, 3, -4], np.int8)) == bytes([1, 2, 3, 252])
    for wrong, sentence in (
        (np.zeros(3), "has the shape"),
        (np.array([1, 2, 3, np.nan]), "neither int8 nor finite floats"),
        (np.array([1, 2, 3, 4]), "neither int8 nor finite floats"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            encode_values(spec, wrong)


def test_answers_are_shown_as_labels_and_scores() -> None:
    spec = TensorOutput("y", 4, ("no", "yes"))
    found = read_scores(spec, b"\x08\xf0")
    assert found is not None
    assert (found.label, found.values, found.reals, found.tied) == ("no", (8, -16), (0.5, -1.0), False)
    tied = read_scores(spec, b"\x08\x08")
    assert tied is not None
    assert (tied.label, tied.tied) == ("no", True)
    assert read_scores(spec, b"\x08") is None
    assert read_scores(spec, b"") is None
    bare = read_scores(replace(spec, labels=()), b"\x08")
    assert bare is not None
    assert bare.label == ""


def test_the_manifest_says_that_proofs_settle(manifest: Manifest) -> None:
    assert manifest.profile.exact
    assert manifest.profile.proof_systems == ("tee", "zk")
    assert manifest.profile.tensor == "h"
    assert json.loads(manifest.to_json())["input"]["features"][0] == {"name": "age", "low": 18, "high": 80}
