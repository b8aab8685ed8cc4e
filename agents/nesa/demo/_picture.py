"""Pictures on a terminal: two pixels to a character, by the upper half block."""

import io

from PIL import Image
from rich.text import Text

__all__ = ["thumbnail"]

_HALF_BLOCK = "▀"


def thumbnail(data: bytes, *, columns: int = 48) -> Text:
    """Return a PNG or JPEG as coloured characters, ``columns`` wide."""
    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
    rows = max(2, round(image.height * columns / image.width / 2) * 2)
    pixels = image.resize((columns, rows), Image.Resampling.BOX).load()
    text = Text()
    if pixels is None:
        return text
    for y in range(0, rows, 2):
        for x in range(columns):
            upper, lower = pixels[x, y], pixels[x, y + 1]
            text.append(_HALF_BLOCK, style=f"rgb{upper} on rgb{lower}".replace(" ", "").replace("onrgb", " on rgb"))
        text.append("\n")
    return text
