"""The chain client, and plain cosmpy, against a real node."""

import anyio
import pytest
from cosmpy.aerial.client import LedgerClient

from e2e.node.conftest import Lone
from nesa.chain import (
    Account,
    Assurance,
    ChainClient,
    EventFinished,
    EventRequested,
    InsufficientFundsError,
    Key,
    KeyType,
    NotFoundError,
    Profile,
    SignedTx,
    Status,
    Terms,
    Unit,
    cosmpy,
    job_ids,
    messages,
    version_added,
)
from nesa.chain.amounts import NES

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(180)]
PROFILE = Profile(4, 4, 12, 4, 100, (100, 100, 0), 20, ())


def terms(version_id: int, deadline: int) -> Terms:
    return Terms(
        version_id=version_id,
        input=b"a public input",
        seed=bytes(32),
        price=NES,
        max_units=1,
        assurance=Assurance(0),
        deadline=deadline,
    )


async def published(account: Account, name: str) -> int:
    """Publish a version of a model, and return its id."""
    result = await account.send(
        messages.register_model(account.address, name),
        messages.add_version(
            account.address,
            name,
            manifest_digest=bytes(range(32)),
            uri="https://example.org/model",
            unit=Unit.REQUEST,
            royalty_bps=500,
            profile=PROFILE,
        ),
    )
    return version_added(result, 1)[0]


async def served(account: Account, version_id: int) -> None:
    """Let a new miner serve a version."""
    owner = Key.generate(KeyType.COSMOS)
    await account.send(messages.send(account.address, owner.address, 50_000 * NES))
    miner = Account(account._chain, owner)
    stake = (await account._chain.miners.params()).min_stake
    claim_key = Key.generate(KeyType.COSMOS).address
    await miner.send(messages.register_miner(owner.address, claim_key=claim_key, stake=stake))
    await miner.send(messages.serve(owner.address, {version_id: NES}))
    assert (await account._chain.miners.get(owner.address)).miner.stake == stake
    assert [entry.miner async for entry in account._chain.miners.served(version_id=version_id)] == [owner.address]


@pytest.mark.parametrize("kind", KeyType)
async def test_both_kinds_of_keys_send_many_at_once(lone: Lone, kind: KeyType) -> None:
    key = lone.cosmos if kind is KeyType.COSMOS else lone.ethereum
    target = Key.generate(kind).address
    heights: list[int] = []
    async with ChainClient(lone.node.network) as chain:
        account = Account(chain, key)

        async def one(amount: int) -> None:
            heights.append((await account.send(messages.send(key.address, target, amount), gas=200_000)).height)

        async with anyio.create_task_group() as group:
            for amount in range(1, 31):
                group.start_soon(one, amount)
        assert await chain.bank.balance(target) == sum(range(1, 31))
        assert len(set(heights)) < len(heights)
        with pytest.raises(InsufficientFundsError):
            await account.send(messages.send(key.address, target, 10**40))


async def test_a_sent_transaction_can_be_resumed_from_the_journal(lone: Lone) -> None:
    journal: list[SignedTx] = []

    async def write(attempt: SignedTx) -> None:
        journal.append(attempt)

    async with ChainClient(lone.node.network) as chain:
        message = messages.send(lone.cosmos.address, lone.cosmos.address, 1)
        sent = await Account(chain, lone.cosmos).send(message, on_signed=write)
        assert await Account(chain, lone.cosmos).resume(*journal) == sent
        assert (await chain.tx(sent.hash)) == sent


async def test_a_job_is_requested_found_and_told(lone: Lone) -> None:
    async with ChainClient(lone.node.network) as chain:
        account = Account(chain, lone.ethereum)
        version_id = await published(account, "chainclient/model")
        assert (await chain.models.version(version_id)).profile == PROFILE
        await served(account, version_id)
        wanted = terms(version_id, await chain.height() + 200)
        estimate = await chain.jobs.estimate(wanted, requester=account.address)
        assert (estimate.fee, estimate.refusal) == (NES, "")
        (job_id,) = job_ids(await account.send(messages.request(account.address, [wanted])))
        view = await chain.jobs.get(job_id)
        assert view.job is not None
        assert view.job.terms.input == wanted.input
        assert job_id in [job.id async for job in chain.jobs.list(requester=account.address)]
        await account.send(messages.cancel(account.address, job_id))
        view = await chain.jobs.get(job_id)
        assert view.status is Status.CANCELLED
        story = [event.data for event in await chain.jobs.timeline(job_id)]
        assert isinstance(story[0], EventRequested)
        assert isinstance(story[-1], EventFinished)
        assert story[-1].status is Status.CANCELLED
        with pytest.raises(NotFoundError):
            await chain.jobs.get(10**9)
        assert (await chain.jobs.solvency()).solvent


async def test_plain_cosmpy_requests_and_follows_a_job(lone: Lone) -> None:
    network = lone.node.network
    async with ChainClient(network) as chain:
        account = Account(chain, lone.ethereum)
        version_id = await published(account, "cosmpy/model")
        await served(account, version_id)
        wanted = terms(version_id, await chain.height() + 30)

    def use() -> list[Status]:
        ledger = LedgerClient(cosmpy.network_config(network))
        wallet = cosmpy.wallet(lone.cosmos)
        sent = cosmpy.send(ledger, wallet, messages.request(lone.cosmos.address, [wanted]))
        sent.wait_to_complete(timeout=30, poll_period=0.5)
        (job_id,) = cosmpy.job_ids(ledger, sent)
        return [view.status for view in cosmpy.follow(ledger, job_id, interval=0.3, timeout=90)]

    statuses = await anyio.to_thread.run_sync(use)
    assert statuses[0] is Status.REQUESTED
    assert statuses[-1] is Status.EXPIRED
