"""The choice of a token."""

import numpy as np
import numpy.typing as npt

from nesa.sampling._floats import find
from nesa.sampling._noise import MILLI, NOISE_BITS, Noise
from nesa.sampling._options import Sampling

__all__ = ["candidates", "choose", "kth_largest", "quantise", "weigh"]

_MAX_LOGIT = 2**15
_ONE = np.float32(2**NOISE_BITS)
_LEAST = -(2**62)  # below what any token weighs
_LEAST_ROWS = 8  # fewer are not worth it
_NEAR = np.float32(2**-14)  # below a logit by more than this, another is less when quantised, too


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
    """Return the tokens that may be drawn, and perhaps a few more; with a temperature of 0 the likeliest.

    Only these are quantised: most of a large vocabulary is far off.

    Args:
        logits: float [vocabulary].
        sampling: temperature and top-k.
        allowed: as of `choose`.

    Returns:
        Their ids in order, None for all; their quantised logits; and how many of these, and what ties with the last of
        them, may be drawn, 0 for all.

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
    ids, quantised, count = _likeliest(logits[pool], count)
    return pool if ids is None else pool[ids], quantised, count


def _likeliest(
    logits: npt.NDArray[np.floating], count: int
) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64], int]:
    """Return the tokens among which the likeliest ``count`` are; see `candidates`."""
    if not 0 < count < logits.size:
        return None, quantise(logits), 0
    wide = logits.astype(np.float32, copy=False)
    least, most = _bounds(wide, count)
    if _checked(most) > _MAX_LOGIT or least < -_MAX_LOGIT:  # what is saturated ties
        return None, quantise(wide), count
    near = (wide >= least - _NEAR).nonzero()[0]
    return near, _scaled(wide[near]), count


def _bounds(wide: npt.NDArray[np.float32], count: int) -> tuple[np.float32, np.float32]:
    """Return what the ``count``-th largest is no smaller than, and the largest.

    Logits fall into groups, and at least as many groups as the bound is passed by have one that reaches it.
    """
    groups = 1 << (2 * count).bit_length()
    rows, rest = divmod(wide.size, groups)
    if count == 1 or rows < _LEAST_ROWS:
        most = wide.max()
        return (most if count == 1 else np.float32(-np.inf)), most
    largest: npt.NDArray[np.float32] = wide[: wide.size - rest].reshape(rows, groups).max(axis=0)
    largest.partition((groups - count, groups - 1))  # puts what is not a number last
    return largest[-count], np.maximum(largest[-1], wide[-rest:].max()) if rest else largest[-1]


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
    if allowed is None and (token := find(logits.astype(np.float32, copy=False), noise, step, sampling)) >= 0:
        return token
    ids, quantised, count = candidates(logits, sampling, allowed)
    weighed = quantised
    if sampling.temperature:
        values = noise.at(step, logits.size) if ids is None else noise.of(step, ids)
        weighed = weigh(quantised, values, sampling.temperature)
    at = int(weighed.argmax())
    # What is looked at beyond the top k is rarely the best, and it is not where fewer than k are likelier.
    if count and np.count_nonzero(quantised > quantised[at]) >= count:
        at = int(np.where(quantised >= kth_largest(quantised, count), weighed, _LEAST).argmax())
    return at if ids is None else int(ids[at])


def kth_largest(quantised: npt.NDArray[np.int64], count: int) -> int:
    """Return the ``count``-th largest value."""
    return int(np.partition(quantised, -count)[-count])
