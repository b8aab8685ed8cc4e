"""Exact confidence intervals of a rate, and how well a number tells two kinds apart."""

from collections.abc import Mapping
from math import exp, lgamma, log

__all__ = ["area", "interval"]

_LEVEL = 0.95
_STEPS = 60


def _tail(successes: int, trials: int, rate: float) -> float:
    """Return the probability of ``successes`` or more."""
    if rate <= 0:
        return float(successes == 0)
    if rate >= 1:
        return 1.0
    terms = (
        exp(lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(rate) + (trials - k) * log(1 - rate))
        for k in range(successes, trials + 1)
    )
    return min(1.0, sum(terms))


def interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the two-sided 95 % Clopper–Pearson interval of a rate (Biometrika 26, 1934)."""
    half = (1 - _LEVEL) / 2

    def solve(count: int, target: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if _tail(count, trials, middle) < target else (low, middle)
        return low

    lower = 0.0 if successes == 0 else solve(successes, half)
    upper = 1.0 if successes == trials else solve(successes + 1, 1 - half)
    return lower, upper


def area(low: Mapping[float, int], high: Mapping[float, int]) -> float:
    """Return the area under the curve of detections over false alarms: how often ``high`` exceeds ``low``, ties half.

    Args:
        low: how often each value was seen where nothing is to be found.
        high: and where something is.

    Source: Mann and Whitney, Annals of Mathematical Statistics 18, 1947.
    """
    below, won = 0, 0.0
    for value in sorted({*low, *high}):
        won += high.get(value, 0) * (below + low.get(value, 0) / 2)
        below += low.get(value, 0)
    return won / (below * sum(high.values()))
