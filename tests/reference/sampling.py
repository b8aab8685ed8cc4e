"""The sampler's definition, written out slowly: decimal logarithms of 60 digits, fractions, another library's AES.

Follows docs/sampling.md line by line and shares no code with the package.
"""

import hashlib
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from Crypto.Cipher import AES

ONE = 2**16


def word(seed: bytes, step: int, token: int) -> int:
    """Return the token's word: bytes 4·token to 4·token + 3 of the key stream, little-endian."""
    key = hashlib.sha256(b"nesa/sampling/v1" + seed).digest()[:16]
    block, at = divmod(4 * token, 16)
    counter = (step << 64) + block
    stream = AES.new(key, AES.MODE_ECB).encrypt(counter.to_bytes(16, "big"))
    return int.from_bytes(stream[at : at + 4], "little")


def gumbel(word_: int) -> int:
    """Return the noise of a word: of the middle of its step of the unit interval."""
    if word_ >= 2**32 - 2**16:
        short = Fraction(2**16 - word_ % 2**16) - Fraction(1, 2)
        rest = short / 2**32
    elif word_ >= 2**32 - 2**24:
        short = Fraction(2**16 - (word_ >> 8) % 2**16) - Fraction(1, 2)
        rest = short / 2**24
    else:
        rest = 1 - (Fraction(word_ >> 16) + Fraction(1, 2)) / 2**16
    with localcontext() as context:
        context.prec = 60
        at = 1 - Decimal(rest.numerator) / Decimal(rest.denominator)
        noise = -(-at.ln()).ln() * ONE
        return int(noise.to_integral_value(ROUND_HALF_EVEN))


def quantise(logit: float) -> int:
    """Return a logit in units of 2^-16."""
    bound = Fraction(2**15)
    exact = -bound if logit == float("-inf") else Fraction(logit)
    return round(min(max(exact, -bound), bound) * ONE)


def weighed(logits: Sequence[float], seed: bytes, step: int, temperature: int) -> list[int]:
    """Return what tokens are compared by."""
    return [
        1000 * quantise(logit) + (temperature * gumbel(word(seed, step, token)) if temperature else 0)
        for token, logit in enumerate(logits)
    ]


def choose(
    logits: Sequence[float], seed: bytes, step: int, temperature: int, top_k: int, allowed: Sequence[int]
) -> int:
    """Return the token of a step; ``allowed`` lists the tokens that are."""
    pool = list(allowed)
    if temperature and 0 < top_k < len(pool):
        boundary = sorted((quantise(logits[token]) for token in pool), reverse=True)[top_k - 1]
        pool = [token for token in pool if quantise(logits[token]) >= boundary]
    values = weighed(logits, seed, step, temperature)
    return max(pool, key=lambda token: (values[token], -token))


def margin(logits: Sequence[float], token: int, seed: bytes, step: int, temperature: int, top_k: int, band: int) -> int:
    """Return by how much the token is beaten."""
    rivals = list(range(len(logits)))
    short = 0
    if temperature and 0 < top_k < len(rivals):
        boundary = sorted((quantise(logit) for logit in logits), reverse=True)[top_k - 1]
        short = max(0, boundary - band - quantise(logits[token]))
        rivals = [rival for rival in rivals if quantise(logits[rival]) >= boundary + band]
    values = weighed(logits, seed, step, temperature)
    best = max([values[rival] for rival in rivals] + [values[token]])
    return short + -((values[token] - best) // 1000)
