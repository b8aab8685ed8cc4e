"""Nodes as real processes that a test can kill, stop, restart and reconfigure one by one.

`nesa.localnet` makes their homes and genesis file; its supervisor, which restarts what ends, is left out on purpose.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import httpx

from nesa._programs import find_program
from nesa.chain import Account, ChainClient, Network, TxResult
from nesa.localnet import Home, Topology
from nesa.localnet._genesis import add_accounts, add_miners, fund_module, set_params
from nesa.localnet._nodes import NodePorts, configure_nodes, prepare_nodes
from nesa.localnet._params import merged
from nesa.localnet._ports import free_ports
from nesa.localnet._process import guarded, tail
from nesa.localnet._toml import edit_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from google.protobuf.message import Message

    from nesa.chain import Key
    from nesa.localnet._genesis import GenesisMiner

T = TypeVar("T")
Settings = dict[str, str | int | bool]

CHAIN_ID = "nesa-e2e-1"
HOST = "127.0.0.1"


def eventually(probe: Callable[[], T], seconds: float, what: str) -> T:
    """Call ``probe`` until its answer is true and return that; a node that does not answer counts as false."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            last = answer = probe()
            if answer:
                return answer
        except (httpx.HTTPError, RpcError, OSError) as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} s; last answer {last!r}")


class RpcError(Exception):
    """A node answered with an error of CometBFT's."""


@dataclass
class Node:
    """One node: its home, where it listens, and its process while it runs."""

    home: Path
    ports: NodePorts
    log: Path
    program: str
    host: str = HOST
    process: subprocess.Popen[bytes] | None = None
    http: httpx.Client = field(default_factory=partial(httpx.Client, timeout=10))

    def configure(self, *, config: Settings | None = None, app: Settings | None = None) -> None:
        """Change config.toml and app.toml."""
        edit_toml(self.home / "config" / "config.toml", config or {})
        edit_toml(self.home / "config" / "app.toml", app or {})

    # ------------------------------------------------------------ process

    def start(self, env: Mapping[str, str] | None = None, prefix: Sequence[str] = ()) -> None:
        """Start the process; ``prefix`` is a command that runs it."""
        assert self.process is None
        command = guarded((*prefix, self.program, "start", "--home", str(self.home), "--log_no_color"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}
            )

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        """Signal the process, wait for its end and return the status."""
        assert self.process is not None
        process, self.process = self.process, None
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self, lines: int = 20) -> str:
        """Return the end of its log."""
        return tail(self.log, lines)

    # ------------------------------------------------------------ questions

    def rpc(self, method: str, **params: object) -> Any:
        """Call CometBFT's RPC."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self.http.post(f"http://{self.host}:{self.ports.rpc}", json=request).json()
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def rest(self, path: str, height: int = 0) -> Any:
        """Ask the REST gateway, at a height when one is given."""
        headers = {"x-cosmos-block-height": str(height)} if height else {}
        answer = self.http.get(f"http://{self.host}:{self.ports.rest}{path}", headers=headers)
        answer.raise_for_status()
        return answer.json()

    def cli(self, *arguments: str) -> str:
        """Run a command of nesad on this node's home and return its output.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        command = [self.program, *arguments, "--home", str(self.home)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    def query(self, *arguments: str) -> Any:
        """Run ``nesad query``."""
        node = f"tcp://{self.host}:{self.ports.rpc}"
        return json.loads(self.cli("query", *arguments, "--node", node, "--output", "json"))

    def status(self) -> Any:
        return self.rpc("status")["sync_info"]

    def height(self) -> int:
        """Return the height of the state; the last block may be one further."""
        return int(self.rpc("abci_info")["response"].get("last_block_height", 0))

    def reach(self, height: int, seconds: float = 30) -> int:
        """Wait until the node has this height."""
        try:
            eventually(lambda: self.height() >= height, seconds, f"{self.home.name} reaches height {height}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said()}") from None
        return self.height()

    def more(self, blocks: int, seconds: float = 30) -> int:
        """Wait for so many further blocks."""
        return self.reach(self.height() + blocks, seconds)

    def app_hash(self, height: int) -> str:
        """Return the hash of the state that this node itself computed for a block."""
        return str(self.rpc("block_results", height=str(height))["app_hash"])

    def balance(self, address: str, height: int = 0) -> int:
        answer = self.rest(f"/cosmos/bank/v1beta1/balances/{address}/by_denom?denom=anes", height)
        return int(answer["balance"]["amount"])

    def seed(self, height: int) -> Any:
        return self.rest(f"/nesa/beacon/v1/seeds/{height}")["seed"]

    # ------------------------------------------------------------ transactions

    @property
    def network(self) -> Network:
        return Network(
            CHAIN_ID, (f"{self.host}:{self.ports.grpc}",), (f"http://{self.host}:{self.ports.rpc}",),
            json_rpc=f"http://{self.host}:{self.ports.json_rpc}",
        )  # fmt: skip

    def send(self, key: Key, *messages: Message) -> TxResult:
        """Sign messages, send them and wait for their block."""

        async def run() -> TxResult:
            async with ChainClient(self.network) as chain:
                return await Account(chain, key).send(*messages)

        return anyio.run(run)

    def broadcast(self, raw: bytes) -> Any:
        """Offer bytes to the mempool and return the verdict."""
        return self.rpc("broadcast_tx_sync", tx=base64.b64encode(raw).decode())


@dataclass
class Net:
    """Nodes around one genesis file."""

    home: Home
    topology: Topology
    program: str
    nodes: list[Node] = field(default_factory=list)

    @classmethod
    def create(
        cls,
        root: Path,
        *,
        validators: int = 1,
        block_seconds: float = 0.3,
        accounts: Mapping[str, int] | None = None,
        miners: Sequence[GenesisMiner] = (),
        params: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Net:
        """Make homes, keys and the genesis file; nothing runs yet."""
        topology = Topology(validators=validators, miners=0, chain_id=CHAIN_ID, block_seconds=block_seconds)
        net = cls(Home.at(root), topology, find_program("NESAD", "nesad", "build"))

        def edit(genesis: dict[str, Any]) -> None:
            add_accounts(genesis, accounts or {})
            add_miners(genesis, miners)
            fund_module(genesis, "job_levy", topology.levy_pool)
            set_params(genesis, merged(params or {}))

        anyio.run(partial(prepare_nodes, net.program, topology, net.home, edit))
        for _ in range(validators):
            net._add()
        net.connect()
        return net

    @classmethod
    def adopt(cls, root: Path) -> Net:
        """Run one node from a home that was made by hand, as the first validator's below ``root``."""
        net = cls(Home.at(root), Topology(miners=0, block_seconds=0.3), find_program("NESAD", "nesad", "build"))
        net._add()
        net.connect()
        return net

    def _add(self) -> Node:
        folder = self.home.node(len(self.nodes))
        log = self.home.log(folder.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        node = Node(folder, NodePorts(*free_ports(7)), log, self.program)
        self.nodes.append(node)
        return node

    def connect(self) -> None:
        """Write ports and peers of all nodes."""
        topology = replace(self.topology, validators=len(self.nodes))
        configure_nodes(topology, self.home, [node.ports for node in self.nodes])

    def join(self) -> Node:
        """Make one more node, which is no validator and knows the genesis file alone."""
        node = self._add()
        node.cli("init", node.home.name, "--chain-id", CHAIN_ID)
        shutil.copy(self.nodes[0].home / "config" / "genesis.json", node.home / "config" / "genesis.json")
        self.connect()
        return node

    def start(self, seconds: float = 60) -> None:
        """Start all nodes and wait for a few blocks."""
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.reach(3, seconds)

    def stop(self) -> None:
        """End what still runs."""
        for node in self.nodes:
            if node.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    node.end()
            node.http.close()
