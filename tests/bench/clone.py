"""F9 and F9b: from a fresh clone to the first settled job, with nothing cached; and the same demonstration again."""

import asyncio
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

__all__ = ["first_settled_cold", "seconds_warm"]

ROOT = Path(__file__).parents[2]
_SETTLED = re.compile(rb"settled: paid")
_REGISTRIES = ("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOFLAGS", "GOTOOLCHAIN")
_KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "TMPDIR", "PIP_", "UV_", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def _empty(home: Path) -> dict[str, str]:
    """Return an environment with an empty home, which still reaches the registries that this machine is set up for."""
    go = json.loads(subprocess.run(["go", "env", "-json", *_REGISTRIES], check=True, capture_output=True).stdout)
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(_KEPT)}
    return {**kept, **go, "HOME": str(home)}


async def _demo(folder: Path, env: Mapping[str, str]) -> tuple[float, float]:
    """Run the demonstration; return the seconds to the first settled job and to the end."""
    started, first = time.monotonic(), 0.0
    process = await asyncio.create_subprocess_exec(
        "make", "demo", cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    tail = b""
    async for line in process.stdout:
        tail = (tail + line)[-4_000:]
        if not first and _SETTLED.search(line):
            first = time.monotonic() - started
    if await process.wait() or not first:
        raise RuntimeError(tail.decode(errors="replace"))
    return first, time.monotonic() - started


def first_settled_cold() -> float:
    """Return the minutes from `git clone` to the first settled job, with an empty home and empty caches."""
    with tempfile.TemporaryDirectory(prefix="nesa-clone-") as scratch:
        home, clone = Path(scratch, "home"), Path(scratch, "nesa")
        home.mkdir()
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cloned = time.monotonic() - started
        first, _ = asyncio.run(_demo(clone, _empty(home)))
        # Go makes its module cache read-only.
        subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
        return (cloned + first) / 60


def seconds_warm() -> float:
    """Return the seconds that `make demo` takes when everything is built."""
    _, total = asyncio.run(_demo(ROOT, dict(os.environ)))
    return total
