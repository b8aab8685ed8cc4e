"""The scale of fingerprints fits the model, and names and encoders are told as they should be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from nesa.errors import UnsupportedModelError
from nesa.models import Profile
from nesa.publish._describe import plain_name
from nesa.publish._encoder import encoder_size
from nesa.publish._measure import scale_profile

DRAFT = Profile("hidden", 2, 16, 4, 14, 6, 64, (64, 4096, 1024, 4, 0), 20, ("tee",))


@given(st.integers(1, 5000), st.floats(-4, 4), st.integers(0, 2**32))
def test_sums_fit_and_are_fine_enough(features: int, power: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    hidden = (random.normal(0, 10**power, (4, features)) + 1e-6).astype(np.float32)
    found = scale_profile(DRAFT, hidden)
    assert np.abs(hidden).max() * 2.0**found.scale_bits < 2**31
    usual = math.sqrt(float(np.mean(np.square(hidden, dtype=np.float64))) * features)
    spread = usual * 2.0**found.scale_bits / 2**found.shift
    assert spread < 2**12  # eight times as much fits into 16 bits
    assert spread > 2**10 or found.shift == 0
    assert found.positions * found.projections <= max(4, features // 4)  # a round leaves most of a tensor undetermined
    assert 2 * found.positions * found.projections <= 1024  # the chain's most
    assert found.threshold == found.score_thresholds[0] == found.positions * found.projections
    assert found.score_thresholds[1:] == DRAFT.score_thresholds[1:]


def test_states_of_zeros_show_nothing() -> None:
    with pytest.raises(UnsupportedModelError, match="hidden states are zero"):
        scale_profile(DRAFT, np.zeros((3, 32), np.float32))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("tiny", "tiny"),
        ("Qwen2.5_0.5B Instruct", "qwen2-5-0-5b-instruct"),
        ("--a--", "a"),
        ("é/..", "model"),
        ("x" * 99, "x" * 63),
        ("y" * 62 + "-z", "y" * 62),
    ],
)
def test_names_are_what_manifests_admit(text: str, name: str) -> None:
    assert plain_name(text) == name


@pytest.mark.parametrize(
    ("inputs", "output", "size"),
    [
        (["input_ids", "attention_mask", "token_type_ids"], "last_hidden_state", 7),
        (["input_ids"], "last_hidden_state", 7),
        (["input_ids", "pixel_values"], "last_hidden_state", None),
        (["pixel_values"], "last_hidden_state", None),
        (["input_ids"], "logits", None),
    ],
)
def test_encoders_are_known_by_their_inputs_and_output(inputs: list[str], output: str, size: int | None) -> None:
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs]
    states = helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, "n", 7])
    node = helper.make_node("Identity", [inputs[0]], [output])
    assert encoder_size(helper.make_model(helper.make_graph([node], "g", ids, [states]))) == size
