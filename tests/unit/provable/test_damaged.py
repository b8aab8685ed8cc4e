"""Damaged files are refused or read, but never anything else; and what is read computes as everywhere."""

import random
from contextlib import suppress

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesa.errors import NesaError
from nesa.provable import Provable, read_floats, read_provable, trace
from unit.provable.test_quantise import network
from unit.provable.test_read import small

PROVABLE, FLOATS = small().SerializeToString(), network()


def damaged(raw: bytes, seed: int) -> bytes:
    """Return a file with a few bytes changed, removed or inserted."""
    chance, found = random.Random(seed), bytearray(raw)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(found))
        match chance.randrange(4):
            case 0:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                found[at] = chance.randrange(256)
            case 2:
                del found[at : at + chance.randrange(1, 9)]
            case _:
                found[at:at] = chance.randbytes(chance.randrange(1, 5))
    return bytes(found)


def read(raw: bytes) -> Provable | None:
    try:
        return read_provable(raw)
    except NesaError:
        return None


def agrees_where_it_runs(raw: bytes) -> None:
    model = read(raw)
    if model is None:
        return
    values = np.random.default_rng(0).integers(-128, 128, (3, *model.input.shape[1:]), dtype=np.int8)
    expected = trace(model, values)[model.output.name]
    for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_ALL"):
        options = ort.SessionOptions()
        options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
        options.intra_op_num_threads, options.log_severity_level = 1, 4
        try:
            session = ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
        except Exception:  # noqa: BLE001 - its errors share no base; a file that does not load computes nothing wrong
            return
        found = [session.run(None, {model.input.name: value[None]})[0] for value in values]
        assert np.array_equal(np.concatenate(found), expected)


@settings(max_examples=300)
@given(st.integers(0, 2**64))
def test_a_damaged_provable_graph_is_refused_or_exact(seed: int) -> None:
    agrees_where_it_runs(damaged(PROVABLE, seed))


@settings(max_examples=150)
@given(st.integers(0, 2**64))
def test_a_damaged_float_graph_is_refused_or_read(seed: int) -> None:
    with suppress(NesaError):
        read_floats(damaged(FLOATS, seed))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_damaged_graphs() -> None:
    for seed in range(20_000):
        agrees_where_it_runs(damaged(PROVABLE, seed))
