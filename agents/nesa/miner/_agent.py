"""The agent: at every block it asks the chain what this miner owes and what it could take on, and does it.

Everything it does follows from the chain's state and the journal; events only say where to look first. So it may be
killed at any moment, miss blocks, or be lied to about events, and goes on correctly at the next block.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import anyio
import structlog
from anyio.abc import TaskGroup, TaskStatus

from nesa.chain import ChainError, MinerInfo
from nesa.errors import said
from nesa.miner._chain import Chain, Sender
from nesa.miner._claimer import Claimer
from nesa.miner._closer import Closer
from nesa.miner._evidence import Notary
from nesa.miner._journal import Journal, Kind
from nesa.miner._metrics import Metrics
from nesa.miner._outbox import Outbox
from nesa.miner._pace import Pace
from nesa.miner._payloads import Payloads
from nesa.miner._pool import ModelPool, Workers
from nesa.miner._server import DutyServer
from nesa.miner._work import Bench

__all__ = ["Agent", "Parts"]

_log = structlog.get_logger("nesa.miner")

_NES = 10**18
_BATCH = 64
_LOOK_BLOCKS = 10  # how often seats are looked for that the journal does not know of
_PRUNE_BLOCKS = 1000
_KEPT_JOBS = 100_000
_LOAD_POLL = 5.0  # how soon a version is loaded that the owner says it serves from now on
_LOAD_RETRY = 30.0
_FOLLOW_RETRY = 1.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything an agent works with; passed in, so that tests can pass in others.

    Attributes:
        owner: the miner's address.
        chain: what it asks.
        claims: signs claims.
        operator: signs everything else.
        journal: what it must not forget.
        pool: its models.
        workers: its threads.
        payloads: inputs and outputs.
        notary: makes the evidence that jobs ask for.
        metrics: what it counts.
        clock: seconds, monotonic.
        claims_open: whether new work may be taken on at this moment.
    """

    owner: str
    chain: Chain
    claims: Sender
    operator: Sender
    journal: Journal
    pool: ModelPool
    workers: Workers
    payloads: Payloads
    notary: Notary
    metrics: Metrics = field(default_factory=Metrics)
    clock: Callable[[], float] = time.monotonic
    claims_open: Callable[[], bool] = lambda: True


class Agent:
    """A miner's agent."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        senders: Mapping[Kind, Sender] = {kind: parts.claims if kind is Kind.CLAIM else parts.operator for kind in Kind}
        self._outbox = Outbox(parts.journal, senders, batch=_BATCH, clock=parts.clock, metrics=parts.metrics)
        bench = Bench(parts.chain.chain_id, parts.owner, parts.payloads, parts.workers, parts.notary)
        self._pace = Pace(parts.clock)
        self._server = DutyServer(
            parts.chain, parts.journal, parts.pool, bench, self._outbox, parts.metrics, self._pace, clock=parts.clock
        )
        self._claimer = Claimer(parts.chain, parts.journal, parts.pool, bench, self._outbox, parts.metrics, self._pace)
        self._closer = Closer(parts.chain, parts.journal, parts.metrics)
        self._height = 0
        self._loaded = False
        self._block = anyio.Event()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Work until cancelled, or until nothing is owed any more once no new work may be taken on.

        ``task_status`` is told after the first block seen with all models loaded or found wanting.

        Raises:
            NesaError: this miner is not registered, or its journal cannot be written.
        """
        await self._parts.chain.miner()
        ready = False
        async with anyio.create_task_group() as tasks:
            await tasks.start(self._outbox.run)
            tasks.start_soon(self._load)
            tasks.start_soon(self._watch)
            while True:
                await self._block.wait()
                self._block = anyio.Event()
                if not ready and self._loaded:
                    ready = True
                    task_status.started()
                    _log.info("ready", height=self._height)
                if await self._step(self._height, tasks):
                    tasks.cancel_scope.cancel()
                    return

    async def _watch(self) -> None:
        """Follow the blocks; a slow step sees only the newest, but no block's hints are lost."""
        while True:
            try:
                await self._follow()
            except ChainError as error:
                self._parts.metrics.errors.labels("chain").inc()
                _log.warning("chain", error=str(error))
                self._claimer.look_everywhere()
            await anyio.sleep(_FOLLOW_RETRY)

    async def _follow(self) -> None:
        async for height in self._parts.chain.blocks():
            self._pace.saw_block()
            try:
                self._claimer.hint(await self._parts.chain.drawn(height))
            except ChainError as error:
                _log.warning("events_missed", height=height, error=str(error))
                self._claimer.look_everywhere()
            self._height = max(self._height, height)
            self._parts.metrics.height.set(self._height)
            self._block.set()

    async def _load(self) -> None:
        """Load the models of all versions served, again and again those that fail."""
        again: dict[int, float] = {}
        while True:
            try:
                served = await self._parts.chain.served()
            except ChainError as error:
                _log.warning("chain", error=str(error))
                served = {}
            for version in served:
                if self._parts.pool.loaded(version) or again.get(version, 0.0) > self._parts.clock():
                    continue
                try:
                    await self._parts.pool.get(version)
                    _log.info("model_loaded", version=version)
                    self._claimer.look_everywhere()
                except Exception as error:  # noqa: BLE001 - strangers wrote the model and where it is said to be
                    again[version] = self._parts.clock() + _LOAD_RETRY
                    self._parts.metrics.errors.labels("model").inc()
                    _log.error("model_not_loaded", version=version, error=said(error))
            self._loaded = True
            await anyio.sleep(_LOAD_POLL)

    async def _step(self, height: int, tasks: TaskGroup) -> bool:
        """Do what one block asks for; tell whether all is done for good."""
        parts = self._parts
        taking = parts.claims_open()
        if taking and height % _LOOK_BLOCKS and not parts.journal.open_duties() and not self._claimer.wants(height):
            return False
        try:
            me = await parts.chain.miner()
            seats = await parts.chain.duties()
            jobs = {job.id: job for job in await parts.chain.my_jobs()}
            self._server.serve(height, seats, jobs, tasks)
            await self._closer.close(height, me.miner, seats, jobs)
            if taking:
                await self._claimer.claim(height, me, seats, jobs, tasks)
        except ChainError as error:
            parts.metrics.errors.labels("chain").inc()
            _log.warning("chain", height=height, error=str(error))
            return False
        self._measure(me)
        if height % _PRUNE_BLOCKS == 0:
            parts.journal.prune(_KEPT_JOBS)
        return not taking and not seats and self._outbox.idle and not parts.journal.open_duties()

    def _measure(self, me: MinerInfo) -> None:
        metrics = self._parts.metrics
        metrics.backlog.set(self._parts.workers.backlog)
        metrics.stake.labels("free").set(me.free / _NES)
        metrics.stake.labels("locked").set(me.miner.locked / _NES)
        metrics.duties.clear()
        for duty in self._parts.journal.open_duties():
            metrics.duties.labels(duty.state.value).inc()
