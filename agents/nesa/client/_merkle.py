"""Merkle proofs of CometBFT (RFC 6962's tree) and existence proofs of ICS 23, verified with nothing but SHA-256.

Sources: CometBFT's ``crypto/merkle`` and the ICS 23 specification with its two proof specs, for IAVL trees and for
the tree of stores.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from nesa.client._errors import ReceiptError

__all__ = ["IAVL", "STORES", "ExistenceSpec", "existence_root", "inclusion_path", "inclusion_root", "merkle_root"]

_MAX_PATH = 128


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _leaf(data: bytes) -> bytes:
    return _sha256(b"\0" + data)


def _inner(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\1" + left + right)


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root, 32 bytes, of a tree over ``leaves``."""
    if not leaves:
        return _sha256(b"")
    if len(leaves) == 1:
        return _leaf(leaves[0])
    middle = _split(len(leaves))
    return _inner(merkle_root(leaves[:middle]), merkle_root(leaves[middle:]))


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes beside the way from leaf ``index`` to the root, lowest first."""
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion_path(leaves[:middle], index), merkle_root(leaves[middle:])]
    return [*inclusion_path(leaves[middle:], index - middle), merkle_root(leaves[:middle])]


def inclusion_root(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes:
    """Return the root of the tree in which ``leaf`` is number ``index`` of ``count`` leaves, with ``path`` beside it.

    Raises:
        ReceiptError: the path does not fit such a tree.
    """
    if not 0 <= index < count or len(path) > _MAX_PATH:
        raise ReceiptError("a Merkle proof has an impossible shape")
    if count == 1:
        if path:
            raise ReceiptError("a Merkle proof is too long")
        return _leaf(leaf)
    if not path:
        raise ReceiptError("a Merkle proof is too short")
    middle = _split(count)
    if index < middle:
        return _inner(inclusion_root(leaf, index, middle, path[:-1]), path[-1])
    return _inner(path[-1], inclusion_root(leaf, index - middle, count - middle, path[:-1]))


@dataclass(frozen=True, slots=True)
class ExistenceSpec:
    """What proofs of one kind of tree must look like, so that an inner node cannot pass for a leaf."""

    min_prefix: int
    max_prefix: int
    child: int
    versioned: bool


IAVL = ExistenceSpec(min_prefix=4, max_prefix=12, child=33, versioned=True)
STORES = ExistenceSpec(min_prefix=1, max_prefix=1, child=32, versioned=False)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:  # noqa: PLR2004 - bits of the largest varint
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint has its top bit clear
            return value, at
    raise ReceiptError("a proof cannot be decoded")


def _fields(data: bytes) -> list[tuple[int, int | bytes]]:
    """Return a protobuf message's fields; only varints and byte strings occur in ICS 23."""
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        value, at = _varint(data, at)
        if tag & 7 == 0:
            found.append((tag >> 3, value))
        elif tag & 7 == 2 and at + value <= len(data):  # noqa: PLR2004 - wire type of byte strings
            found.append((tag >> 3, data[at : at + value]))
            at += value
        else:
            raise ReceiptError("a proof cannot be decoded")
    return found


def _length_prefixed(data: bytes) -> bytes:
    size, out = len(data), bytearray()
    while size > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    return bytes(out) + data


def _bytes(message: Sequence[tuple[int, int | bytes]], number: int) -> bytes:
    for field, value in message:
        if field == number and isinstance(value, bytes):
            return value
    return b""


def _integer(message: Sequence[tuple[int, int | bytes]], number: int) -> int:
    for field, value in message:
        if field == number and isinstance(value, int):
            return value
    return 0


def existence_root(proof: bytes, key: bytes, value: bytes, spec: ExistenceSpec) -> bytes:
    """Return the root of the tree in which ``key`` has ``value``, by an ICS 23 commitment proof.

    Raises:
        ReceiptError: the proof is of something else, or not of this kind of tree.
    """
    existence = _fields(_bytes(_fields(proof), 1))
    leaf = _fields(_bytes(existence, 3))
    if _bytes(existence, 1) != key or _bytes(existence, 2) != value:
        raise ReceiptError("a proof is of another key or value")
    prefix = _bytes(leaf, 5)
    # SHA-256 of the prefix, the key as it is, and the value's SHA-256, both with their lengths.
    if [_integer(leaf, number) for number in (1, 2, 3, 4)] != [1, 0, 1, 1] or not _is_leaf(prefix, spec):
        raise ReceiptError("a proof's leaf is of another kind of tree")
    node = _sha256(prefix + _length_prefixed(key) + _length_prefixed(_sha256(value)))
    path = [_fields(item) for field, item in existence if field == 4 and isinstance(item, bytes)]  # noqa: PLR2004
    if len(path) > _MAX_PATH:
        raise ReceiptError("a proof is too long")
    for step in path:
        before, after = _bytes(step, 2), _bytes(step, 3)
        fits = spec.min_prefix <= len(before) <= spec.max_prefix + spec.child and len(after) % spec.child == 0
        if _integer(step, 1) != 1 or before[:1] == b"\0" or not fits:
            raise ReceiptError("a proof's inner node is of another kind of tree")
        node = _sha256(before + node + after)
    return node


def _is_leaf(prefix: bytes, spec: ExistenceSpec) -> bool:
    if not spec.versioned:
        return prefix == b"\0"
    height, at = _varint(prefix, 0)  # of the node, then its size and version, zigzag encoded
    size, at = _varint(prefix, at)
    _, at = _varint(prefix, at)
    return (height, size, at) == (0, 2, len(prefix))
