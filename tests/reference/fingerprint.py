"""The fingerprint's definition, written out slowly with exact numbers: no code is shared with the package.

Follows the section on values of docs/protocol.md line by line. Uses no floating point: values are fractions.
"""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

INT16 = 2**15
INT32 = 2**31


def frame(name: str, chain_id: str) -> bytes:
    tag, chain = f"nesa/{name}/v1".encode(), chain_id.encode()
    return bytes([len(tag)]) + tag + bytes([len(chain)]) + chain


def saturate(value: int, bound: int) -> int:
    return max(-bound, min(bound - 1, value))


def project(
    tensor: Sequence[Fraction],
    shape: Sequence[int],
    axis: int,
    *,
    positions: int,
    projections: int,
    scale_bits: int,
    shift: int,
    seed: bytes,
    chain_id: str,
) -> list[int]:
    """Project a tensor given as its values in C order."""
    strides = [1] * len(shape)
    for i in range(len(shape) - 2, -1, -1):
        strides[i] = strides[i + 1] * shape[i + 1]
    others = [i for i in range(len(shape)) if i != axis]
    starts = [
        sum(index * strides[i] for i, index in zip(others, place, strict=True))
        for place in product(*(range(shape[i]) for i in others))
    ]
    features = shape[axis]
    sign_bytes = (features + 7) // 8
    need = 8 * positions + positions * projections * sign_bytes
    stream = hashlib.shake_128(frame("fingerprint", chain_id) + seed).digest(need)
    at = 8 * positions
    values = []
    for j in range(positions):
        start = starts[int.from_bytes(stream[8 * j : 8 * j + 8], "big") % len(starts)]
        row = [saturate(round(tensor[start + d * strides[axis]] * 2**scale_bits), INT32) for d in range(features)]
        for _ in range(projections):
            bits = int.from_bytes(stream[at : at + sign_bytes], "big")
            at += sign_bytes
            total = 0
            for d, q in enumerate(row):
                minus = bits >> (8 * sign_bytes - 1 - d) & 1
                total += -q if minus else q
            values.append(saturate(total >> shift, INT16))
    return values


def to_bytes(values: Sequence[int]) -> bytes:
    return b"".join((value % 2**16).to_bytes(2, "big") for value in values)


def to_values(fingerprint: bytes) -> list[int]:
    words = (int.from_bytes(fingerprint[i : i + 2], "big") for i in range(0, len(fingerprint), 2))
    return [word - 2**16 if word >= INT16 else word for word in words]


def distance(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) for a, b in zip(to_values(one), to_values(other), strict=True))


def median(fingerprints: Sequence[bytes]) -> bytes:
    columns = zip(*map(to_values, fingerprints), strict=True)
    return to_bytes([sorted(column)[(len(column) - 1) // 2] for column in columns])


def exact(raw: bytes, shape: Sequence[int], element_type: int, seed: bytes, chain_id: str) -> bytes:
    sizes = b"".join(size.to_bytes(8, "big") for size in shape)
    head = frame("exact", chain_id) + seed + bytes([len(shape)]) + sizes + bytes([element_type])
    return hashlib.sha256(head + raw).digest()


def fingerprint_seed(chain_id: str, beacon: bytes, job: int, round_: int) -> bytes:
    fields = beacon + job.to_bytes(8, "big") + round_.to_bytes(8, "big")
    return hashlib.sha256(frame("fingerprint-seed", chain_id) + fields).digest()
