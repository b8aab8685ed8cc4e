"""Gumbel noise that follows from a seed: a pseudo-random function, and tables in fixed point.

Sources: the Gumbel-max trick (Maddison, Tarlow, Minka: A* Sampling, 2014); AES-128 in counter mode (NIST SP 800-38A).
"""

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

__all__ = ["NOISE_BITS", "Noise", "gumbel", "tables"]

NOISE_BITS = 16
"""Noise and quantised logits are integers in units of 2^-16."""

_SEED_BYTES = 32
_KEY_BYTES = 16
_WORD, _COUNTER = np.dtype("<u4"), np.dtype(">u8")
_WORDS = 4  # of a block
_AHEAD = 2**16  # words made at once
_TABLE_SIZE = 2**16
_TAILS = (2**32 - 2**24, 2**32 - 2**16)  # words from which on the second and the third table count
_DIGEST = "a8f243406f7fd4174674599cfeb1da3490063669fa0cdaf7feabe0eb594af686"


@cache
def tables() -> npt.NDArray[np.int32]:
    """Return int32 [3, 65536]: the noise of a word's upper, middle and lower 16 bits.

    The first table has the noise of the middle of each 65,536th of the unit interval, the second of each of its last
    256th, the third of each of its last 65,536th: what is rare decides between unlikely tokens, so it is told apart
    more finely.

    Raises:
        RuntimeError: this machine's logarithm is not what the tables were made with.
    """
    middle = np.arange(_TABLE_SIZE, dtype=np.float64) + 0.5
    # what each is short of 1, which is exact; log1p keeps it where it is small
    rest = np.stack([1 - middle / 2**16, (2**16 - middle) / 2**24, (2**16 - middle) / 2**32])
    exponential = -np.log1p(-rest)
    noise: npt.NDArray[np.int32] = np.rint(-np.log(exponential) * 2**NOISE_BITS).astype(np.int32)
    if hashlib.sha256(noise.astype("<i4").tobytes()).hexdigest() != _DIGEST:
        raise RuntimeError("this machine computes logarithms in its own way: its samples would be taken for fraud")
    noise.setflags(write=False)
    return noise


class Noise:
    """The noise of one answer: for each step and token an int32, in units of 2^-16. Not for several threads at once.

    The key is the first half of ``SHA-256("nesa/sampling/v1" ‖ seed)``. A step's words are the key stream of AES-128
    whose first counter block is ``u64 step ‖ u64 0``, read as little-endian u32; a token's word is the one at its id.
    """

    def __init__(self, seed: bytes) -> None:
        """Take a seed.

        Raises:
            ValueError: it does not have 32 bytes.
        """
        if len(seed) != _SEED_BYTES:
            raise ValueError(f"a seed has {_SEED_BYTES} bytes, not {len(seed)}")
        key = hashlib.sha256(b"nesa/sampling/v1" + seed).digest()[:_KEY_BYTES]
        # Block by block, so that one context serves all steps: the mode's counter is counted here.
        self._encryptor = Cipher(algorithms.AES128(key), modes.ECB()).encryptor()  # noqa: S305 - makes a key stream
        self._ahead = np.zeros((0, 0), np.uint32)
        self._first = 0

    def words(self, step: int, size: int) -> npt.NDArray[np.uint32]:
        """Return the step's pseudo-random words, uint32 [size]."""
        at = step - self._first
        if self._ahead.shape[1] != size or not 0 <= at < len(self._ahead):
            # Those of a small vocabulary are made for many steps at once.
            steps = max(1, min(_AHEAD // max(size, 1), 2**64 - step))
            counters = np.empty((steps, -(-size // _WORDS), 2), _COUNTER)
            counters[..., 0] = np.arange(steps, dtype=np.uint64)[:, None] + np.uint64(step)
            counters[..., 1] = np.arange(counters.shape[1])
            self._ahead, self._first, at = self._stream(counters).reshape(steps, -1)[:, :size], step, 0
        found: npt.NDArray[np.uint32] = self._ahead[at]
        return found

    def words_of(self, step: int, tokens: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.uint32]:
        """Return the step's words of some tokens of a vocabulary of ``size``, uint32 like ``tokens``."""
        if size <= _AHEAD // 2:
            return self.words(step, size)[tokens]
        counters = np.empty((tokens.size, 2), _COUNTER)
        counters[:, 0] = step
        counters[:, 1] = tokens >> 2
        return self._stream(counters)[np.arange(0, _WORDS * tokens.size, _WORDS) + (tokens & (_WORDS - 1))]

    def _stream(self, counters: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
        stream = np.frombuffer(self._encryptor.update(counters.tobytes()), _WORD)
        return stream.astype(np.uint32, copy=False)

    def at(self, step: int, size: int) -> npt.NDArray[np.int32]:
        """Return the step's noise for tokens 0 to ``size`` - 1, int32 [size]."""
        return gumbel(self.words(step, size))

    def of(self, step: int, tokens: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int32]:
        """Return the step's noise for some tokens of a vocabulary of ``size``, int32 like ``tokens``."""
        return gumbel(self.words_of(step, tokens, size))


def gumbel(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return the noise of words, int32 like them."""
    upper, middle, lower = tables()
    noise: npt.NDArray[np.int32] = upper[words >> 16]
    if not words.size or words.max() < _TAILS[0]:
        return noise
    for start, table, shift in ((_TAILS[0], middle, 8), (_TAILS[1], lower, 0)):
        rare = np.flatnonzero(words >= start)
        noise[rare] = table[(words[rare] >> shift) & (_TABLE_SIZE - 1)]
    return noise
