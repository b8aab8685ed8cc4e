"""The file that says what runs where: written by the supervisor, read by everybody else."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from nesa.errors import NesaError
from nesa.localnet._topology import Home, Topology
from nesa.untrusted import parse_json

__all__ = ["ProcessRecord", "State"]

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process, named so that another one that gets the same id later is not taken for it."""

    name: str
    pid: int
    created: float
    log: str = ""

    @classmethod
    def of(cls, name: str, pid: int, log: str = "") -> "ProcessRecord":
        """Return the record of a process that runs now."""
        created = 0.0
        with suppress(psutil.NoSuchProcess):
            created = psutil.Process(pid).create_time()
        return cls(name, pid, created, log)

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "ProcessRecord":
        """Return the record that the state file holds.

        Raises:
            TypeError: it is none.
        """
        record = cls(**content)
        if not (isinstance(record.pid, int) and record.pid > 0 and isinstance(record.created, float | int)):
            raise TypeError("it is no process's record")
        return record

    def find(self) -> psutil.Process | None:
        """Return the process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            alive = abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if alive else None


@dataclass(frozen=True, slots=True)
class State:
    """A network on this machine.

    Attributes:
        topology: shape it was made with.
        supervisor: process that looks after all others.
        services: those others.
        ready: whether it was ready for use when this was written.
        ports: ports on 127.0.0.1 by ``process.purpose``.
    """

    topology: Topology
    supervisor: ProcessRecord
    services: tuple[ProcessRecord, ...] = ()
    ready: bool = False
    ports: tuple[tuple[str, int], ...] = ()

    @property
    def running(self) -> bool:
        """Whether the supervisor runs."""
        return self.supervisor.find() is not None

    def to_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {
            "format": _FORMAT,
            "ready": self.ready and self.running,
            "supervisor": asdict(self.supervisor),
            "topology": asdict(self.topology),
            "ports": dict(self.ports),
            "services": [asdict(service) for service in self.services],
        }

    def save(self, home: Home) -> None:
        """Write the file at once or not at all."""
        draft = home.state.with_suffix(".new")
        draft.write_text(json.dumps(self.to_json(), indent=2) + "\n")
        draft.replace(home.state)

    @classmethod
    def load(cls, home: Home) -> "State":
        """Read the file.

        Raises:
            NesaError: there is no network in this folder, or the file is damaged.
        """
        try:
            content = parse_json(home.state.read_bytes())
            if not isinstance(content, dict):
                raise TypeError("it is no JSON object")  # noqa: TRY301 - told below
            if content["format"] != _FORMAT:
                raise NesaError(f"{home.state} was written by another version; run nesa localnet reset")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NesaError(f"there is no network in {home.root}; start one with nesa localnet up") from error
        except OSError as error:
            raise NesaError(f"{home.state} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise NesaError(f"{home.state} is damaged; run nesa localnet reset") from error
        try:
            return cls(
                topology=Topology(**content["topology"]),
                supervisor=ProcessRecord.read(content["supervisor"]),
                services=tuple(map(ProcessRecord.read, content["services"])),
                ready=bool(content["ready"]),
                ports=tuple((str(name), int(port)) for name, port in content["ports"].items()),
            )
        except (AttributeError, ValueError, KeyError, TypeError, NesaError) as error:
            raise NesaError(f"{home.state} is damaged; run nesa localnet reset") from error
