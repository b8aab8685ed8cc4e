"""How far delivered tokens are from those that one's own logits give.

Source: the margin under the same noise after DiFR (arXiv 2511.20621), in integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nesa.sampling._choose import candidates, kth_largest, quantise, weigh
from nesa.sampling._floats import confirm
from nesa.sampling._noise import MILLI, Noise
from nesa.sampling._options import Sampling

__all__ = ["FAR", "Margins", "margins"]

_AT_ONCE = 2**16  # logits
FAR = 2**32
"""The margin of what is no answer at all."""


@dataclass(frozen=True, slots=True)
class Margins:
    """What a committee judges of an answer's tokens, in units of 2^-16 of a logit.

    Attributes:
        clipped: the sum of all tokens' margins, each counted up to a limit.
        largest: the largest margin: one edited token shows here, however many are right.
        mismatches: how many tokens are not one's own choice.
    """

    clipped: int
    largest: int
    mismatches: int

    @classmethod
    def of(cls, values: Sequence[int], clip: int) -> "Margins":
        """Sum up the margins of an answer's tokens."""
        return cls(
            clipped=sum(min(value, clip) for value in values),
            largest=max(values, default=0),
            mismatches=sum(value > 0 for value in values),
        )


def margins(
    logits: npt.NDArray[np.floating],
    tokens: Sequence[int],
    noise: Noise,
    sampling: Sampling,
    *,
    first: int = 0,
    band: int = 0,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> list[int]:
    """Return each token's margin: by how much another token beats it, 0 where none does.

    Around the boundary of ``top_k`` honest machines may disagree who is in. So a token counts as in down to ``band``
    below it, and as a rival from ``band`` above it. What a token is short of that is added to its margin.

    Args:
        logits: float [tokens, vocabulary], one's own, at the places that predict the tokens.
        tokens: the ids delivered.
        noise: of the answer.
        sampling: temperature and top-k.
        first: step of the first of these tokens.
        band: tolerance at the boundary of ``top_k``, in units of 2^-16.
        allowed: bool [tokens, vocabulary], for guided answers. A token that is not allowed is as far away as can be.

    Raises:
        FloatingPointError: the logits are not numbers.
        IndexError: a token is beyond the vocabulary.
    """
    size = logits.shape[1]
    if unknown := [token for token in tokens if not 0 <= token < size]:
        raise IndexError(f"token {unknown[0]} is beyond a vocabulary of {size}")
    found: list[int] = []
    rows = max(1, _AT_ONCE // size)
    for start in range(0, len(tokens), rows):
        some = slice(start, start + rows)
        parts = logits[some], tokens[some], None if allowed is None else allowed[some]
        found += _margins(*parts, noise, first + start, sampling, band)
    return found


def _margins(
    logits: npt.NDArray[np.floating],
    tokens: Sequence[int],
    allowed: npt.NDArray[np.bool_] | None,
    noise: Noise,
    first: int,
    sampling: Sampling,
    band: int,
) -> list[int]:
    """Return the margins of tokens few enough for the processor's cache; see `margins`."""
    sure = [False] * len(tokens)
    if allowed is None:
        sure = confirm(logits.astype(np.float32, copy=False), tokens, noise, first, sampling).tolist()
    return [
        0
        if sure[at]
        else _margin(row, token, noise, first + at, sampling, band, None if allowed is None else allowed[at])
        for at, (row, token) in enumerate(zip(logits, tokens, strict=True))
    ]


def _margin(
    logits: npt.NDArray[np.floating],
    token: int,
    noise: Noise,
    step: int,
    sampling: Sampling,
    band: int,
    allowed: npt.NDArray[np.bool_] | None,
) -> int:
    ids, quantised, count = candidates(logits, sampling, allowed)
    if allowed is not None and not allowed[token]:
        return FAR
    mine = quantise(logits[token : token + 1])
    if sampling.temperature == 0:
        return int(quantised.max() - mine[0])
    short = 0
    if count:
        boundary = kth_largest(quantised, count)
        short = max(0, boundary - band - int(mine[0]))
        rivals = (quantised >= boundary + band).nonzero()[0]
        ids, quantised = rivals if ids is None else ids[rivals], quantised[rivals]
    if ids is None:
        weighed = weigh(quantised, noise.at(step, logits.size), sampling.temperature)
        own = int(weighed[token])
    else:
        known = noise.of(step, np.append(ids, token))
        weighed = weigh(np.append(quantised, mine), known, sampling.temperature)
        own = int(weighed[-1])
    return short - (own - int(weighed.max())) // MILLI
