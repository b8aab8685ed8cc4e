"""Inputs to calibrate on: ordinary, noisy and extreme ones, each a function of its number alone."""

import io
import random
from collections.abc import Callable
from functools import cache
from importlib.metadata import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from nesa.engines import encode_options

__all__ = ["SAMPLES", "Sample", "file_sample", "image_sample", "photograph"]

SAMPLES = Path(__file__).parents[1] / "samples"
STYLES = 26
MAX_SIDE = 256
MIN_SIDE = 32

Sample = tuple[bytes, bytes]  # input, options
Pixels = npt.NDArray[np.uint8]


@cache
def photograph(name: str) -> Pixels:
    """Return one of the sample photographs, uint8 [height, width, 3]."""
    with Image.open(SAMPLES / name) as image:
        return np.asarray(image.convert("RGB"))


def _crop(rng: np.random.Generator, height: int, width: int) -> Pixels:
    source = photograph(("chelsea.jpg", "coffee.jpg")[rng.integers(2)])
    side = source[: max(height, MIN_SIDE), : max(width, MIN_SIDE)]
    top, left = rng.integers(source.shape[0] - side.shape[0] + 1), rng.integers(source.shape[1] - side.shape[1] + 1)
    return source[top : top + side.shape[0], left : left + side.shape[1]]


def _noise(rng: np.random.Generator, height: int, width: int) -> Pixels:
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def _flat(rng: np.random.Generator, height: int, width: int) -> Pixels:
    return np.full((height, width, 3), rng.choice([0, 1, 128, 254, 255]), np.uint8)


def _gradient(rng: np.random.Generator, height: int, width: int) -> Pixels:
    ramp = np.linspace(0, 255, width)[None, :, None] * rng.random(3) + np.linspace(0, 1, height)[:, None, None]
    return ramp.clip(0, 255).astype(np.uint8)


def _checks(rng: np.random.Generator, height: int, width: int) -> Pixels:
    period = int(rng.integers(1, 9))
    board = (np.arange(height)[:, None] // period + np.arange(width)[None] // period) % 2 * 255
    return np.repeat(board[..., None], 3, axis=2).astype(np.uint8)


def _speck(rng: np.random.Generator, height: int, width: int) -> Pixels:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[rng.integers(height), rng.integers(width)] = 255
    return pixels


IMAGES: tuple[Callable[[np.random.Generator, int, int], Pixels], ...] = (
    _crop,
    _crop,
    _crop,
    _noise,
    _gradient,
    _checks,
    _flat,
    _speck,
)


def image_sample(number: int) -> Sample:
    """Return an encoded image and the options of one style or a blend of two."""
    rng = np.random.default_rng([1, number])
    height, width = (int(side) for side in rng.integers(MIN_SIDE, MAX_SIDE + 1, 2))
    pixels = IMAGES[number % len(IMAGES)](rng, height, width)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG" if rng.random() < 1 / 3 else "PNG")
    one, other = (int(style) for style in rng.choice(STYLES, 2, replace=False))
    style = {str(one): 2, str(other): 1} if rng.random() < 1 / 4 else one
    return out.getvalue(), encode_options({"style": style})


@cache
def _corpus() -> tuple[Path, ...]:
    """Return files of packages that are locked, so that everybody has the same."""
    found = (file.locate() for name in ("numpy", "onnx", "pillow", "rich") for file in files(name) or ())
    return tuple(sorted((Path(str(path)) for path in found if Path(str(path)).is_file()), key=str))


def _real(rng: random.Random) -> bytes:
    while True:
        data = rng.choice(_corpus()).read_bytes()
        if len(data.strip()) > MIN_SIDE:
            return data[:65536]


def _middle(rng: random.Random) -> bytes:
    data = _real(rng)
    start = rng.randrange(len(data))
    return data[start : start + 4096] + b"-" * 8


def _short(rng: random.Random) -> bytes:
    return _real(rng).lstrip()[: rng.randint(8, 64)] + b"-" * 8


def _random(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randint(16, 8192))


def _repeated(rng: random.Random) -> bytes:
    return bytes([rng.choice([0, 255, 48, 123])]) * rng.randint(8, 4096)


FILES: tuple[Callable[[random.Random], bytes], ...] = (_real, _real, _middle, _short, _random, _repeated)


def file_sample(number: int) -> Sample:
    """Return some bytes and no options."""
    return FILES[number % len(FILES)](random.Random(number)), b""
