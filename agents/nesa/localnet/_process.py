"""Processes of a network: started, logged, watched and ended as groups."""

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, STDOUT

import anyio
import anyio.abc

from nesa.errors import NesaError

__all__ = ["GUARD", "Command", "Service", "guarded", "run_command", "tail"]

GUARD = Path(__file__).with_name("_guard.py")
_GRACE = 10.0  # seconds between asking a process to end and making it


@dataclass(frozen=True, slots=True)
class Command:
    """What is needed to start a process of the network.

    Attributes:
        name: unique in the network; also the log's name.
        argv: program and arguments.
        env: variables beside this process's own.
        log: file to which output is appended.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)


def guarded(argv: tuple[str, ...]) -> list[str]:
    """Return the command that runs ``argv`` and ends with the calling process."""
    return [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), *argv]


def tail(log: Path, lines: int = 1) -> str:
    """Return the last ``lines`` lines of ``log`` that are not empty."""
    with suppress(OSError):
        text = log.read_bytes()[-65_536:].decode(errors="replace")
        return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])
    return ""


async def run_command(*argv: str, stdin: bytes = b"", timeout: float = 60) -> bytes:  # noqa: ASYNC109 - a convenience
    """Run a command to its end and return its standard output.

    Raises:
        NesaError: it failed or took longer than ``timeout`` seconds.
    """
    name = " ".join([Path(argv[0]).name, *argv[1:3]])
    try:
        with anyio.fail_after(timeout):
            done = await anyio.run_process(guarded(argv), input=stdin, check=False, start_new_session=True)
    except TimeoutError as error:
        raise NesaError(f"{name} took longer than {timeout:g} seconds") from error
    if done.returncode != 0:
        output = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise NesaError(f"{name} failed: {output[-1] if output else f'status {done.returncode}'}")
    return done.stdout


class Service:
    """One process of the network."""

    def __init__(self, command: Command, process: anyio.abc.Process) -> None:
        self.command = command
        self._process = process
        self.stopping = False

    @classmethod
    async def start(cls, command: Command) -> "Service":
        """Start ``command`` in a session of its own: Ctrl-C reaches the supervisor alone."""
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("ab") as log:
            process = await anyio.open_process(
                guarded(command.argv),
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                env={**os.environ, **command.env},
                start_new_session=True,
            )
        return cls(command, process)

    @property
    def pid(self) -> int:
        """The process's id, which is its group's as well."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Status with which it ended; None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for its end and return the status."""
        return await self._process.wait()

    async def stop(self) -> None:
        """End it: politely at first, and its whole group in any case."""
        self.stopping = True
        with anyio.CancelScope(shield=True):
            self._signal(signal.SIGTERM)
            with anyio.move_on_after(_GRACE):
                await self._process.wait()
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)
