"""Gumbel noise that follows from a seed: a pseudo-random function, and tables in fixed point.

Sources: the Gumbel-max trick (Maddison, Tarlow, Minka: A* Sampling, 2014); AES-128 in counter mode (NIST SP 800-38A).
"""

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

__all__ = ["MILLI", "NOISE_BITS", "Noise", "gumbel", "tables"]

MILLI = 1000

NOISE_BITS = 16
"""Noise and quantised logits are integers in units of 2^-16."""

_SEED_BYTES = 32
_KEY_BYTES = 16
_WORD, _COUNTER = np.dtype("<u4"), np.dtype(">u8")
_BLOCK, _WORDS = 16, 4  # bytes and words of a block
_AHEAD = 2**17  # words made at once, unless a step alone has more
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
        self._ahead = np.zeros((0, 0), np.float32)
        self._first = self._temperature = 0
        self._stream = bytearray()

    def words(self, step: int, size: int) -> npt.NDArray[np.uint32]:
        """Return the step's pseudo-random words, uint32 [size]."""
        found: npt.NDArray[np.uint32] = self._steps(step, 1, size)[0]
        return found.copy()

    def words_of(self, step: int, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
        """Return the step's words of some tokens, uint32 like ``tokens``."""
        counters = np.empty((tokens.size, 2), _COUNTER)
        counters[:, 0] = step
        counters[:, 1] = tokens >> 2
        places = np.arange(0, _WORDS * tokens.size, _WORDS) + (tokens & (_WORDS - 1))
        found: npt.NDArray[np.uint32] = self._encrypt(counters)[places]
        return found

    def at(self, step: int, size: int) -> npt.NDArray[np.int32]:
        """Return the step's noise for tokens 0 to ``size`` - 1, int32 [size]."""
        return gumbel(self.words(step, size))

    def of(self, step: int, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Return the step's noise for some tokens, int32 like ``tokens``."""
        return gumbel(self.words_of(step, tokens))

    def rounded(self, step: int, count: int, size: int, temperature: int) -> npt.NDArray[np.float32]:
        """Return temperature times noise of some steps, float32 [count, size], in logits, wrong by less than 2^-15.

        That of a small vocabulary is made for many steps at once, and kept.
        """
        at = step - self._first
        if self._temperature != temperature or self._ahead.shape[1] != size or not 0 <= at <= len(self._ahead) - count:
            steps = max(count, min(_AHEAD // size, 2**64 - step))
            found = rounded(self._steps(step, steps, size).reshape(-1), temperature)
            self._ahead, self._first, self._temperature, at = found.reshape(steps, size), step, temperature, 0
        return self._ahead[at : at + count]

    def _steps(self, step: int, count: int, size: int) -> npt.NDArray[np.uint32]:
        """Return the words of some steps, uint32 [count, size], until others are asked for."""
        counters = np.empty((count, -(-size // _WORDS), 2), _COUNTER)
        counters[..., 0] = np.arange(count, dtype=np.uint64)[:, None] + np.uint64(step)
        counters[..., 1] = np.arange(counters.shape[1])
        return self._encrypt(counters).reshape(count, -1)[:, :size]

    def _encrypt(self, counters: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
        """Return the key stream of counters until another is asked for: new memory takes longer than the cipher."""
        size = counters.nbytes
        if len(self._stream) < size + _BLOCK:
            self._stream = bytearray(size + _BLOCK)
        self._encryptor.update_into(counters.view(np.uint8).reshape(-1).data, self._stream)
        return np.frombuffer(self._stream, _WORD, size // _WORD.itemsize).astype(np.uint32, copy=False)


def gumbel(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return the noise of words, int32 like them."""
    upper, middle, lower = tables()
    noise: npt.NDArray[np.int32] = upper.take(words >> 16)
    if not words.size or words.max() < _TAILS[0]:
        return noise
    for start, table, shift in ((_TAILS[0], middle, 8), (_TAILS[1], lower, 0)):
        rare = np.flatnonzero(words >= start)
        noise[rare] = table[(words[rare] >> shift) & (_TABLE_SIZE - 1)]
    return noise


def rounded(words: npt.NDArray[np.uint32], temperature: int) -> npt.NDArray[np.float32]:
    """Return temperature times noise of words in logits, float32 like them, wrong by less than 2^-15.

    Single precision, and logarithms instead of the tables: these do not stay in the processor's cache beside a model.
    """
    scale = np.float32(temperature / MILLI)
    noise = (words >> 16).astype(np.float32)
    noise += np.float32(0.5)
    noise *= np.float32(2**-16)
    np.log(noise, out=noise)
    np.negative(noise, out=noise)
    np.log(noise, out=noise)
    noise *= -scale
    rare = np.flatnonzero(words >= _TAILS[0])
    noise[rare] = gumbel(words[rare]) * (scale * np.float32(2**-NOISE_BITS))
    return noise
