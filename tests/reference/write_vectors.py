"""Writes tests/vectors/{projection,distance,median,manifest}.json from the slow implementation beside this file.

Usage, in the folder tests: python -m reference.write_vectors
"""

import hashlib
import json
import random
import struct
from fractions import Fraction
from pathlib import Path

from reference import fingerprint as slow

VECTORS = Path(__file__).parents[1] / "vectors"
EDGES = (0.0, 0.5, 1.5, 2.5, -0.5, -1.5, 1e-30, -1e-30, 32767.5, -32768.5, 1e9, -1e9, 3.4028234e38, -3.4028234e38)
FLOAT32 = 1
INT64 = 7


def floats(rng: random.Random, count: int, edges: int) -> list[float]:
    """Return numbers that 32-bit floats hold exactly, a few of them at the edges of rounding and saturation."""
    values = [rng.choice(EDGES) if rng.randrange(100) < edges else rng.gauss(0, 2) for _ in range(count)]
    return [struct.unpack("<f", struct.pack("<f", value))[0] for value in values]


def projections(rng: random.Random) -> list[dict[str, object]]:
    cases = [
        ("nesa-test-1", [1, 4, 6, 5], 1, 64, 4, 16, 5, 0),
        ("nesa-test-1", [1, 512], 1, 32, 4, 16, 7, 0),
        ("nesa_7001-1", [1, 7, 3], 2, 16, 3, 12, 0, 20),
        ("n", [9], 0, 4, 2, 0, 0, 50),
        ("nesa-test-1", [2, 3, 17], 1, 8, 1, 24, 12, 20),
    ]
    out: list[dict[str, object]] = []
    for number, (chain_id, shape, axis, positions, count, scale_bits, shift, edges) in enumerate(cases):
        size = 1
        for side in shape:
            size *= side
        values = floats(rng, size, edges)
        beacon = hashlib.sha256(bytes([number])).digest()
        seed = slow.fingerprint_seed(chain_id, beacon, number + 1, number % 3)
        found = slow.project(
            [Fraction(value) for value in values],
            shape,
            axis,
            positions=positions,
            projections=count,
            scale_bits=scale_bits,
            shift=shift,
            seed=seed,
            chain_id=chain_id,
        )
        out.append(
            {
                "chain_id": chain_id,
                "beacon_seed": beacon.hex(),
                "job": number + 1,
                "round": number % 3,
                "fingerprint_seed": seed.hex(),
                "shape": shape,
                "feature_axis": axis,
                "positions": positions,
                "projections": count,
                "scale_bits": scale_bits,
                "shift": shift,
                "tensor_float32_le": struct.pack(f"<{size}f", *values).hex(),
                "fingerprint": slow.to_bytes(found).hex(),
            }
        )
    return out


def hashes() -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for shape, element_type, raw in (
        ([1, 3], FLOAT32, struct.pack("<3f", 1.0, -0.0, 2.5)),
        ([2], INT64, struct.pack("<2q", -1, 2**40)),
    ):
        seed = hashlib.sha256(raw).digest()
        found = slow.exact(raw, shape, element_type, seed, "nesa-test-1")
        out.append(
            {
                "chain_id": "nesa-test-1",
                "fingerprint_seed": seed.hex(),
                "shape": shape,
                "element_type": element_type,
                "data_le": raw.hex(),
                "fingerprint": found.hex(),
            }
        )
    return out


def fingerprints(rng: random.Random, count: int, values: int) -> list[bytes]:
    edges = (-(2**15), 2**15 - 1, 0, -1)
    return [
        slow.to_bytes(
            [rng.choice(edges) if rng.random() < 1 / 4 else rng.randrange(-(2**15), 2**15) for _ in range(values)]
        )
        for _ in range(count)
    ]


def distances(rng: random.Random) -> list[dict[str, object]]:
    pairs = [fingerprints(rng, 2, values) for values in (1, 2, 16, 256)]
    pairs.append([slow.to_bytes([-(2**15)] * 256), slow.to_bytes([2**15 - 1] * 256)])
    pairs.append([pairs[2][0]] * 2)
    return [{"a": a.hex(), "b": b.hex(), "distance": slow.distance(a, b)} for a, b in pairs]


def medians(rng: random.Random) -> list[dict[str, object]]:
    groups = [fingerprints(rng, count, 8) for count in (1, 2, 3, 4, 5, 21)]
    return [{"fingerprints": [one.hex() for one in group], "median": slow.median(group).hex()} for group in groups]


def manifests() -> list[dict[str, object]]:
    source = (VECTORS / "manifest.source.json").read_text()
    # RFC 8785 for integers, strings and ASCII keys: sorted keys, no white space, nothing escaped that need not be
    canonical = json.dumps(json.loads(source), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return [{"json": source, "canonical": canonical, "digest": hashlib.sha256(canonical.encode()).hexdigest()}]


def main() -> None:
    rng = random.Random(20_261_123)
    for name, content in {
        "projection": {"projections": projections(rng), "exact": hashes()},
        "distance": distances(rng),
        "median": medians(rng),
        "manifest": manifests(),
    }.items():
        (VECTORS / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
