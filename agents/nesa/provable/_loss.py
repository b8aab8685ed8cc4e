"""What a model loses by its provable form, on data that it is given."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.errors import ProvableError
from nesa.provable._bounds import largest_accumulator
from nesa.provable._floats import FloatModel
from nesa.provable._form import INT8_MAX, INT8_MIN, Convolution, Dense, Provable, Relu, Step
from nesa.provable._integers import trace
from nesa.provable._quantise import quantise_values
from nesa.provable._run_floats import run_floats

__all__ = ["LayerLoss", "Loss", "measure_loss"]

Floats = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]

_BATCH = 256
_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class LayerLoss:
    """One step of a provable model.

    Attributes:
        name: of the graph's node.
        kind: of operation.
        weights: how many weights and biases.
        scale_bits: the exponent of its result.
        shift: bits by which the accumulator is shifted.
        bound_bits: bits of the largest accumulator that any input can cause, at most 24.
        saturated_ppm: how many results lie at an end of the range, in millionths; of a Relu's, at the upper end.
        error_ppm: root of the squared error over that of the squares of the float model's values, in millionths.
    """

    name: str
    kind: str
    weights: int
    scale_bits: int
    shift: int
    bound_bits: int
    saturated_ppm: int
    error_ppm: int


@dataclass(frozen=True, slots=True)
class Loss:
    """The float model and its provable form side by side.

    Attributes:
        samples: how many inputs were compared.
        same_label: of how many the largest output is the same; of one output, all.
        correct_before: how many labels the float model gets right; None without labels.
        correct_after: and the provable form.
        ties: of how many outputs the largest value is there twice.
        mean_error: mean absolute difference of outputs.
        max_error: largest absolute difference of outputs.
        layers: step by step.
    """

    samples: int
    same_label: int
    correct_before: int | None
    correct_after: int | None
    ties: int
    mean_error: float
    max_error: float
    layers: tuple[LayerLoss, ...]


def measure_loss(model: FloatModel, provable: Provable, values: Floats, labels: npt.NDArray[np.int64] | None) -> Loss:
    """Compare a float model with its provable form.

    Args:
        model: the float model.
        provable: made of it.
        values: [N, …] inputs, best others than those of the calibration.
        labels: [N] indices of the right outputs, if known.

    Raises:
        ProvableError: the data have another shape.
    """
    if values.shape[1:] != model.shape[1:] or len(values) == 0:
        raise ProvableError(f"inputs have the shape {list(model.shape[1:])}, and these {list(values.shape[1:])}")
    if labels is not None and labels.shape != (len(values),):
        raise ProvableError(f"there are {len(values)} inputs and {labels.size} labels")
    before, after = _both(model, provable, values)
    layers = tuple(_layer(step, before[step.output.name], after[step.output.name]) for step in provable.steps)
    rows = before[provable.output.name].reshape(len(values), -1)
    found = after[provable.output.name].reshape(len(values), -1)
    error = np.abs(np.ldexp(found.astype(np.float64), -provable.output.exponent) - rows)
    return Loss(
        samples=len(values),
        same_label=int((rows.argmax(axis=1) == found.argmax(axis=1)).sum()),
        correct_before=None if labels is None else int((rows.argmax(axis=1) == labels).sum()),
        correct_after=None if labels is None else int((found.argmax(axis=1) == labels).sum()),
        ties=int(((found == found.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum()) if found.shape[1] > 1 else 0,
        mean_error=float(error.mean()),
        max_error=float(error.max()),
        layers=layers,
    )


def _both(model: FloatModel, provable: Provable, values: Floats) -> tuple[dict[str, Floats], dict[str, Int8]]:
    """Return every step's result in both models."""
    names = [step.output.name for step in provable.steps]
    before: dict[str, list[Floats]] = {name: [] for name in names}
    after: dict[str, list[Int8]] = {name: [] for name in names}
    for at in range(0, len(values), _BATCH):
        part = values[at : at + _BATCH].astype(np.float64)
        floats = run_floats(model, part)
        integers = trace(provable, quantise_values(part, provable.input.exponent))
        for name in names:
            before[name].append(floats[name])
            after[name].append(integers[name])
    return {name: np.concatenate(before[name]) for name in names}, {name: np.concatenate(after[name]) for name in names}


def _layer(step: Step, wanted: Floats, made: Int8) -> LayerLoss:
    kind, weights = type(step.operation).__name__, 0
    if isinstance(step.operation, Dense | Convolution):
        weights = step.operation.weights.size + step.operation.bias.size
    if step.relu and not isinstance(step.operation, Relu):
        kind += " + Relu"
    found = np.ldexp(made.astype(np.float64), -step.output.exponent)
    size, error = (float(np.sqrt(np.mean(values**2))) for values in (wanted, found - wanted))
    return LayerLoss(
        step.name,
        kind,
        weights,
        step.output.exponent,
        step.shift,
        largest_accumulator(step.operation).bit_length(),
        int(_PPM * np.mean((made == INT8_MAX) | (made == INT8_MIN))),
        int(_PPM * error / size) if size else 0,
    )
