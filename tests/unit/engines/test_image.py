"""Images that strangers made: whatever a decoder raises about them is their fault, and never ends the process."""

import io
import random
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from nesa.engines._image import decode, prepare_image, read_png
from nesa.errors import EngineError, InvalidInputError
from nesa.models import ImageInput, Manifest


@pytest.fixture
def spec(style_manifest: Manifest) -> ImageInput:
    found = style_manifest.input
    assert isinstance(found, ImageInput)
    return replace(found, max_bytes=1 << 20)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(colour: int, *chunks: bytes, side: int = 64) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, 8, colour, 0, 0, 0)
    channels = {0: 1, 2: 3, 3: 1}[colour]
    rows = zlib.compress(b"".join(b"\0" + bytes(range(side)) * channels for _ in range(side)))
    body = (chunk(b"IHDR", head), *chunks, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def photograph(kind: str) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (64, 64, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def test_a_palette_image_without_palette_is_invalid(spec: ImageInput) -> None:
    """Pillow answers this file with an AssertionError."""
    with pytest.raises(InvalidInputError):
        decode(png(3, chunk(b"tRNS", b"\0" * 4)), spec)
    with pytest.raises(ValueError, match="not a JPEG or PNG"):
        prepare_image(png(3, chunk(b"tRNS", b"\0" * 4)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_damage_anywhere_is_an_invalid_input_or_another_picture(kind: str, spec: ImageInput) -> None:
    whole, chance, refused = photograph(kind), random.Random(11), 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            decode(bytes(data[: chance.randint(8, len(data))]), spec)
        except InvalidInputError:
            refused += 1
        read_png(bytes(data))
    assert refused > 100


def test_a_machine_without_memory_is_to_blame_itself(spec: ImageInput, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image, "open", full)
    with pytest.raises(EngineError):
        decode(photograph("PNG"), spec)
    with pytest.raises(EngineError):
        read_png(photograph("PNG"))
