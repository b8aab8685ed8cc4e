"""The choice of a token."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.sampling._noise import NOISE_BITS, Noise

__all__ = ["MILLI", "Sampling", "choose", "kth_largest", "quantise", "weigh"]

MILLI = 1000
_MAX_LOGIT = 2**15
_MAX_TEMPERATURE = 2 * MILLI


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
    most = wide.max(initial=-_MAX_LOGIT)
    if not most < np.inf:  # of numbers one of which is none, the largest is none
        raise FloatingPointError("the model's logits are not numbers")
    if most > _MAX_LOGIT or wide.min(initial=_MAX_LOGIT) < -_MAX_LOGIT:
        wide = wide.clip(-_MAX_LOGIT, _MAX_LOGIT)
    scaled = wide * np.float32(2**NOISE_BITS)
    quantised: npt.NDArray[np.int64] = np.rint(scaled, out=scaled).astype(np.int64)
    return quantised


def kth_largest(quantised: npt.NDArray[np.int64], count: int) -> int:
    """Return the ``count``-th largest value."""
    return int(np.partition(quantised, -count)[-count])


def weigh(quantised: npt.NDArray[np.int64], noise: npt.NDArray[np.int32], temperature: int) -> npt.NDArray[np.int64]:
    """Return what tokens are compared by: logit plus temperature times noise, in thousandths of 2^-16."""
    weighed: npt.NDArray[np.int64] = quantised * MILLI + temperature * noise.astype(np.int64)
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
    quantised = quantise(logits)
    candidates: npt.NDArray[np.int64] | None = None
    if allowed is not None:
        candidates = np.flatnonzero(allowed)
        if candidates.size == 0:
            raise ValueError("no token is allowed")
        quantised = quantised[candidates]
    if sampling.temperature == 0:
        at = int(quantised.argmax())
        return at if candidates is None else int(candidates[at])
    values = noise.at(step, logits.size)
    if candidates is not None:
        values = values[candidates]
    if 0 < sampling.top_k < quantised.size:
        likely = np.flatnonzero(quantised >= kth_largest(quantised, sampling.top_k))
        quantised, values = quantised[likely], values[likely]
        candidates = likely if candidates is None else candidates[likely]
    at = int(weigh(quantised, values, sampling.temperature).argmax())
    return at if candidates is None else int(candidates[at])
