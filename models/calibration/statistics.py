"""Exact confidence intervals of a rate."""

from math import exp, lgamma, log

__all__ = ["interval"]

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
