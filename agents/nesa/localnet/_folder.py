"""The folder of a network: marked as one before anything is written, and nothing else is ever deleted."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nesa.errors import NesaError
from nesa.localnet._state import State
from nesa.localnet._topology import Home

__all__ = ["claim", "is_marked", "locked", "remove"]

_MARK = "This folder belongs to a network of nesa localnet; nesa localnet reset deletes what that has written.\n"


def is_marked(home: Home) -> bool:
    """Tell whether a folder is a network's."""
    try:
        return home.marker.read_text() == _MARK
    except (OSError, ValueError):
        return False


def claim(home: Home) -> None:
    """Make a network's folder, and mark it as one.

    Raises:
        NesaError: the folder is something else's, or cannot be written.
    """
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        if is_marked(home):
            return
        if any(home.root.iterdir()) and not _is_older(home):
            raise NesaError(f"{home.root} is not empty and holds no network; name another folder with --home")
        home.marker.write_text(_MARK)
    except OSError as error:
        raise NesaError(f"{home.root} cannot be written: {error.strerror}") from error


def _is_older(home: Home) -> bool:
    """Tell whether a network was made here before folders were marked."""
    with suppress(NesaError):
        State.load(home)
        return True
    return False


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the folder's lock, which the system releases however this process ends.

    Raises:
        NesaError: a network runs in this folder.
    """
    with home.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NesaError(f"a network is running in {home.root} already; see nesa localnet status") from error
        yield


def remove(home: Home) -> list[str]:
    """Delete what a network has written, and the folder if nothing else is in it; return what else there is.

    Raises:
        NesaError: it cannot be deleted.
    """
    try:
        for path in home.written:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        left = sorted(path.name for path in home.root.iterdir())
        if not left:
            home.root.rmdir()
    except OSError as error:
        raise NesaError(f"{error.filename or home.root} cannot be deleted: {error.strerror}") from error
    return left
