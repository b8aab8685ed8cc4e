"""Validators of a network: homes, keys, genesis and configuration, made with nesad's own commands."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from nesa.localnet._genesis import add_accounts, add_gentxs, add_vrf_keys, bech32_address
from nesa.localnet._process import Command, run_command
from nesa.localnet._toml import edit_toml
from nesa.localnet._topology import DENOM, NES, Home, Topology

__all__ = ["NodePorts", "configure_nodes", "node_command", "prepare_nodes"]

_SELF_DELEGATION = 10_000 * NES
_VALIDATOR_FUNDS = 20_000 * NES


@dataclass(frozen=True, slots=True)
class NodePorts:
    """Ports of a node, all on 127.0.0.1."""

    p2p: int
    rpc: int
    grpc: int
    rest: int
    json_rpc: int
    json_rpc_ws: int
    geth_metrics: int


@dataclass(frozen=True, slots=True)
class _Validator:
    """A validator's account, its consensus address, and its VRF key."""

    account: str
    consensus: str
    vrf_key: bytes


async def _prepare_node(nesad: str, topology: Topology, home: Path, moniker: str) -> _Validator:
    """Create a node's home and its validator's keys."""
    await run_command(nesad, "init", moniker, "--chain-id", topology.chain_id, "--home", str(home))
    key = await run_command(
        nesad, "keys", "add", "validator", "--keyring-backend", "test", "--home", str(home), "--output", "json"
    )
    vrf_key = await run_command(nesad, "beacon", "keygen", "--home", str(home))
    return _Validator(
        account=str(json.loads(key)["address"]),
        consensus=bech32_address(bytes.fromhex(_read(home, "priv_validator_key.json")["address"]), "nesavalcons"),
        vrf_key=bytes.fromhex(vrf_key.decode().strip()),
    )


def _read(home: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "config" / name).read_text())
    return found


def _node_id(home: Path) -> str:
    """Return the name that peers know a node by: the address of its key, whose second half is the public one."""
    private = base64.b64decode(_read(home, "node_key.json")["priv_key"]["value"])
    return hashlib.sha256(private[32:]).hexdigest()[:40]


async def _gentx(nesad: str, topology: Topology, home: Path, moniker: str) -> dict[str, Any]:
    document = home / "gentx.json"
    await run_command(
        nesad, "genesis", "gentx", "validator", f"{_SELF_DELEGATION}{DENOM}", "--chain-id", topology.chain_id,
        "--moniker", moniker, "--keyring-backend", "test", "--home", str(home), "--output-document", str(document),
    )  # fmt: skip
    gentx: dict[str, Any] = json.loads(document.read_text())
    document.unlink()
    return gentx


def _configure(home: Path, topology: Topology, ports: NodePorts, peers: list[str]) -> None:
    here = "127.0.0.1"
    commit = max(1, round(topology.block_seconds * 800))  # the votes and the proposal take the rest
    edit_toml(
        home / "config" / "config.toml",
        {
            "rpc.laddr": f"tcp://{here}:{ports.rpc}",
            "rpc.pprof_laddr": "",
            "p2p.laddr": f"tcp://{here}:{ports.p2p}",
            "p2p.persistent_peers": ",".join(peers),
            "p2p.addr_book_strict": False,
            "p2p.allow_duplicate_ip": True,
            "p2p.pex": False,
            "consensus.timeout_commit": f"{commit}ms",
        },
    )
    edit_toml(
        home / "config" / "app.toml",
        {
            "pruning": "nothing",  # receipts prove past state
            "api.address": f"tcp://{here}:{ports.rest}",
            "grpc.address": f"{here}:{ports.grpc}",
            "json-rpc.address": f"{here}:{ports.json_rpc}",
            "json-rpc.ws-address": f"{here}:{ports.json_rpc_ws}",
            "evm.geth-metrics-address": f"{here}:{ports.geth_metrics}",
        },
    )


def _write(path: Path, genesis: dict[str, Any]) -> None:
    path.write_text(json.dumps(genesis, indent=1))


async def prepare_nodes(nesad: str, topology: Topology, home: Home, edit: Callable[[dict[str, Any]], None]) -> None:
    """Make the homes of all validators around one genesis file, which ``edit`` completes.

    Raises:
        NesaError: a command of nesad failed.
    """
    homes = [home.node(number) for number in range(topology.validators)]
    validators: dict[int, _Validator] = {}
    gentxs: dict[int, dict[str, Any]] = {}

    async def prepare(number: int) -> None:
        validators[number] = await _prepare_node(nesad, topology, homes[number], homes[number].name)

    async def sign(number: int) -> None:
        gentxs[number] = await _gentx(nesad, topology, homes[number], homes[number].name)

    async with anyio.create_task_group() as tasks:
        for number in range(topology.validators):
            tasks.start_soon(prepare, number)
    files = [folder / "config" / "genesis.json" for folder in homes]
    ordered = [validators[number] for number in sorted(validators)]
    genesis: dict[str, Any] = json.loads(files[0].read_text())
    add_accounts(genesis, {validator.account: _VALIDATOR_FUNDS for validator in ordered})
    add_vrf_keys(genesis, {validator.consensus: validator.vrf_key for validator in ordered})
    edit(genesis)
    for file in files:
        _write(file, genesis)
    async with anyio.create_task_group() as tasks:
        for number in range(topology.validators):
            tasks.start_soon(sign, number)
    add_gentxs(genesis, [gentxs[number] for number in sorted(gentxs)])
    for file in files:
        _write(file, genesis)


def configure_nodes(topology: Topology, home: Home, ports: list[NodePorts]) -> None:
    """Write ports, peers and the time between blocks into the configuration of all validators."""
    homes = [home.node(number) for number in range(topology.validators)]
    ids = [_node_id(folder) for folder in homes]
    for number, folder in enumerate(homes):
        peers = [f"{ids[i]}@127.0.0.1:{ports[i].p2p}" for i in range(len(homes)) if i != number]
        _configure(folder, topology, ports[number], peers)


def node_command(nesad: str, home: Home, number: int) -> Command:
    """Return the command that runs a validator."""
    folder = home.node(number)
    return Command(
        name=folder.name,
        argv=(nesad, "start", "--home", str(folder), "--log_no_color", "--log_level", "info"),
        log=home.log(folder.name),
    )
