"""Bytes as elements of the field in which proofs compute, the scalars of the curve BN254."""

from collections.abc import Sequence

from nesa.errors import ProofError

__all__ = ["ELEMENT_BYTES", "MODULUS", "pack", "unpack"]

MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617
ELEMENT_BYTES = 31  # the most that always stay below the modulus


def pack(payload: bytes) -> tuple[int, ...]:
    """Return the elements of a payload: 31 bytes each, big-endian, the last filled with zero bytes on the right."""
    chunks = (payload[at : at + ELEMENT_BYTES] for at in range(0, len(payload), ELEMENT_BYTES))
    return tuple(int.from_bytes(chunk.ljust(ELEMENT_BYTES, b"\0"), "big") for chunk in chunks)


def unpack(elements: Sequence[int], size: int) -> bytes:
    """Return the payload of ``size`` bytes that `pack` made ``elements`` of.

    Raises:
        ProofError: no payload of that size has these elements.
    """
    if any(not 0 <= element < 2 ** (8 * ELEMENT_BYTES) for element in elements):
        raise ProofError("an element of a payload does not fit in 31 bytes")
    payload = b"".join(element.to_bytes(ELEMENT_BYTES, "big") for element in elements)
    if len(elements) != -(-size // ELEMENT_BYTES) or any(payload[size:]):
        raise ProofError(f"{len(elements)} elements are not those of a payload of {size} bytes")
    return payload[:size]
