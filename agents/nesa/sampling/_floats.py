"""Choices in floating point, as far as they are certain. Nearly all are, and take a fraction of the integers' time.

A token's weight in floats, logit plus temperature times noise, is wrong by less than 2^-13 where it is below 2^8: 2^-17
for the logit's rounding, 2^-15 for the noise, 2^-16 for their sum. So a token that leads by more than twice that leads
in integers, too, and no logit that is not larger is larger when quantised.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nesa.sampling._noise import Noise
from nesa.sampling._options import Sampling

__all__ = ["confirm", "find"]

_FEW = 2**13  # tokens: of more, the noise of all takes longer than finding the likeliest ones
_CLOSE = np.float32(2**8)
_APART = np.float32(2**-12)


def _worth(size: int, sampling: Sampling) -> bool:
    return not (sampling.temperature and sampling.top_k) or size <= _FEW


def find(wide: npt.NDArray[np.float32], noise: Noise, step: int, sampling: Sampling) -> int:
    """Return the token of a step of which all tokens are allowed; -1 where floats do not tell.

    Args:
        wide: float32 [vocabulary], the logits.
        noise: of the answer.
        step: as of `choose`.
        sampling: temperature and top-k.
    """
    if not _worth(wide.size, sampling):
        return -1
    weighed, temperature, top_k = wide, sampling.temperature, sampling.top_k
    if temperature:
        weighed = wide + noise.rounded(step, 1, wide.size, temperature)[0]
    at = weighed.argmax()  # of numbers one of which is none, the one that is none
    most = weighed[at]
    if not -_CLOSE < most < _CLOSE or np.count_nonzero(weighed > most - _APART) > 1:
        return -1
    if temperature and top_k and np.count_nonzero(wide > wide[at]) >= top_k:
        return -1
    return int(at)


def confirm(
    wide: npt.NDArray[np.float32], tokens: Sequence[int], noise: Noise, first: int, sampling: Sampling
) -> npt.NDArray[np.bool_]:
    """Return of each token whether it is for certain the one of its step, bool [tokens].

    Args:
        wide: float32 [tokens, vocabulary], the logits.
        tokens: ids within the vocabulary.
        noise: of the answer.
        first: step of the first of these tokens.
        sampling: temperature and top-k.
    """
    count, size = wide.shape
    if not _worth(size, sampling):
        return np.zeros(count, np.bool_)
    places = np.arange(count), np.array(tokens, np.int64)
    weighed = wide.copy()
    if sampling.temperature:
        weighed += noise.rounded(first, count, size, sampling.temperature)
    own = weighed[places]
    weighed[places] = -np.inf
    sure: npt.NDArray[np.bool_] = (np.abs(own) < _CLOSE) & (own - _APART > weighed.max(axis=1))
    if sampling.temperature and sampling.top_k:
        likelier = wide > wide[places][:, None]
        sure &= np.array([np.count_nonzero(row) < sampling.top_k for row in likelier])
    return sure
