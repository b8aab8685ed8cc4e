"""Run a command that ends when the process that asked for it ends, even if that one is killed outright.

Run as a script by its path, with nothing but the standard library, so that it starts in milliseconds:
``python -I -S _guard.py PARENT COMMAND…``. On Linux the kernel is asked for a signal at the parent's death and the
command replaces this process; elsewhere this process stays, and watches.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1
_INTERVAL = 0.5


def _bind_to_parent() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def _watch(parent: int, command: list[str]) -> int:
    with subprocess.Popen(command) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while child.poll() is None:
            if os.getppid() != parent:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            time.sleep(_INTERVAL)
        return child.returncode


def _become(command: list[str]) -> NoReturn:
    os.execvp(command[0], command)  # noqa: S606 - a list, no shell


def main(arguments: list[str]) -> int:
    """Become, or watch over, the command in ``arguments`` after the parent's process id."""
    parent, command = int(arguments[0]), arguments[1:]
    if not sys.platform.startswith("linux"):
        return _watch(parent, command)
    _bind_to_parent()
    if os.getppid() != parent:  # it ended before the kernel was asked
        return 1
    _become(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
