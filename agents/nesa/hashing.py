"""Domain-separated hashing, equal to the chain's to the byte.

Every hash of the protocol is SHA-256 over a frame and fixed-width fields. The frame names the purpose and the chain,
each prefixed by its length, so that no value made for one purpose or network means anything for another.
"""

import hashlib

__all__ = ["digest", "frame", "u8", "u32", "u64"]

_MAX_LENGTH = 255


def u8(value: int) -> bytes:
    """Return ``value`` as one byte."""
    return value.to_bytes(1, "big")


def u32(value: int) -> bytes:
    """Return ``value`` as four big-endian bytes."""
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    """Return ``value`` as eight big-endian bytes."""
    return value.to_bytes(8, "big")


def frame(name: str, chain_id: str) -> bytes:
    """Return the frame that precedes a hash's fields: ``u8 len ‖ "nesa/NAME/v1" ‖ u8 len ‖ chain id``.

    Raises:
        ValueError: the tag or the chain id is longer than 255 bytes.
    """
    parts = (f"nesa/{name}/v1".encode(), chain_id.encode())
    if any(len(part) > _MAX_LENGTH for part in parts):
        raise ValueError("a hash's tag and chain id have at most 255 bytes each")
    return b"".join(u8(len(part)) + part for part in parts)


def digest(name: str, chain_id: str, *fields: bytes) -> bytes:
    """Return the 32-byte SHA-256 of the frame and ``fields``, which have fixed widths or carry their own lengths."""
    return hashlib.sha256(frame(name, chain_id) + b"".join(fields)).digest()
