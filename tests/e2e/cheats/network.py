"""A network whose miners are processes of the tests' own: any stake, any settings, honest or not, killed at will."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from nesa.chain import Account, ChainClient, ChainEvent, Key, Keystore, KeyType, Network, messages
from nesa.engines import EngineConfig
from nesa.localnet import PASSWORD
from nesa.localnet._process import guarded
from nesa.miner import init_home

__all__ = ["ASK", "NES", "TOKEN", "Watch", "Worker", "enlist", "working"]

NES = 10**18
ASK = NES // 10
TOKEN = ASK // 100
ROOT = Path(__file__).parents[3]
_QUEUE = 128  # runs; a cheat is asked for everything at once
_READY = 240.0  # on a machine that does other things as well


@dataclass(slots=True)
class Worker:
    """A miner: its keys, its folder, how it runs models, how it cheats, and its process.

    Attributes:
        cheat: of ``processes.py``.
        program: that runs it instead of the agent, given its folder; other arguments follow that.
    """

    name: str
    home: Path
    stake: int
    engine: EngineConfig = field(default_factory=lambda: EngineConfig(threads=1))
    cheat: str = ""
    program: tuple[str, ...] = ()
    owner: Key = field(default_factory=lambda: Key.generate(KeyType.COSMOS))
    operator: Key = field(default_factory=lambda: Key.generate(KeyType.COSMOS))
    claim: Key = field(default_factory=lambda: Key.generate(KeyType.COSMOS))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def funds(self) -> dict[str, int]:
        """What its accounts need in genesis."""
        return {self.owner.address: self.stake + NES, self.operator.address: 100 * NES, self.claim.address: 100 * NES}

    @property
    def log(self) -> Path:
        return self.home.with_suffix(".log")

    def prepare(self, network: Network, store: Path, asks: Mapping[int, int]) -> None:
        """Write its folder; ``asks`` are in anes per unit, by version."""
        keys = Keystore(self.home / "keys", scrypt_n=1 << 10)
        keys.add("operator", self.operator, PASSWORD)
        keys.add("claim", self.claim, PASSWORD)
        init_home(
            self.home,
            network,
            owner=self.owner.address,
            serve=asks,
            engine=self.engine,
            password=PASSWORD,
            metrics_port=0,
            workers=1,
            queue=_QUEUE,
            allow_private=True,
            store=store,
        )

    @property
    def command(self) -> tuple[str, ...]:
        """What runs it."""
        if self.program:
            return (sys.executable, *self.program)
        if self.cheat:
            return (sys.executable, str(Path(__file__).with_name("processes.py")), self.cheat, str(self.home))
        return (sys.executable, "-m", "nesa.cli", "miner", "run", "--home", str(self.home))

    def start(self) -> None:
        """Start its process, which ends with this one."""
        path = os.pathsep.join(str(ROOT / folder) for folder in ("agents", "models", "tests"))
        env = {**os.environ, "NESA_PASSWORD": PASSWORD, "PYTHONPATH": path}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(guarded(self.command), stdout=log, stderr=log, env=env)

    def kill(self) -> None:
        """End its process without a chance to say anything."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


async def enlist(chain: ChainClient, workers: Sequence[Worker]) -> None:
    """Register and stake miners."""
    async with anyio.create_task_group() as tasks:
        for worker in workers:
            message = messages.register_miner(
                worker.owner.address,
                operator=worker.operator.address,
                claim_key=worker.claim.address,
                stake=worker.stake,
                moniker=worker.name,
            )
            tasks.start_soon(Account(chain, worker.owner).send, message)


async def working(chain: ChainClient, workers: Sequence[Worker], versions: Sequence[int]) -> None:
    """Wait until miners have slots and serve these versions; say what one that ended has said."""
    with anyio.fail_after(_READY):
        for worker in workers:
            while True:
                assert worker.process is not None
                assert worker.process.poll() is None, worker.log.read_text()
                served = {item.version_id async for item in chain.miners.served(miner=worker.owner.address)}
                if served >= set(versions) and (await chain.miners.get(worker.owner.address)).slots:
                    break
                await anyio.sleep(0.2)


class Watch:
    """All events of all jobs, gathered once for everybody who waits for some of them."""

    def __init__(self, chain: ChainClient) -> None:
        self.jobs: dict[int, list[ChainEvent]] = defaultdict(list)
        self.others: list[ChainEvent] = []
        self.height = 0
        self._chain = chain
        self._block = anyio.Event()

    async def run(self) -> None:
        async for height in self._chain.blocks():
            for event in await self._chain.events(height):
                kept = (
                    self.jobs[event.data.job_id]
                    if event.module == "job" and hasattr(event.data, "job_id")
                    else self.others
                )
                kept.append(event)
            self.height = height
            self._block.set()
            self._block = anyio.Event()

    async def count(self, name: str, jobs: int) -> None:
        """Wait until so many jobs had an event of this name."""
        while sum(any(event.name == name for event in events) for events in self.jobs.values()) < jobs:
            await self._block.wait()

    async def until(self, job: int, wanted: Callable[[ChainEvent], bool]) -> ChainEvent:
        """Wait for an event of a job."""
        while True:
            block = self._block
            for event in self.jobs[job]:
                if wanted(event):
                    return event
            await block.wait()
