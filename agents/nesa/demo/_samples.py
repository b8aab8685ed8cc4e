"""Input for the demonstration: a photograph, and files whose type is to be told."""

import io
import tarfile
import zipfile
from pathlib import Path

from nesa.engines import prepare_image
from nesa.errors import NesaError

__all__ = ["files", "photograph"]

_ROOT = Path(__file__).parents[3]
_INLINE = 16_000  # bytes, below the chain's limit for inputs in a transaction


def photograph(path: Path | None) -> bytes:
    """Return a photograph as it would be sent: small, and without what cameras note in it.

    Raises:
        NesaError: it is no JPEG or PNG that can be read.
    """
    source = path or _ROOT / "models" / "samples" / "chelsea.jpg"
    try:
        return prepare_image(source.read_bytes(), max_side=384, max_bytes=_INLINE)
    except (OSError, ValueError) as error:
        raise NesaError(f"{source} cannot be used as a photograph: {error}") from error


def files() -> dict[str, bytes]:
    """Return files by the names they would have; the names are not sent."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in ("a.txt", "b.txt"):
            zipped.writestr(zipfile.ZipInfo(name), f"{name}: some text\n" * 50)
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as tarred:
        entry = tarfile.TarInfo("notes.txt")
        entry.size = 12
        tarred.addfile(entry, io.BytesIO(b"some notes.\n"))
    return {
        "source.py": Path(__file__).read_bytes(),
        "photo.jpg": photograph(None),
        "page.html": b"<!doctype html>\n<html><head><title>Nesa</title></head>"
        b"<body><h1>Jobs</h1><p>A job is paid for, executed, checked and settled.</p></body></html>\n",
        "archive.zip": archive.getvalue(),
        "tape.tar": tape.getvalue(),
    }
