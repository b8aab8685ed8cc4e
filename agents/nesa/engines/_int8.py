"""Integers as they are: bytes to a graph's int8 tensor and back, and what people read and write in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.errors import InvalidInputError
from nesa.models import Feature, TensorInput, TensorOutput

__all__ = ["Scores", "encode_features", "encode_values", "read_scores", "tensor"]

_LEVELS = 127
_INT8 = np.iinfo(np.int8)


def tensor(data: bytes, spec: TensorInput) -> npt.NDArray[np.int8]:
    """Return int8 of the manifest's shape.

    Raises:
        InvalidInputError: another number of bytes.
    """
    if len(data) != spec.size:
        raise InvalidInputError(f"the input has {len(data)} bytes, and the model reads {spec.size}")
    return np.frombuffer(data, np.int8).reshape(spec.shape)


def _level(feature: Feature, value: object) -> int:
    if not isinstance(value, int):
        raise InvalidInputError(f"{feature.name} must be a whole number, true or false")
    span = feature.high - feature.low
    scaled = 2 * _LEVELS * (min(max(value, feature.low), feature.high) - feature.low)
    quotient, rest = divmod(scaled, span)
    up = 2 * rest > span or (2 * rest == span and quotient % 2 == 1)
    return quotient + up - _LEVELS


def encode_features(spec: TensorInput, values: Mapping[str, object]) -> bytes:
    """Return the input that named values make, each after its `nesa.models.Feature`.

    Args:
        spec: of the manifest.
        values: by name, whole numbers or booleans; all of the manifest's features and nothing else.

    Raises:
        InvalidInputError: a value is missing, unknown or no whole number, or the manifest names no features.
    """
    if not spec.features:
        raise InvalidInputError("the model's manifest names no features: give the tensor itself")
    names = {feature.name for feature in spec.features}
    for name in sorted(names - set(values)):
        raise InvalidInputError(f"{name} is missing")
    for name in sorted(set(values) - names):
        raise InvalidInputError(f"the model has no feature {name!r}")
    return np.array([_level(feature, values[feature.name]) for feature in spec.features], np.int8).tobytes()


def encode_values(spec: TensorInput, values: npt.NDArray[np.generic]) -> bytes:
    """Return the input that an array makes: int8 as it is, floats times 2^scale_bits, rounded half to even, saturated.

    Raises:
        InvalidInputError: another shape or type, or a value that is not finite.
    """
    if values.shape != spec.shape and values.shape != spec.shape[1:]:
        raise InvalidInputError(f"the array has the shape {list(values.shape)}, and the model reads {list(spec.shape)}")
    if values.dtype == np.int8:
        return values.tobytes()
    if values.dtype.kind != "f" or not np.isfinite(values).all():
        raise InvalidInputError("the array is neither int8 nor finite floats")
    scaled = np.rint(np.ldexp(values.astype(np.float64), spec.scale_bits))
    return np.clip(scaled, _INT8.min, _INT8.max).astype(np.int8).tobytes()


@dataclass(frozen=True, slots=True)
class Scores:
    """An answer as people read it.

    Attributes:
        label: of the first of the largest values; empty where the manifest has no labels.
        values: the integers.
        reals: what they stand for.
        tied: whether another value is as large as the label's.
    """

    label: str
    values: tuple[int, ...]
    reals: tuple[float, ...]
    tied: bool


def read_scores(spec: TensorOutput, payload: bytes) -> Scores | None:
    """Read an answer; None if it is not one."""
    if not payload or (spec.labels and len(payload) != len(spec.labels)):
        return None
    values = np.frombuffer(payload, np.int8)
    label = spec.labels[int(values.argmax())] if spec.labels else ""
    return Scores(
        label,
        tuple(values.tolist()),
        tuple(np.ldexp(values.astype(np.float64), -spec.scale_bits).tolist()),
        tied=bool((values == values.max()).sum() > 1),
    )
