"""Writes tests/vectors/sampling.json from the slow implementation beside this file.

Usage, in the folder tests: python -m reference.write_sampling_vectors
"""

import hashlib
import json
import random
import struct
from pathlib import Path

from reference import sampling as slow

VECTORS = Path(__file__).parents[1] / "vectors"
EDGE_WORDS = (0, 1, 2**16, 2**31, 2**32 - 2**24 - 1, 2**32 - 2**24, 2**32 - 2**16 - 1, 2**32 - 2**16, 2**32 - 1)
EDGE_LOGITS = (0.0, -0.0, 2.0**-17, 3 * 2.0**-17, 40000.0, -40000.0, float("-inf"), 1e-30)


def float32(value: float) -> float:
    """Return the nearest number that 32 bits hold."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def logits(rng: random.Random, count: int) -> list[float]:
    """Return logits as a model has them, a few at the edges, and some equal ones."""
    values = [float32(rng.gauss(0, 3)) for _ in range(count)]
    for _ in range(count // 8):
        values[rng.randrange(count)] = rng.choice(EDGE_LOGITS)
        values[rng.randrange(count)] = values[rng.randrange(count)]
    return [min(value, 30.0) for value in values]


def main() -> None:
    rng = random.Random(6)
    words = [
        *EDGE_WORDS,
        *(rng.randrange(2**32) for _ in range(100)),
        *(2**32 - rng.randrange(1, 2**20) for _ in range(40)),
    ]
    choices = []
    for number in range(120):
        count = rng.choice((2, 3, 17, 64, 257))
        row = logits(rng, count)
        seed = hashlib.sha256(bytes([number])).digest()
        step, temperature = rng.choice((0, 1, 63, 2**40)), rng.choice((0, 1, 700, 1000, 2000))
        top_k, band = rng.choice((0, 1, 2, 40)), rng.choice((0, 3, 2**16))
        allowed = sorted(rng.sample(range(count), rng.randint(1, count))) if rng.random() < 0.3 else list(range(count))
        token = rng.randrange(count)
        choices.append(
            {
                "seed": seed.hex(),
                "step": step,
                "temperature": temperature,
                "top_k": top_k,
                "logits": struct.pack(f"<{count}f", *row).hex(),
                "allowed": allowed if len(allowed) < count else None,
                "words": [slow.word(seed, step, at) for at in (0, 1, count - 1)],
                "token": slow.choose(row, seed, step, temperature, top_k, allowed),
                "delivered": token,
                "band": band,
                "margin": slow.margin(row, token, seed, step, temperature, top_k, band),
            }
        )
    note = (
        "Sampling, version 1 (docs/sampling.md). Noise in units of 2^-16; logits are little-endian float32; "
        "a margin takes all as allowed."
    )
    gumbel = [{"word": word, "noise": slow.gumbel(word)} for word in words]
    out = {"note": note, "gumbel": gumbel, "choices": choices}
    (VECTORS / "sampling.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
