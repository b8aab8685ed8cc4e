"""Files that only their owner may read, and that are whole or not there."""

import os
import secrets
from pathlib import Path

__all__ = ["write_private"]


def write_private(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file, all or nothing, for its owner alone; it is on disk on return.

    Args:
        path: where.
        content: of the file.
        replace: whether one that is there may be replaced.

    Raises:
        FileExistsError: there is one, and it may not.
        OSError: it cannot be written; what was there stays.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
