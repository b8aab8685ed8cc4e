"""The small networks' gradients and graphs, and the credit model from its script to an answer."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest

from nesa.engines import encode_features
from nesa.models import Manifest, TensorInput
from nesa.provable import read_floats, read_provable, run_integers
from nesa.provable._run_floats import run_floats
from train import credit, digits, export
from train.layers import Conv, Dense, Flatten, Layer, Relu, cross_entropy, predict


def network(random: np.random.Generator) -> list[Layer]:
    return [Conv(1, 2, 3, 2, random), Relu(), Conv(2, 3, 3, 1, random), Flatten(), Dense(27, 3, random)]


def test_gradients_are_those_of_small_differences() -> None:
    random = np.random.default_rng(0)
    layers = network(random)
    for layer in layers:
        for name in ("weights", "bias"):
            if hasattr(layer, name):  # small differences need doubles
                setattr(layer, name, getattr(layer, name).astype(np.float64) + 0.01)
    values, labels = random.standard_normal((4, 1, 5, 5)), np.array([0, 1, 2, 1])

    def loss() -> float:
        return cross_entropy(predict(layers, values), labels)[0]  # type: ignore[arg-type]

    _, gradient = cross_entropy(predict(layers, values), labels)  # type: ignore[arg-type]
    for layer in reversed(layers):
        gradient = layer.backward(gradient)
    for layer in layers:
        for parameter, found in list(layer.parameters()):
            for place in [tuple(random.integers(0, size) for size in parameter.shape) for _ in range(5)]:
                before = parameter[place]
                parameter[place] = before + 1e-5
                above = loss()
                parameter[place] = before - 1e-5
                below = loss()
                parameter[place] = before
                assert found[place] == pytest.approx((above - below) / 2e-5, abs=1e-4)


def test_the_graph_computes_what_the_layers_do() -> None:
    random = np.random.default_rng(1)
    layers = network(random)
    values = random.standard_normal((5, 1, 5, 5)).astype(np.float32)
    model = read_floats(export.to_onnx(layers, (1, 5, 5)))
    assert np.allclose(run_floats(model, values.astype(np.float64))[model.output], predict(layers, values), atol=1e-5)


def test_applicants_become_the_inputs_that_a_client_makes() -> None:
    people = credit.applicants(50, np.random.default_rng(2))
    spec = TensorInput("x", (1, len(credit.FEATURES)), 7, credit.FEATURES)
    for row, values in enumerate(credit.inputs(people)):
        made = encode_features(spec, {name: int(column[row]) for name, column in people.items()})
        assert (values * 128).astype(np.int8).tobytes() == made


def test_the_rule_approves_about_half_and_is_partly_noise() -> None:
    people = credit.applicants(4000, np.random.default_rng(3))
    certain = credit.decide(people, None)
    assert 0.4 < certain.mean() < 0.6
    noisy = credit.decide(people, np.random.default_rng(4))
    assert 0.02 < (certain != noisy).mean() < 0.15


def test_digits_are_drawn_alike_each_time() -> None:
    one, other = (digits.draw(6, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one[0], other[0])
    assert digits.inputs(one[0]).shape == (6, 1, 28, 28)
    assert float(digits.inputs(one[0]).max()) <= 127 / 128


def train(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, main: Callable[[], None]) -> Manifest:
    monkeypatch.setattr(sys, "argv", ["train", str(tmp_path / "model")])
    main()
    return Manifest.from_json((tmp_path / "model" / "manifest.json").read_bytes())


def test_the_credit_model_decides_as_its_samples_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    manifest = train(monkeypatch, tmp_path, credit.main)
    model = read_provable((tmp_path / "model" / "model.onnx").read_bytes())
    assert isinstance(manifest.input, TensorInput)
    for index, label in enumerate(("decline", "approve")):
        sample = orjson.loads((tmp_path / "model" / f"{label}.json").read_bytes())
        scores = np.frombuffer(run_integers(model, encode_features(manifest.input, sample)), np.int8)
        assert int(scores.argmax()) == index
    found = orjson.loads((tmp_path / "model" / "loss.json").read_bytes())
    assert found["correct_after"] > 0.88 * found["samples"]
    assert found["correct_before"] - found["correct_after"] < 0.01 * found["samples"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_digits_model_reads_digits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    train(monkeypatch, tmp_path, digits.main)
    found = orjson.loads((tmp_path / "model" / "loss.json").read_bytes())
    assert found["correct_after"] > 0.97 * found["samples"]


@pytest.mark.parametrize(("name", "before"), [("credit", 0.88), ("digits", 0.97)])
def test_the_results_in_the_readme_are_those_measured(name: str, before: float) -> None:
    folder = Path(export.__file__).parent
    found = orjson.loads((folder / "results" / f"{name}.json").read_bytes())
    assert found["correct_before"] > before * found["samples"]
    kept = ("correct_before", "correct_after", "same_label")
    shares = [f"{100 * found[key] / found['samples']:.2f} %" for key in kept]
    row = " | ".join([name, f"{found['weights']:,}", f"{found['samples']:,}", *shares])
    assert f"| {row} |" in (folder / "README.md").read_text()
