"""What a proof is about: the first of its public values binds it to one delivery or decision, on one chain."""

import hashlib

from nesa.hashing import digest, u64
from nesa.provable._field import ELEMENT_BYTES, pack

__all__ = ["as_context", "decision_digest", "delivery_digest", "public_values"]

_ADDRESS, _DIGEST = 20, 32


def _sized(value: bytes, size: int, what: str) -> bytes:
    if len(value) != size:
        raise ValueError(f"{what} has {len(value)} bytes instead of {size}")
    return value


def delivery_digest(
    chain_id: str,
    *,
    job: int,
    version: int,
    miner: bytes,
    input_digest: bytes,
    options: bytes,
    seed: bytes,
    outcome: int,
    output_digest: bytes,
    units: int,
) -> bytes:
    """Return the 32-byte digest of the statement that a miner delivered an output for a job.

    Raises:
        ValueError: an address or digest has another size.
    """
    return digest(
        "delivery",
        chain_id,
        u64(job),
        u64(version),
        _sized(miner, _ADDRESS, "an address"),
        _sized(input_digest, _DIGEST, "a digest"),
        hashlib.sha256(options).digest(),
        _sized(seed, _DIGEST, "a seed"),
        u64(outcome),
        _sized(output_digest, _DIGEST, "a digest"),
        u64(units),
    )


def decision_digest(chain_id: str, *, version: int, account: bytes, label: bytes) -> bytes:
    """Return the 32-byte digest of a decision on private data; ``label`` is 32 bytes of the caller's choice.

    Raises:
        ValueError: the address or the label has another size.
    """
    return digest(
        "decision", chain_id, u64(version), _sized(account, _ADDRESS, "an address"), _sized(label, _DIGEST, "a label")
    )


def as_context(statement: bytes) -> int:
    """Return the field element that stands for a statement's digest: its low 248 bits."""
    return int.from_bytes(_sized(statement, _DIGEST, "a digest")[-ELEMENT_BYTES:], "big")


def public_values(context: int, source: bytes | int, output: bytes) -> tuple[int, ...]:
    """Return a proof's public values in their order.

    Args:
        context: of `as_context`.
        source: the input's payload where it is public, the commitment to it where it is private.
        output: the output's payload.
    """
    return (context, *((source,) if isinstance(source, int) else pack(source)), *pack(output))
