"""What a process used: runs a command from a small process, whose own size would else count as the command's."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Spent", "spend"]


@dataclass(frozen=True)
class Spent:
    """What a process used.

    Attributes:
        seconds: from its start to its end.
        processor: seconds of all cores.
        memory: bytes, at most.
    """

    seconds: float
    processor: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s ({self.processor:.2f} s of processor, {self.memory / 2**20:.0f} MiB)"


def spend(command: list[str]) -> Spent:
    """Run a command, which must succeed."""
    with tempfile.NamedTemporaryFile() as found:
        launcher = [sys.executable, "-I", "-S", __file__, found.name, *command]
        done = subprocess.run(launcher, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace")[-4_000:]
            raise RuntimeError(f"{' '.join(command)} failed:\n{said}")
        return Spent(**json.loads(Path(found.name).read_bytes()))


def _launch(result: str, *command: str) -> int:
    started = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - started
    found = {"seconds": seconds, "processor": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}
    Path(result).write_text(json.dumps(found))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(_launch(*sys.argv[1:]))
