"""ONNX Runtime, at any level and with any number of threads, computes the integers of the specification."""

import hashlib
from fractions import Fraction

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesa.errors import InvalidInputError
from nesa.provable import read_provable, run_integers, trace
from nesa.provable._form import Convolution
from nesa.provable._integers import requantise
from nesa.provable._write import write_provable
from unit.provable.models import Drawn, models

LEVELS = ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL")


def run_onnx(raw: bytes, values: np.ndarray, level: str, threads: int) -> np.ndarray:
    options = ort.SessionOptions()
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    session = ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.concatenate([session.run(None, {name: value[None]})[0] for value in values])


def agrees(drawn: Drawn, levels: tuple[str, ...], threads: int) -> None:
    raw = write_provable(drawn.model, drawn.weight_exponents)
    model = read_provable(raw)
    values = drawn.payloads(4)
    expected = trace(model, values)[model.output.name]
    for level in levels:
        assert np.array_equal(run_onnx(raw, values, level, threads), expected), level
    assert run_integers(model, values[0].tobytes()) == expected[0].tobytes()


@settings(max_examples=60)
@given(models)
def test_onnx_runtime_computes_the_same_integers(drawn: Drawn) -> None:
    agrees(drawn, LEVELS, threads=1)


@settings(max_examples=10)
@given(models)
def test_threads_change_nothing(drawn: Drawn) -> None:
    agrees(drawn, ("ORT_ENABLE_ALL",), threads=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=5000)
@given(models)
def test_onnx_runtime_computes_the_same_integers_in_many_models(drawn: Drawn) -> None:
    agrees(drawn, LEVELS, threads=1)


@given(models)
def test_what_is_written_reads_back(drawn: Drawn) -> None:
    raw = write_provable(drawn.model, drawn.weight_exponents)
    found = read_provable(raw)
    assert (found.input, found.output) == (drawn.model.input, drawn.model.output)
    for one, other in zip(found.steps, drawn.model.steps, strict=True):
        assert (one.inputs, one.output, one.relu, one.shift) == (other.inputs, other.output, other.relu, other.shift)
    assert hashlib.sha256(write_provable(found, drawn.weight_exponents)).digest() == hashlib.sha256(raw).digest()


@given(st.integers(-(2**24), 2**24), st.integers(0, 30))
def test_rounding_is_to_the_nearest_and_of_halves_to_even(accumulator: int, shift: int) -> None:
    exact = round(Fraction(accumulator, 2**shift))  # Python rounds halves to even
    assert requantise(np.array([accumulator]), shift)[0] == max(-128, min(127, exact))


def test_ties_and_the_ends_of_the_range() -> None:
    accumulators = np.array([-6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 6, 254, 255, 10_000, -256, -257, -10_000])
    assert requantise(accumulators, 1).tolist() == [
        -3, -2, -2, -1, 0, 0, 0, 1, 2, 2, 3, 127, 127, 127, -128, -128, -128,
    ]  # fmt: skip


@given(models.filter(lambda drawn: isinstance(drawn.model.steps[0].operation, Convolution)))
def test_a_convolution_is_the_sum_that_its_definition_says(drawn: Drawn) -> None:
    step = drawn.model.steps[0]
    operation = step.operation
    assert isinstance(operation, Convolution)
    geometry = operation.geometry
    values = drawn.payloads(1)[0].astype(int)
    found = trace(drawn.model, drawn.payloads(1)[:0])[step.output.name]
    assert found.shape == (0, *step.output.shape[1:])
    place = tuple(int(drawn.random.integers(0, size)) for size in step.output.shape[1:])
    channel, row, column = place
    outputs, depth, height, width = operation.weights.shape
    first = channel // (outputs // geometry.group) * depth
    total = int(operation.bias[channel])
    for c in range(depth):
        for i in range(height):
            for j in range(width):
                y = row * geometry.strides[0] + i * geometry.dilations[0] - geometry.pads[0]
                x = column * geometry.strides[1] + j * geometry.dilations[1] - geometry.pads[1]
                if 0 <= y < values.shape[1] and 0 <= x < values.shape[2]:
                    total += int(operation.weights[channel, c, i, j]) * int(values[first + c, y, x])
    total = max(total, 0) if step.relu else total
    expected = max(-128, min(127, round(Fraction(total, 2**step.shift))))
    assert trace(drawn.model, values[None].astype(np.int8))[step.output.name][(0, *place)] == expected


@given(models)
def test_a_payload_of_another_size_is_refused(drawn: Drawn) -> None:
    with pytest.raises(InvalidInputError, match=r"the model's input has \d+ bytes, not 0"):
        run_integers(drawn.model, b"")
    with pytest.raises(InvalidInputError, match="int8 of shape"):
        trace(drawn.model, np.zeros((1, 1000, 1), np.int8))
