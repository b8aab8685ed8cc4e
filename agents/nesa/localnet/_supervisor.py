"""Start a network, look after its processes, and end it without a trace."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import httpx

from nesa._groups import single_error
from nesa._programs import find_program
from nesa.chain import ChainClient, Key, Network
from nesa.errors import NesaError
from nesa.localnet import _ready as ready
from nesa.localnet._accounts import FAUCET, PUBLISHER, MinerKeys, load_or_create, miner_keys, shared_key
from nesa.localnet._folder import claim, locked
from nesa.localnet._genesis import GenesisMiner, add_accounts, add_miners, fund_module, set_params
from nesa.localnet._models import ASKS, publish_models
from nesa.localnet._nodes import NodePorts, configure_nodes, node_command, prepare_nodes
from nesa.localnet._params import merged
from nesa.localnet._ports import free_ports
from nesa.localnet._process import Command, Service, tail
from nesa.localnet._services import faucet_command, miner_command, prepare_miner, relay_command
from nesa.localnet._state import ProcessRecord, State
from nesa.localnet._topology import NES, Home, Topology
from nesa.localnet._trust import add_trust

__all__ = ["Localnet", "Report", "running"]

Report = Callable[[str, str], None]
"""Called with a part of the network and what it is doing, or ``ready``."""

_PORT_NAMES = tuple(field.name for field in fields(NodePorts))
_CHAIN_SECONDS = 60.0
_SERVICE_SECONDS = 30.0
_RESTARTS = 5  # of one process, after the network was ready
_FAUCET_FUNDS = 10_000_000 * NES
_PUBLISHER_FUNDS = 100_000 * NES


@dataclass(frozen=True, slots=True)
class Localnet:
    """A network that is ready.

    Attributes:
        home: its folder.
        topology: its shape.
        network: where its services listen.
    """

    home: Home
    topology: Topology
    network: Network

    def key(self, name: str) -> Key:
        """Return the key of one of the network's own accounts: ``faucet`` or ``publisher``."""
        return shared_key(self.home, name)

    def miner(self, number: int) -> MinerKeys:
        """Return the keys of a miner."""
        return miner_keys(self.home, number)


class _Supervisor:
    """Owns the processes of one network."""

    def __init__(self, home: Home, topology: Topology, report: Report) -> None:
        self.home = home
        self.topology = topology
        self.report = report
        self.nesad = find_program("NESAD", "nesad", "build")
        self.nats = find_program("NATS_SERVER", "nats-server", "build/bin")
        self.services: dict[str, Service] = {}
        self.ready = False
        self.node_ports: list[NodePorts] = []
        self.relay_port = self.faucet_port = 0
        self.metrics_ports: list[int] = []
        self.served: dict[int, int] = {}

    # ------------------------------------------------------------ preparation

    def choose_ports(self) -> None:
        """Choose all ports at once, so that none is chosen twice."""
        width = len(_PORT_NAMES)
        nodes, miners = self.topology.validators, self.topology.miners
        ports = free_ports(nodes * width + miners + 2)
        self.node_ports = [NodePorts(*ports[i * width : (i + 1) * width]) for i in range(nodes)]
        self.relay_port, self.faucet_port, *self.metrics_ports = ports[nodes * width :]

    def network(self) -> Network:
        """Return the addresses of the services."""
        host = "127.0.0.1"
        return Network(
            chain_id=self.topology.chain_id,
            grpc=tuple(f"{host}:{ports.grpc}" for ports in self.node_ports),
            rpc=tuple(f"http://{host}:{ports.rpc}" for ports in self.node_ports),
            rest=f"http://{host}:{self.node_ports[0].rest}",
            json_rpc=f"http://{host}:{self.node_ports[0].json_rpc}",
            relay=f"nats://{host}:{self.relay_port}",
            faucet=f"http://{host}:{self.faucet_port}",
        )

    def edit_genesis(self, genesis: dict[str, Any]) -> None:
        """Complete the genesis file: accounts, staked miners, the levy pool, parameters."""
        topology = self.topology
        faucet, publisher = load_or_create(self.home.keys, FAUCET, PUBLISHER)
        balances = {faucet.address: _FAUCET_FUNDS, publisher.address: _PUBLISHER_FUNDS, **topology.accounts}
        miners = []
        for number in range(topology.miners):
            keys = miner_keys(self.home, number)
            balances |= dict.fromkeys(
                (keys.owner.address, keys.operator.address, keys.claim.address), topology.miner_funds
            )
            miners.append(
                GenesisMiner(
                    keys.owner.address,
                    keys.operator.address,
                    keys.claim.address,
                    self.home.miner(number).name,
                    topology.miner_stake,
                )
            )
        add_accounts(genesis, balances)
        add_miners(genesis, miners)
        fund_module(genesis, "job_levy", topology.levy_pool)
        set_params(genesis, merged(topology.params))
        add_trust(genesis, self.home.root, map(Path, topology.models.values()))

    async def prepare(self, *, fresh: bool) -> None:
        """Write everything that the processes read when they start."""
        self.choose_ports()
        if fresh:
            self.report("genesis", "keys, accounts and staked miners")
            shutil.rmtree(self.home.root / "nodes", ignore_errors=True)  # of a start that failed half-way
            await prepare_nodes(self.nesad, self.topology, self.home, self.edit_genesis)
            self.report("genesis", "ready")
        configure_nodes(self.topology, self.home, self.node_ports)
        self.home.network.write_text(self.network().to_json())

    # ------------------------------------------------------------ processes

    async def launch(self, command: Command, tasks: anyio.abc.TaskGroup) -> None:
        """Start a process and look after it."""
        self.services[command.name] = await Service.start(command)
        self.save()
        tasks.start_soon(self._look_after, command)

    async def _look_after(self, command: Command) -> None:
        """Start a process again when it ends by itself; before the network is ready that is a failure."""
        for attempt in range(_RESTARTS + 1):
            service = self.services[command.name]
            status = await service.wait()
            if service.stopping:
                return
            if not self.ready or attempt == _RESTARTS:
                break
            self.report(command.name, f"ended with status {status}; starting it again")
            await anyio.sleep(min(8.0, 0.5 * 2**attempt))
            self.services[command.name] = await Service.start(command)
            self.save()
        raise NesaError(f"{command.name} ended with status {status}: {tail(command.log) or 'it said nothing'}")

    async def start(self, tasks: anyio.abc.TaskGroup) -> None:
        """Start all processes, each as soon as what it needs is ready."""
        count = self.topology.validators
        for number in range(count):
            await self.launch(node_command(self.nesad, self.home, number), tasks)
        self.report("validators", f"{count} started")
        async with httpx.AsyncClient() as client:
            for number, ports in enumerate(self.node_ports):
                name = self.home.node(number).name
                await ready.until(name, partial(ready.node_makes_blocks, client, ports.rpc, 2), _CHAIN_SECONDS)
                await ready.until(name, partial(ready.json_rpc_answers, client, ports.json_rpc), _SERVICE_SECONDS)
            network = self.network()
            await ready.until("gRPC", partial(ready.chain_answers, network), _SERVICE_SECONDS)
            info = f"{network.rest}/cosmos/base/tendermint/v1beta1/node_info"
            await ready.until("REST", partial(ready.http_answers, client, info), _SERVICE_SECONDS)
            self.report("validators", "ready")
            await self._start_rest(tasks, client)
        self.ready = True
        self.save()

    async def _start_rest(self, tasks: anyio.abc.TaskGroup, client: httpx.AsyncClient) -> None:
        await self.launch(
            relay_command(self.nats, self.home, self.home.network, self.topology.chain_id, self.relay_port), tasks
        )
        await self.launch(faucet_command(self.home, self.home.network, self.faucet_port), tasks)
        await ready.until("relay", partial(ready.relay_answers, self.relay_port), _SERVICE_SECONDS)
        self.report("relay", "ready")
        await self._publish()
        for number in range(self.topology.miners):
            prepare_miner(self.home, number, self.network(), self.served, self.metrics_ports[number])
            await self.launch(miner_command(self.home, number), tasks)
        await ready.until("faucet", partial(ready.http_answers, client, self.network().faucet), _SERVICE_SECONDS)
        self.report("faucet", "ready")
        async with ChainClient(self.network()) as chain:
            for number in range(self.topology.miners):
                name = self.home.miner(number).name
                owner = miner_keys(self.home, number).owner.address
                url = f"http://127.0.0.1:{self.metrics_ports[number]}/metrics"
                await ready.until(name, partial(ready.miner_eligible, chain, owner, len(self.served)), _SERVICE_SECONDS)
                await ready.until(name, partial(ready.http_answers, client, url), _SERVICE_SECONDS)
                self.report("miners", f"{number + 1} of {self.topology.miners}")
        self.report("miners", "ready")

    async def _publish(self) -> None:
        """Publish the models before the miners start, which load then what they serve."""
        if not self.topology.models:
            return
        self.report("models", "publishing")
        models = {name: Path(folder) for name, folder in self.topology.models.items()}
        publisher = shared_key(self.home, PUBLISHER)
        async with ChainClient(self.network()) as chain:
            versions = await publish_models(chain, publisher, models)
        self.served = {version.id: ASKS[version.unit.name] for version in versions}
        self.report("models", "ready")

    async def stop(self) -> None:
        """End all processes: agents before the chain that they talk to."""
        self.ready = False
        with anyio.CancelScope(shield=True):
            agents = [service for name, service in self.services.items() if not name.startswith("validator-")]
            nodes = [service for name, service in self.services.items() if name.startswith("validator-")]
            for service in (*agents, *nodes):
                service.stopping = True
            for group in (agents, nodes):
                async with anyio.create_task_group() as tasks:
                    for service in group:
                        tasks.start_soon(service.stop)

    def save(self) -> None:
        """Write the state file."""
        ports = {"relay.nats": self.relay_port, "faucet.http": self.faucet_port}
        for number, node in enumerate(self.node_ports):
            for field in _PORT_NAMES:
                ports[f"{self.home.node(number).name}.{field}"] = getattr(node, field)
        for number, port in enumerate(self.metrics_ports):
            ports[f"{self.home.miner(number).name}.metrics"] = port
        services = tuple(
            ProcessRecord.of(name, service.pid, str(service.command.log)) for name, service in self.services.items()
        )
        State(
            topology=self.topology,
            supervisor=ProcessRecord.of("supervisor", os.getpid()),
            services=services,
            ready=self.ready,
            ports=tuple(ports.items()),
        ).save(self.home)


@asynccontextmanager
async def running(
    topology: Topology, root: Path, report: Report = lambda _part, _state: None
) -> AsyncIterator[Localnet]:
    """Run a network in the folder ``root`` while the block runs; a network that was there before goes on.

    The shape of an existing network is what it was made with, whatever ``topology`` says. When a process fails for
    good, the block is cancelled and the reason raised.

    Raises:
        NesaError: a program is missing, a process failed or was not ready in time, or the folder is in use.
    """
    home = Home.at(root)
    claim(home)
    with locked(home), single_error():
        fresh = not home.state.is_file()
        supervisor = _Supervisor(home, topology if fresh else State.load(home).topology, report)
        await supervisor.prepare(fresh=fresh)
        async with anyio.create_task_group() as tasks:
            try:
                await supervisor.start(tasks)
                yield Localnet(home, supervisor.topology, supervisor.network())
            finally:
                await supervisor.stop()
                supervisor.save()
