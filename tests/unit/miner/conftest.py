"""An agent on the fake chain, with the real file-type model."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from nesa.engines import EngineConfig, Model, load_model
from nesa.miner import Agent, Journal, ModelPool, Notary, Parts, Payloads, Workers
from nesa.models import Manifest, Policy, Store
from nesa.relay import Blobs
from unit.miner.fakes import FakeChain
from unit.miner.records import CHAIN, CLAIMER, OPERATOR, OWNER
from unit.miner.sender import FakeSender, Probe

BLOCK = 0.004

Start = Callable[..., AbstractAsyncContextManager[Agent]]


@pytest.fixture(scope="session")
def model(store: Store, file_manifest: Manifest) -> Model:
    return load_model(file_manifest, store, EngineConfig(threads=1))


@pytest.fixture
def chain(file_manifest: Manifest) -> FakeChain:
    return FakeChain(file_manifest)


@pytest.fixture
def parts(chain: FakeChain, store: Store, model: Model, tmp_path: Path) -> Callable[..., Parts]:
    """Return a function that makes an agent's parts, the journal opened anew."""

    def make(*, probe: Probe = lambda _: None, journal: Callable[..., Journal] = Journal, **changes: object) -> Parts:
        policy = Policy()
        made = Parts(
            owner=OWNER,
            chain=chain,
            claims=FakeSender(chain, CLAIMER, probe),
            operator=FakeSender(chain, OPERATOR, probe),
            journal=journal(tmp_path / "journal.db", owner=OWNER, chain_id=CHAIN),
            pool=ModelPool(
                chain, store, engine=lambda _manifest, _store, _config: model, config=EngineConfig(), policy=None
            ),
            workers=Workers(2, 8),
            payloads=Payloads(Blobs(CHAIN), policy, delays=()),
            notary=Notary(CHAIN, OWNER),
            clock=lambda: chain.seconds,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def running(chain: FakeChain) -> Start:
    """Return a function that runs an agent beside a chain that makes blocks."""

    @asynccontextmanager
    async def run(parts: Parts) -> AsyncIterator[Agent]:
        agent = Agent(parts)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(make_blocks, chain)
            await tasks.start(lambda *, task_status: agent.run(task_status=task_status))
            yield agent
            tasks.cancel_scope.cancel()
        parts.journal.close()

    return run


async def make_blocks(chain: FakeChain) -> None:
    while True:
        await anyio.sleep(BLOCK)
        chain.advance()
