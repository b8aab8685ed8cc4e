"""Kills, floods and outages among the honest."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import anyio
import pytest
from anyio.abc import TaskGroup

from e2e.cheats.network import Watch, Worker
from e2e.cheats.trial import Field, Story, fees_of, hire, live, request
from e2e.conftest import LOCAL
from nesa.chain import (
    Account,
    ChainClient,
    ChainError,
    Claim,
    EventFinished,
    EventMissed,
    Finding,
    Key,
    KeyType,
    Outcome,
    Standing,
    Status,
    job_ids,
    messages,
)
from nesa.client import Client, JobRequest, ask_faucet
from nesa.engines import parse_label
from nesa.errors import RelayError
from nesa.models import Store
from nesa.relay import Blobs

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(600)]

LARGE = b"def f(x):\n    return x\n" * 4000
JOBS = 6
KILLS = 6


async def users(arena: Field, number: int) -> list[Key]:
    found = [Key.generate(KeyType.ETHEREUM) for _ in range(number)]
    async with anyio.create_task_group() as tasks:
        for user in found:
            tasks.start_soon(ask_faucet, arena.net.network, user.address)
    return found


async def stakes(chain: ChainClient, workers: list[Worker]) -> dict[str, tuple[int, int]]:
    """Stake and what of it is locked, by miner."""
    found = [(await chain.miners.get(worker.owner.address)).miner for worker in workers]
    return {miner.owner: (miner.stake, miner.locked) for miner in found}


async def jobs(arena: Field, watch: Watch, tasks: TaskGroup, told: list[Story]) -> None:
    """Start a few checked jobs, each of a user of its own."""

    async def tell(user: Key) -> None:
        told.append(await live(arena, watch, request(arena, "plain"), user, appeal=False))

    for user in await users(arena, JOBS):
        tasks.start_soon(tell, user)


def upheld(told: list[Story]) -> None:
    """Nothing was lost: each job was delivered, checked, found right and paid."""
    assert len(told) == JOBS
    for story in told:
        assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
        assert story.before - story.after == story.finished.fee + story.fees
        assert Standing.FAULT not in story.standings(1).values()
        assert story.result is not None
        label = parse_label(story.result.payload)
        assert label is not None
        assert label.label == "python"


async def seated(watch: Watch, count: int) -> None:
    """Wait until so many jobs have an executor."""
    await watch.count("EventSeated", count)


async def test_threat_26_miners_killed_at_random_lose_nothing(arena: Field) -> None:
    dice = random.Random(26)
    told: list[Story] = []
    async with ChainClient(arena.net.network) as chain:
        before = await stakes(chain, arena.honest)
        watch = Watch(chain)
        async with anyio.create_task_group() as outer:
            outer.start_soon(watch.run)
            async with anyio.create_task_group() as tasks:
                await jobs(arena, watch, tasks, told)
                await seated(watch, JOBS)
                for _ in range(KILLS):
                    await anyio.sleep(dice.uniform(0.5, 4))
                    owners = {miner for miner, (_, locked) in (await stakes(chain, arena.honest)).items() if locked}
                    at_work = [worker for worker in arena.honest if worker.owner.address in owners]
                    victim = dice.choice(at_work or arena.honest)
                    victim.kill()
                    victim.start()
            outer.cancel_scope.cancel()
        upheld(told)
        assert await stakes(chain, arena.honest) == before
        assert (await chain.miners.solvency()).solvent


async def flood(chain: ChainClient, arena: Field, worker: Worker, counts: Counter[str]) -> None:
    """Claim with one slot after another, whatever is open, with the key that claims for this miner."""
    account = Account(chain, worker.claim)
    for slot in count():
        async for job in chain.jobs.list(version_id=arena.versions["plain"]):
            try:
                await account.send(messages.claim(worker.claim.address, [Claim(job.id, 0, slot % 20)]), gas=300_000)
                counts["taken"] += 1
            except ChainError:
                counts["refused"] += 1
        await anyio.sleep(0.05)


async def test_threat_49_deliveries_land_under_a_flood_of_claims(arena: Field) -> None:
    told: list[Story] = []
    counts: Counter[str] = Counter()
    async with ChainClient(arena.net.network) as chain:
        await hire(chain, arena, [(arena.rich, [arena.versions["plain"]])])
        before = await stakes(chain, [arena.rich])
        watch = Watch(chain)
        async with anyio.create_task_group() as outer:
            outer.start_soon(watch.run)
            async with anyio.create_task_group() as tasks:
                await jobs(arena, watch, tasks, told)
                await seated(watch, JOBS)
                # Others' claim keys, and the executor's own: each of its deliveries has losing claims beside it.
                for worker in (arena.rich, *arena.honest[:2]):
                    outer.start_soon(flood, chain, arena, worker, counts)
            outer.cancel_scope.cancel()
        upheld(told)
        assert counts["refused"] > JOBS
        for story in told:
            assert story.executor == arena.rich.owner.address
            assert [miss for miss in story.all(EventMissed) if miss.round == 0] == []
        assert await stakes(chain, [arena.rich]) == before
        arena.rich.kill()


@contextmanager
def relay_down(arena: Field) -> Iterator[None]:
    """Let the relay hang: connections are taken, and nothing is answered."""
    record = next(service for service in arena.net.state.services if service.name == "relay")
    os.killpg(record.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(record.pid, signal.SIGCONT)


async def test_threat_27_a_relay_that_is_down_costs_nobody_anything(arena: Field) -> None:
    network = arena.net.network
    (user,) = await users(arena, 1)
    wanted = JobRequest("test/plain", LARGE, check_bps=10_000)
    async with (
        ChainClient(network) as chain,
        Client(network, user, store=Store(arena.store), policy=LOCAL) as client,
        Blobs(network.chain_id, relays=(network.relay,), signer=user, policy=LOCAL) as blobs,
        anyio.create_task_group() as tasks,
    ):
        miners = await stakes(chain, arena.honest)
        watch = Watch(chain)
        tasks.start_soon(watch.run)
        quote = await client.estimate(wanted)
        uri = await blobs.put(LARGE)
        funds = await chain.bank.balance(user.address)
        with relay_down(arena):
            # A user learns it before anything is paid.
            async with Client(network, user, store=Store(arena.store), policy=LOCAL) as late:
                with pytest.raises(RelayError) as error:
                    await late.request(wanted)
            assert "\n" not in str(error.value)
            assert await chain.bank.balance(user.address) == funds

            # Miners that cannot have an input promise nothing; the user gets everything back.
            height = await chain.height()
            terms = replace(quote.terms, input_uri=uri, deadline=height + 400)
            sent = await client.account.send(messages.request(user.address, [terms]))
            (job,) = job_ids(sent)
            end = await watch.until(job, lambda event: isinstance(event.data, EventFinished))
        assert isinstance(end.data, EventFinished)
        assert (end.data.status, end.data.fee) == (Status.EXPIRED, 0)
        after = await chain.bank.balance(user.address, height=end.height)
        assert funds - after == await fees_of(chain, [(sent.height, sent.hash)])
        assert await stakes(chain, arena.honest) == miners

        # When it is back, so is the service.
        submitted = await client.request(wanted)
        await watch.until(submitted.job_id, lambda event: isinstance(event.data, EventFinished))
        result = await client.result(submitted.job_id)
        assert (result.outcome, result.status) == (Outcome.OK, Status.SETTLED)
        assert await stakes(chain, arena.honest) == miners
        tasks.cancel_scope.cancel()
