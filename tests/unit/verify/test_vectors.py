"""Golden vectors, shared with the chain, and properties against the slow reference implementation."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nesa.engines import Outcome, Output
from nesa.errors import FingerprintError
from nesa.models import Profile
from nesa.verify import Standing, distance, fingerprint, fingerprint_seed, project, reference, standing
from reference import fingerprint as slow

VECTORS = Path(__file__).parents[2] / "vectors"
SEED = bytes(range(32))


def profile(**changes: Any) -> Profile:
    fields: dict[str, Any] = {
        "tensor": "hidden",
        "feature_axis": 1,
        "positions": 8,
        "projections": 2,
        "scale_bits": 16,
        "shift": 5,
        "threshold": 100,
        "score_thresholds": (100, 100, 0),
        "run_window": 10,
        "proof_systems": (),
    }
    return Profile(**(fields | changes))


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


@pytest.mark.parametrize("case", vectors("projection")["projections"])
def test_projection_vectors(case: dict[str, Any]) -> None:
    tensor = np.frombuffer(bytes.fromhex(case["tensor_float32_le"]), "<f4").reshape(case["shape"])
    wanted = profile(**{key: case[key] for key in ("feature_axis", "positions", "projections", "scale_bits", "shift")})
    seed = fingerprint_seed(case["chain_id"], bytes.fromhex(case["beacon_seed"]), case["job"], case["round"])
    assert seed.hex() == case["fingerprint_seed"]
    found = fingerprint(Output(Outcome.OK, tensors={"hidden": tensor}), wanted, seed, case["chain_id"])
    assert found.hex() == case["fingerprint"]
    assert len(found) == wanted.fingerprint_size


@pytest.mark.parametrize("case", vectors("projection")["exact"])
def test_exact_vectors(case: dict[str, Any]) -> None:
    dtype = {1: "<f4", 7: "<i8"}[case["element_type"]]
    tensor = np.frombuffer(bytes.fromhex(case["data_le"]), dtype).reshape(case["shape"])
    wanted = profile(threshold=0, score_thresholds=(0, 0, 0))
    seed = bytes.fromhex(case["fingerprint_seed"])
    found = fingerprint(Output(Outcome.OK, tensors={"hidden": tensor}), wanted, seed, case["chain_id"])
    assert found.hex() == case["fingerprint"]


@pytest.mark.parametrize("case", vectors("distance"))
def test_distance_vectors(case: dict[str, Any]) -> None:
    one, other = bytes.fromhex(case["a"]), bytes.fromhex(case["b"])
    assert distance(one, other, profile(positions=len(one) // 2, projections=1)) == case["distance"]


@pytest.mark.parametrize("case", vectors("median"))
def test_median_vectors(case: dict[str, Any]) -> None:
    group = [bytes.fromhex(one) for one in case["fingerprints"]]
    assert reference(group, profile(positions=len(group[0]) // 2, projections=1)).hex() == case["median"]


@given(
    tensor=hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=4, max_side=9),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    ),
    seed=st.binary(min_size=32, max_size=32),
    scale_bits=st.integers(0, 24),
    shift=st.integers(0, 24),
    data=st.data(),
)
def test_projection_is_the_reference(
    tensor: np.ndarray[Any, np.dtype[np.float32]], seed: bytes, scale_bits: int, shift: int, data: st.DataObject
) -> None:
    axis = data.draw(st.integers(0, tensor.ndim - 1))
    assert_projected(tensor, seed, profile(feature_axis=axis, scale_bits=scale_bits, shift=shift))


@given(
    halves=hnp.arrays(np.int8, hnp.array_shapes(min_dims=2, max_dims=3, max_side=9)),
    scale_bits=st.integers(0, 24),
)
def test_halves_are_rounded_to_even(halves: np.ndarray[Any, np.dtype[np.int8]], scale_bits: int) -> None:
    tensor = np.ldexp(halves.astype(np.float32) / 2, -scale_bits)
    assert_projected(tensor, SEED, profile(scale_bits=scale_bits, shift=0))


def assert_projected(tensor: np.ndarray[Any, np.dtype[np.float32]], seed: bytes, wanted: Profile) -> None:
    slow_values = slow.project(
        [Fraction(float(value)) for value in tensor.ravel()],
        tensor.shape,
        wanted.feature_axis,
        positions=wanted.positions,
        projections=wanted.projections,
        scale_bits=wanted.scale_bits,
        shift=wanted.shift,
        seed=seed,
        chain_id="nesa-test-1",
    )
    assert project(tensor, wanted, seed, "nesa-test-1").tolist() == slow_values


FINGERPRINTS = st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=9)


@given(group=FINGERPRINTS)
def test_median_is_the_reference(group: list[bytes]) -> None:
    wanted = profile(positions=8, projections=1)
    assert reference(group, wanted) == slow.median(group)
    assert reference(group[::-1], wanted) == reference(group, wanted)


@given(group=st.lists(st.binary(min_size=16, max_size=16), min_size=3, max_size=3))
def test_distance_is_a_metric(group: list[bytes]) -> None:
    wanted = profile(positions=8, projections=1)
    one, other, third = group
    assert distance(one, other, wanted) == distance(other, one, wanted) == slow.distance(one, other)
    assert distance(one, one, wanted) == 0
    assert distance(one, third, wanted) <= distance(one, other, wanted) + distance(other, third, wanted)


def test_median_of_hashes_is_the_commonest_and_of_equals_the_smallest() -> None:
    exact = profile(threshold=0, score_thresholds=(0, 0, 0))
    a, b, c = (bytes([letter]) * 32 for letter in b"abc")
    assert reference([b, a, b], exact) == b
    assert reference([c, b, a], exact) == a
    assert (distance(a, b, exact), distance(a, a, exact)) == (1, 0)


def test_standing_has_three_zones() -> None:
    wanted = profile(threshold=100)
    assert [standing(value, wanted) for value in (0, 100, 101, 400, 401)] == [
        Standing.GOOD,
        Standing.GOOD,
        Standing.NEUTRAL,
        Standing.NEUTRAL,
        Standing.FAULT,
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_tensor_that_is_not_finite_has_no_fingerprint(value: float) -> None:
    with pytest.raises(FingerprintError, match="not finite"):
        project(np.full((1, 3, 2), value, np.float32), profile(), SEED, "nesa-test-1")


def test_wrong_shapes_and_sizes_are_refused() -> None:
    with pytest.raises(FingerprintError, match="lacks axis"):
        project(np.zeros(3, np.float32), profile(), SEED, "nesa-test-1")
    with pytest.raises(FingerprintError, match="empty"):
        project(np.zeros((0, 3), np.float32), profile(), SEED, "nesa-test-1")
    with pytest.raises(FingerprintError, match="bytes instead of"):
        distance(b"12", b"34", profile())
    with pytest.raises(FingerprintError, match="no fingerprint"):
        reference([], profile())
    with pytest.raises(FingerprintError, match="did not give"):
        fingerprint(Output(Outcome.OK), profile(), SEED, "nesa-test-1")


def test_other_outcomes_have_an_empty_fingerprint() -> None:
    assert fingerprint(Output(Outcome.NON_FINITE), profile(), SEED, "nesa-test-1") == b""


def test_seeds_depend_on_every_field() -> None:
    seeds = {
        fingerprint_seed(chain, beacon, job, round_)
        for chain in ("nesa-1", "nesa-2")
        for beacon in (SEED, SEED[::-1])
        for job in (1, 2)
        for round_ in (0, 1, 2)
    }
    assert len(seeds) == 24
