"""F3: what the agent adds to a job beside the model's own run.

A real miner's process works on a real network. Nothing about it is changed but that the processor time of each raw
`session.run` is written to a file. What the process used in all, less that, is added time: following blocks, claiming,
fetching, decoding, hashing, fingerprints, journal, signing, and talking to the chain.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import psutil

from e2e.cheats.network import ASK, NES, Watch, Worker, enlist, working
from nesa.chain import ChainClient, EventFinished, Key, KeyType, Status
from nesa.client import Client, JobRequest, find_version
from nesa.engines import EngineConfig, Model, load_model, prepare_image
from nesa.engines._api import Tensor
from nesa.engines._onnx import OnnxModel
from nesa.engines._runtime import Session
from nesa.localnet import Topology, running
from nesa.miner import MinerConfig, run
from nesa.models import Manifest, Policy, Store

__all__ = ["Added", "added_time"]

_FLOOR = 0.005  # seconds
_SHARE = 0.05
_PHOTO = Path(__file__).parents[2] / "models" / "samples" / "coffee.jpg"


@dataclass(frozen=True, slots=True)
class Added:
    """Seconds of the processor for each job of a round: the model's own run, and all else."""

    raw: float
    added: float

    @property
    def ratio(self) -> float:
        """Added time ÷ what is allowed."""
        return self.added / max(_SHARE * self.raw, _FLOOR)


class _Clocked:
    """A session whose runs are timed."""

    def __init__(self, session: Session, log: Path) -> None:
        self._session = session
        self._log = log

    def run(self, names: Sequence[str], feeds: dict[str, Tensor]) -> list[Tensor]:
        start = time.thread_time()
        found = self._session.run(names, feeds)
        with self._log.open("a") as log:
            log.write(f"{time.thread_time() - start}\n")
        return found


def serve(home: Path, log: Path) -> None:
    """Run a miner whose models' runs are timed."""

    def clocked(manifest: Manifest, store: Store, config: EngineConfig) -> Model:
        model = load_model(manifest, store, config)
        assert isinstance(model, OnnxModel)
        model._session = _Clocked(model._session, log)  # type: ignore[assignment]
        return model

    config = MinerConfig.load(home)
    anyio.run(lambda: run(config, engine=clocked))


class _Miner(Worker):
    """A miner whose models' runs are timed, in one thread, so that a thread's time is the run's."""

    @property
    def raw(self) -> Path:
        return self.home.with_suffix(".raw")

    @property
    def command(self) -> tuple[str, ...]:
        code = "import sys; from pathlib import Path; from bench.agent import serve; serve(*map(Path, sys.argv[1:]))"
        return (sys.executable, "-c", code, str(self.home), str(self.raw))

    def used(self) -> tuple[float, float]:
        """Seconds of the processor that the process has used, and its models' runs."""
        assert self.process is not None
        # The process that was started guards the agent, its child.
        agents = psutil.Process(self.process.pid).children() or [psutil.Process(self.process.pid)]
        whole = sum(sum(agent.cpu_times()[:2]) for agent in agents)
        return whole, sum(map(float, self.raw.read_text().split())) if self.raw.exists() else 0.0


async def added_time(models: Path, rounds: int, jobs: dict[str, int]) -> dict[str, list[Added]]:
    """Measure so many rounds of so many jobs at once for each model, in turn."""
    user = Key.generate(KeyType.ETHEREUM)
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        root = Path(scratch)
        miner = _Miner("bench", root / "miner", 10_000 * NES)
        store = root / "store"
        for name in jobs:
            Store(store).add_folder(models / name)
        topology = Topology(
            miners=0,
            accounts={user.address: 10_000 * NES, **miner.funds},
            params={"miner": {"epoch_blocks": 20}},
            models={f"bench/{name}": str(models / name) for name in jobs},
        )
        async with (
            running(topology, root / "net") as localnet,
            ChainClient(localnet.network) as chain,
            Client(localnet.network, user, store=Store(store), policy=Policy(allow_private=True)) as client,
            anyio.create_task_group() as tasks,
        ):
            versions = [(await find_version(chain, f"bench/{name}")).id for name in jobs]
            miner.prepare(localnet.network, store, dict.fromkeys(versions, ASK))
            await enlist(chain, [miner])
            miner.start()
            try:
                await working(chain, [miner], versions)
                watch = Watch(chain)
                tasks.start_soon(watch.run)
                found: dict[str, list[Added]] = {name: [] for name in jobs}
                for _ in range(rounds + 1):
                    for name, count in jobs.items():
                        found[name].append(await _round(client, watch, miner, request(name), count))
            finally:
                miner.kill()
            tasks.cancel_scope.cancel()
    return {name: added[1:] for name, added in found.items()}  # the first round warmed it up


def request(name: str) -> JobRequest:
    """A photograph of 512 pixels, or a file of 4 KiB."""
    if name == "style-transfer":
        return JobRequest(f"bench/{name}", prepare_image(_PHOTO.read_bytes(), max_side=512), {"style": 3})
    return JobRequest(f"bench/{name}", Path(__file__).read_bytes()[:4096])


async def _round(client: Client, watch: Watch, miner: _Miner, wanted: JobRequest, count: int) -> Added:
    quote = await client.estimate(wanted)
    before = miner.used()
    submitted = await client.submit_all([(quote, wanted.data)] * count)
    for job in submitted:
        end = await watch.until(job.job_id, lambda event: isinstance(event.data, EventFinished))
        assert isinstance(end.data, EventFinished)
        assert end.data.status is Status.SETTLED, end
    whole, raw = (after - earlier for after, earlier in zip(miner.used(), before, strict=True))
    return Added(raw / count, (whole - raw) / count)
