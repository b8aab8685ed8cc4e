"""A request's options: canonical JSON after the manifest's declarations, as inputs of the graph."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import rfc8785

from nesa.errors import InvalidInputError
from nesa.models import WeightsOption

__all__ = ["OptionValue", "encode_options", "feeds"]

OptionValue = int | str | Sequence[str] | Mapping[str, Any]  # of any JSON: a schema

_MAX_BYTES = 4096
_MAX_WEIGHT = 1_000_000
_MAX_DIGITS = 5


def encode_options(options: Mapping[str, OptionValue]) -> bytes:
    """Return options as a request carries them: canonical JSON, nothing where there are none."""
    return rfc8785.dumps(dict(options)) if options else b""


def feeds(raw: bytes, declared: tuple[WeightsOption, ...]) -> dict[str, npt.NDArray[np.float32]]:
    """Return each declared option's tensor, float32 [count], by the tensor's name.

    Raises:
        InvalidInputError: not JSON, an option that is not declared, or a value out of range.
    """
    given = _parse(raw)
    unknown = set(given) - {option.name for option in declared}
    if unknown:
        raise InvalidInputError(f"the model has no option {min(unknown)!r}")
    return {option.tensor: _weights(given.get(option.name, option.default), option) for option in declared}


def _parse(raw: bytes) -> dict[str, object]:
    if len(raw) > _MAX_BYTES:
        raise InvalidInputError("the options are too long")
    if not raw:
        return {}
    try:
        found = orjson.loads(raw)
    except ValueError as error:
        raise InvalidInputError("the options are not JSON") from error
    if not isinstance(found, dict):
        raise InvalidInputError("the options are not a JSON object")
    return found


def _weights(value: object, option: WeightsOption) -> npt.NDArray[np.float32]:
    parts = value if isinstance(value, dict) else {_as_key(value): 1}
    weights = np.zeros(option.count, np.int64)
    for key, weight in parts.items():
        if not isinstance(weight, int) or isinstance(weight, bool) or not 0 <= weight <= _MAX_WEIGHT:
            raise InvalidInputError(f"a weight of {option.name} is an integer from 0 to {_MAX_WEIGHT}")
        weights[_index(key, option)] += weight
    total = int(weights.sum())
    if total == 0:
        raise InvalidInputError(f"the weights of {option.name} are all zero")
    return (weights / total).astype(np.float32)


def _as_key(value: object) -> str:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _index(key: str, option: WeightsOption) -> int:
    if key.isascii() and key.isdigit() and len(key) <= _MAX_DIGITS and int(key) < option.count:
        return int(key)
    raise InvalidInputError(f"{option.name} is a number from 0 to {option.count - 1}")
