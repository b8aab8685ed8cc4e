"""Trains a network that reads drawn digits, and writes it in provable form.

Usage: python models/train/digits.py FOLDER [--record]

The digits are drawn here: polylines, moved, turned, sheared and bent at random, in pens of different width, with noise.
Convolutions that move by two take the place of pools: what a circuit costs is its activations, and comparisons most.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from train.export import Data, Description, arguments, export, to_onnx
from train.layers import Conv, Dense, Flatten, Layer, Relu, fit

__all__ = ["CALIBRATED", "DESCRIPTION", "draw", "inputs", "trained"]

SIDE = 28
DESCRIPTION = Description("digits", "image-classification", tuple("0123456789"))
SEED = 10
TRAINED, TESTED, CALIBRATED = 6_000, 2_000, 256

_RING = [(0.5 + 0.28 * np.sin(a), 0.5 - 0.4 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 13)]
_UPPER = [(0.5 + 0.2 * np.sin(a), 0.3 - 0.2 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 11)]
_LOWER = [(0.5 + 0.24 * np.sin(a), 0.7 - 0.2 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 11)]
STROKES: tuple[tuple[list[tuple[float, float]], ...], ...] = (
    (_RING,),
    ([(0.32, 0.28), (0.54, 0.1), (0.54, 0.9)],),
    ([(0.24, 0.3), (0.34, 0.13), (0.6, 0.1), (0.74, 0.25), (0.7, 0.42), (0.24, 0.9), (0.78, 0.9)],),
    ([(0.26, 0.18), (0.48, 0.1), (0.72, 0.2), (0.7, 0.38), (0.44, 0.48)],
     [(0.44, 0.48), (0.74, 0.58), (0.74, 0.8), (0.5, 0.9), (0.24, 0.82)]),
    ([(0.62, 0.1), (0.2, 0.64), (0.82, 0.64)], [(0.64, 0.4), (0.62, 0.92)]),
    ([(0.74, 0.1), (0.32, 0.1), (0.28, 0.46), (0.56, 0.42), (0.76, 0.6), (0.68, 0.84), (0.44, 0.92), (0.24, 0.84)],),
    ([(0.66, 0.1), (0.4, 0.34), (0.27, 0.68)], _LOWER),
    ([(0.22, 0.1), (0.78, 0.1), (0.44, 0.9)],),
    (_UPPER, _LOWER),
    (_UPPER, [(0.7, 0.3), (0.68, 0.6), (0.52, 0.9)]),
)  # fmt: skip
"""Each digit's lines, in the unit square, y downwards."""


def _segments(digit: int) -> npt.NDArray[np.float64]:
    """Return [S, 2, 2], each line's ends."""
    return np.array([pair for line in STROKES[digit] for pair in pairwise(line)])


def _one(digit: int, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    ends = _segments(digit) - 0.5
    ends = ends + random.normal(0, 0.012, ends.shape)
    ends = ends + 0.04 * np.sin(random.uniform(3, 7) * ends[..., ::-1] + random.uniform(0, 6, 2))  # bends
    turn, shear = random.normal(0, 0.14), random.normal(0, 0.12)
    size = random.uniform(0.72, 1.0, 2)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, shear], [0, 1]])
    ends = ((ends * size) @ matrix.T + random.normal(0, 0.035, 2) + 0.5) * SIDE
    start, along = ends[:, 0], ends[:, 1] - ends[:, 0]
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    points = np.stack([columns, rows], axis=-1).reshape(-1, 1, 2)
    share = ((points - start) * along).sum(axis=-1) / np.maximum((along**2).sum(axis=-1), 1e-9)
    nearest = start + np.clip(share, 0, 1)[..., None] * along
    distance = np.sqrt(((points - nearest) ** 2).sum(axis=-1)).min(axis=1).reshape(SIDE, SIDE)
    ink = np.clip(random.uniform(0.8, 1.9) + 0.5 - distance, 0, 1) * random.uniform(0.7, 1)
    ink = ink + random.normal(0, random.uniform(0, 0.12), ink.shape)
    return np.asarray(np.clip(np.rint(255 * ink), 0, 255), np.uint8)


def draw(count: int, random: np.random.Generator) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return uint8 [N, 28, 28], light on dark, and which digits they are."""
    labels = random.integers(0, len(STROKES), count)
    return np.stack([_one(int(digit), random) for digit in labels]), labels


def inputs(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return float32 [N, 1, 28, 28]: grey levels from 0 to 127, half of a picture's, over 128."""
    return ((pictures // 2)[:, None] / 128).astype(np.float32)


def trained() -> tuple[list[Layer], npt.NDArray[np.float32], npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Train, and return the layers with all inputs, pictures and labels; the first ``TRAINED`` were learnt from."""
    random = np.random.default_rng(SEED)
    pictures, labels = draw(TRAINED + TESTED, random)
    values = inputs(pictures)
    layers: list[Layer] = [
        Conv(1, 8, 5, 2, random), Relu(), Conv(8, 16, 5, 2, random), Relu(), Flatten(),
        Dense(16 * 7 * 7, 68, random), Relu(), Dense(68, 10, random),
    ]  # fmt: skip
    fit(layers, values[:TRAINED], labels[:TRAINED], random, epochs=3, batch=64, rate=0.003)
    return layers, values, pictures, labels


def main() -> None:
    """Train, and write the folder."""
    folder, record = arguments(__doc__)
    layers, values, pictures, labels = trained()
    export(
        folder,
        to_onnx(layers, (1, SIDE, SIDE)),
        DESCRIPTION,
        values[:CALIBRATED],
        Data(values[TRAINED:], labels[TRAINED:]),
        input_exponent=7,
        record=record,
    )
    for digit in range(len(STROKES)):
        found = TRAINED + int(np.flatnonzero(labels[TRAINED:] == digit)[0])
        Image.fromarray(pictures[found]).save(folder / f"{digit}.png")
        (folder / f"{digit}.int8").write_bytes((pictures[found] // 2).tobytes())


if __name__ == "__main__":
    main()
