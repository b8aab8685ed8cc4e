"""Distance of a delivered picture from a verifier's own."""

import numpy as np
import numpy.typing as npt

from nesa.engines import read_png

__all__ = ["FAR", "TILE", "image_distance", "tile_distance"]

FAR = 2**32
TILE = 16

_MILLI = 1000
_CHANNELS = 3
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND"})
_HEADER = 8
_CHECKSUM = 4


def image_distance(own: bytes, delivered: bytes) -> int:
    """Return how far two PNG pictures differ where they differ most.

    Both are cut into tiles of 16×16 pixels, smaller at the right and bottom edges. A tile's distance is the mean
    absolute difference of its uint8 RGB values in thousandths of a level, rounded down; the result is the largest, so
    that a forgery of one corner is not averaged away. A delivery that is no plain RGB PNG of the same size (damaged,
    with transparency, colour profiles or anything else that changes how it is shown) is `FAR` away.
    """
    if not _is_plain(delivered):
        return FAR
    mine = read_png(own)
    theirs = None if mine is None else read_png(delivered, max_side=max(mine.shape))
    if mine is None or theirs is None or mine.shape != theirs.shape:
        return FAR
    return tile_distance(mine, theirs)


def tile_distance(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> int:
    """Return the largest tile's mean absolute difference of two uint8 [height, width, 3], in thousandths."""
    difference = np.abs(one.astype(np.int64) - other.astype(np.int64)).sum(axis=2)
    height, width = difference.shape
    rows, columns = np.arange(0, height, TILE), np.arange(0, width, TILE)
    sums = np.add.reduceat(np.add.reduceat(difference, rows, axis=0), columns, axis=1)
    counts = np.outer(np.diff(rows, append=height), np.diff(columns, append=width)) * _CHANNELS
    return int((_MILLI * sums // counts).max())


def _is_plain(png: bytes) -> bool:
    """Tell whether a PNG has nothing but header, pixels and end."""
    if not png.startswith(_SIGNATURE):
        return False
    at = len(_SIGNATURE)
    while at + _HEADER + _CHECKSUM <= len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        kind = png[at + 4 : at + 8]
        at += _HEADER + length + _CHECKSUM
        if kind not in _CHUNKS:
            return False
        if kind == b"IEND":
            return at == len(png)
    return False
