"""Files that commands write: looked at before anything is paid or fetched for them."""

import os
from pathlib import Path

import anyio
import click

from nesa.errors import NesaError

__all__ = ["OUTPUT_FILE", "write_file"]


class _OutputFile(click.Path):
    """A file that can be written, or made in a folder that is there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))  # type: ignore[arg-type]
        try:
            reason = self._reason(path)
        except OSError as error:  # such as a name that is too long
            reason = f"{path} cannot be written: {error.strerror}."
        if reason:
            self.fail(reason, param, ctx)
        return path

    @staticmethod
    def _reason(path: Path) -> str:
        """Say why a file cannot be written; empty when nothing stands against it."""
        folder = path.parent
        if not folder.exists():
            return f"the folder {folder} does not exist."
        if not folder.is_dir():
            return f"{folder} is not a folder."
        if not path.exists() and not os.access(folder, os.W_OK | os.X_OK):
            return f"the folder {folder} cannot be written."
        return ""


OUTPUT_FILE = _OutputFile()


async def write_file(path: Path, data: bytes, *, again: str) -> None:
    """Write what has been paid or fetched.

    Raises:
        NesaError: it cannot be written; the text names the command ``again``, which fetches it anew.
    """
    try:
        await anyio.Path(path).write_bytes(data)
    except OSError as error:
        raise NesaError(f"{path} cannot be written: {error.strerror}; {again} fetches it again") from error
