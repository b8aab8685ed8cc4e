"""The choice of a token."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.sampling._noise import NOISE_BITS, Noise

__all__ = ["MILLI", "Sampling", "candidates", "choose", "quantise", "weigh"]

MILLI = 1000
_MAX_LOGIT = 2**15
_MAX_TEMPERATURE = 2 * MILLI
_ONE = np.float32(2**NOISE_BITS)
_NO_BOUNDARY = -(2**62)  # below any logit and any band
_LEAST_ROWS = 8  # fewer are not worth it
_NEAR = np.float32(2**-14)  # below a logit by more than this, another is less when quantised, too


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        temperature: in thousandths, 0 to 2,000; 0 takes the likeliest token.
        top_k: how many of the likeliest tokens may be drawn; 0 for all.
    """

    temperature: int = 0
    top_k: int = 0

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            ValueError: one is out of range.
        """
        if not 0 <= self.temperature <= _MAX_TEMPERATURE:
            raise ValueError(f"temperature is 0 to {_MAX_TEMPERATURE} thousandths, not {self.temperature}")
        if self.top_k < 0:
            raise ValueError(f"top_k is 0 for all tokens, or how many, not {self.top_k}")


def quantise(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Return logits in units of 2^-16, rounded half to even, saturated at ±2^15.

    Raises:
        FloatingPointError: one is not a number, or is plus infinity. Minus infinity marks a token that cannot be.
    """
    wide = logits.astype(np.float32, copy=False)
    most = _checked(wide.max(initial=-_MAX_LOGIT))
    if most > _MAX_LOGIT or wide.min(initial=_MAX_LOGIT) < -_MAX_LOGIT:
        wide = wide.clip(-_MAX_LOGIT, _MAX_LOGIT)
    return _scaled(wide)


def _checked(most: np.floating) -> np.floating:
    if not most < np.inf:  # of numbers one of which is none, the largest is none
        raise FloatingPointError("the model's logits are not numbers")
    return most


def _scaled(wide: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    scaled = wide * _ONE
    quantised: npt.NDArray[np.int64] = np.rint(scaled, out=scaled).astype(np.int64)
    return quantised


def candidates(
    logits: npt.NDArray[np.floating], sampling: Sampling, allowed: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64], int]:
    """Return the tokens that may be drawn; with a temperature of 0 those of the largest logit.

    Args:
        logits: float [vocabulary].
        sampling: temperature and top-k.
        allowed: as of `choose`.

    Returns:
        Their ids in order, None for all; their quantised logits; and the ``top_k``-th largest of these.

    Raises:
        FloatingPointError: the logits are not numbers.
        ValueError: no token is allowed.
    """
    count = sampling.top_k if sampling.temperature else 1
    if allowed is None:
        return _likeliest(logits, count)
    pool = np.flatnonzero(allowed)
    if pool.size == 0:
        raise ValueError("no token is allowed")
    _checked(logits.max())
    ids, quantised, boundary = _likeliest(logits[pool], count)
    return pool if ids is None else pool[ids], quantised, boundary


def _likeliest(
    logits: npt.NDArray[np.floating], count: int
) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64], int]:
    """Quantise the ``count`` largest logits, and those that then tie with them; most of a vocabulary is far off."""
    if not 0 < count < logits.size:
        return None, quantise(logits), _NO_BOUNDARY
    wide = logits.astype(np.float32, copy=False)
    most = _checked(wide.max())
    bound = most if count == 1 else _bound(wide, count)
    near = (wide >= bound - _NEAR).nonzero()[0]
    if most > _MAX_LOGIT or bound < -_MAX_LOGIT:  # what is saturated ties
        near, quantised = np.arange(wide.size), quantise(wide)
    else:
        quantised = _scaled(wide[near])
    if count == 1:
        boundary = int(quantised.max())
    else:
        ordered = quantised.copy()
        ordered.partition(ordered.size - count)
        boundary = int(ordered[-count])
    likely = quantised >= boundary
    return near[likely], quantised[likely], boundary


def _bound(wide: npt.NDArray[np.float32], count: int) -> np.float32:
    """Return what the ``count``-th largest is no smaller than: as many of the groups that it falls into reach it."""
    groups = 1 << (2 * count).bit_length()
    rows = wide.size // groups
    if rows < _LEAST_ROWS:
        return np.float32(-np.inf)
    largest: npt.NDArray[np.float32] = wide[: rows * groups].reshape(rows, groups).max(axis=0)
    largest.partition(groups - count)
    bound: np.float32 = largest[-count]
    return bound


def weigh(quantised: npt.NDArray[np.int64], noise: npt.NDArray[np.int32], temperature: int) -> npt.NDArray[np.int64]:
    """Return what tokens are compared by: logit plus temperature times noise, in thousandths of 2^-16."""
    weighed: npt.NDArray[np.int64] = quantised * MILLI + noise * np.int64(temperature)
    return weighed


def choose(
    logits: npt.NDArray[np.floating],
    noise: Noise,
    step: int,
    sampling: Sampling,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> int:
    """Return the token of a step.

    In this order: tokens that are not allowed are left out; so are those whose quantised logit is below the
    ``top_k``-th largest; of the others the one with the largest logit + temperature · noise is taken, of equal ones the
    lowest.

    Args:
        logits: float [vocabulary].
        noise: of the answer.
        step: counts the answer's tokens from 0.
        sampling: temperature and top-k.
        allowed: bool [vocabulary], for guided answers; all are, if it is missing.

    Raises:
        FloatingPointError: the logits are not numbers.
        ValueError: no token is allowed.
    """
    ids, quantised, _ = candidates(logits, sampling, allowed)
    if sampling.temperature:
        values = noise.at(step, logits.size) if ids is None else noise.of(step, ids, logits.size)
        quantised = weigh(quantised, values, sampling.temperature)
    at = int(quantised.argmax())
    return at if ids is None else int(ids[at])
