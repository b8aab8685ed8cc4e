"""Look at, end and remove a network from outside its supervisor."""

import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anyio
import psutil

from nesa.errors import NesaError
from nesa.localnet._folder import claim, is_marked, locked, remove
from nesa.localnet._process import run_command, tail
from nesa.localnet._services import nesa
from nesa.localnet._state import ProcessRecord, State
from nesa.localnet._topology import Home, Topology
from nesa.untrusted import parse_json

__all__ = ["detach", "follow_log", "inspect", "reset_home", "shut_down"]

_GRACE = 30.0
_START = 180.0
_INTERVAL = 0.1


def _endpoints(home: Home) -> dict[str, Any]:
    try:
        found = parse_json(home.network.read_bytes()) if home.network.is_file() else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NesaError(f"{home.network} is damaged; start the network again with nesa localnet up")
    return found


def inspect(home: Home, state: State) -> dict[str, Any]:
    """Return what runs and where it listens, as JSON can say it.

    Raises:
        NesaError: the file with the addresses is damaged.
    """
    endpoints = _endpoints(home)
    verdict = "not running"
    if state.running:
        verdict = "ready" if state.ready else "starting"
    return {
        "chain_id": state.topology.chain_id,
        "state": verdict,
        "home": str(home.root),
        "endpoints": {
            name: endpoints[name]
            for name in ("grpc", "rpc", "rest", "json_rpc", "relay", "faucet")
            if name in endpoints
        },
        "processes": [
            {
                "name": process.name,
                "state": "running" if process.find() else "ended",
                "pid": process.pid,
                "log": process.log,
            }
            for process in (state.supervisor, *state.services)
        ],
    }


async def detach(root: Path, topology: Topology) -> None:
    """Start a network that goes on without this process, and wait until it is ready.

    Raises:
        NesaError: it could not be started; the reason is the supervisor's.
    """
    home = Home.at(root)
    if home.state.is_file() and State.load(home).running:
        raise NesaError(f"a network is running in {home.root} already; see nesa localnet status")
    claim(home)
    log = home.log("supervisor")
    log.parent.mkdir(parents=True, exist_ok=True)
    home.plan.write_text(json.dumps(asdict(topology), indent=2))
    command = nesa("localnet", "up", "--home", str(home.root), "--json", "--plan", str(home.plan))
    # A shell starts it in the background and ends, so that it is nobody's child.
    script = '"$@" >"$0" 2>&1 </dev/null & echo $!'
    pid = int(await run_command("/bin/sh", "-c", script, str(log), *command))
    supervisor = ProcessRecord.of("supervisor", pid)
    with anyio.move_on_after(_START):
        while supervisor.find():
            if home.state.is_file() and (state := State.load(home)).ready and state.supervisor.pid == pid:
                return
            await anyio.sleep(_INTERVAL)
        raise NesaError(_reason(log))
    if process := supervisor.find():
        await _end(process, signal.SIGTERM)
    raise NesaError(f"the network was not ready after {_START:g} seconds; see {log}")


def _reason(log: Path) -> str:
    try:
        return str(json.loads(tail(log))["error"])
    except (ValueError, KeyError):
        return f"the supervisor ended; see {log}"


async def _end(process: psutil.Process, number: signal.Signals) -> bool:
    """Signal a process and wait for its end; False when it did not end in time."""
    try:
        process.send_signal(number)
        with anyio.move_on_after(_GRACE):
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - no event to wait for
                await anyio.sleep(_INTERVAL)
            return True
    except psutil.NoSuchProcess:
        return True
    return False


async def shut_down(home: Home) -> bool:
    """End a network and tell whether it ran.

    Raises:
        NesaError: there is no network in this folder.
    """
    state = State.load(home)
    supervisor = state.supervisor.find()
    if supervisor is not None and supervisor.pid != os.getpid() and not await _end(supervisor, signal.SIGTERM):
        await _end(supervisor, signal.SIGKILL)
    leftover = [process for record in state.services if (process := record.find())]
    for process in leftover:  # only where the system cannot end them with their supervisor
        await _end(process, signal.SIGKILL)
    return supervisor is not None or bool(leftover)


async def reset_home(home: Home) -> list[str]:
    """End a network and delete what it has written; return what else is in its folder, which stays.

    Raises:
        NesaError: the folder is something else's, or the network cannot be ended or deleted.
    """
    if not is_marked(home):
        older = "; start an older one once with nesa localnet up" if home.state.is_file() else ""
        raise NesaError(f"there is no network in {home.root} by its mark {home.marker.name}{older}")
    with suppress(NesaError):  # a start that failed has left no state, or it is damaged; the lock tells what runs
        await shut_down(home)
    with locked(home):
        return remove(home)


async def follow_log(log: Path) -> AsyncIterator[str]:
    """Yield what is appended to a log, for ever."""
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        while True:
            if chunk := file.read():
                yield chunk.decode(errors="replace")
            else:
                await anyio.sleep(_INTERVAL)
