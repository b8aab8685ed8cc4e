"""The network that throughput is measured on: one real node, and keys for users and six miners in this process."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio

from bench.load import Outlet, Traffic
from bench.miners import Miner, Play, Shape
from nesa.chain import Account, ChainClient, Key, KeyType, messages
from nesa.client import find_version
from nesa.localnet import Localnet, Topology, running
from nesa.models import Manifest

__all__ = ["Field", "field"]

MINERS = 6
USERS = 24
NES = 10**18
STAKE = 10_000 * NES
_FUNDS = 10_000 * NES
_MODEL = "file-type"
# As on any localnet, but that jobs that are due wait for no quota, claims have time, and no record is forgotten.
_PARAMS = {
    "miner": {"epoch_blocks": 20},
    "job": {"claim_window": 12, "max_due": 10_000, "retention": 100_000, "max_batch": 64},
}


@dataclass(frozen=True, slots=True)
class Field:
    """Keys that send, and the node that takes what they send."""

    chain: ChainClient
    localnet: Localnet
    traffic: Traffic
    users: tuple[Outlet, ...]
    miners: tuple[Miner, ...]
    shape: Shape

    def play(self) -> Play:
        """Return a new account of jobs under way; as many users ask as miners claim, not more."""
        return Play(self.chain.network.chain_id, self.shape, self.users[:MINERS], self.miners)

    def batch(self, entries: int) -> None:
        """Let every message hold so many entries at most."""
        for outlet in self.outlets:
            outlet.batch = entries

    @property
    def disk(self) -> int:
        """Bytes of the node's databases."""
        return sum(file.stat().st_size for file in self.localnet.home.node(0).glob("data/**/*") if file.is_file())

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        return (*self.users, *(outlet for miner in self.miners for outlet in (miner.operator, miner.claims)))

    @property
    def waiting(self) -> int:
        """Entries that are not signed yet."""
        return sum(outlet.waiting for outlet in self.outlets)


@asynccontextmanager
async def field(models: Path) -> AsyncIterator[Field]:
    """Start a node, publish a model, stake six miners that serve it, and let all keys send."""
    users = [Key.generate(KeyType.COSMOS) for _ in range(USERS)]
    trios = [tuple(Key.generate(KeyType.COSMOS) for _ in range(3)) for _ in range(MINERS)]
    accounts = {user.address: _FUNDS for user in users}
    for owner, operator, claims in trios:
        accounts |= {owner.address: STAKE + NES, operator.address: _FUNDS, claims.address: _FUNDS}
    topology = Topology(miners=0, accounts=accounts, params=_PARAMS, models={f"bench/{_MODEL}": str(models / _MODEL)})
    manifest = Manifest.from_json((models / _MODEL / "manifest.json").read_bytes())
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        async with (
            running(topology, Path(scratch) / "net") as localnet,
            ChainClient(localnet.network, deadline=60) as chain,
            anyio.create_task_group() as tasks,
        ):
            version = await find_version(chain, f"bench/{_MODEL}")
            async with anyio.create_task_group() as group:
                for trio in trios:
                    group.start_soon(_enlist, chain, trio, version.id)
            params, price = await chain.miners.params(), await chain.gas.price()
            for owner, _, _ in trios:  # until stake counts, from the next epoch on
                while not (await chain.miners.get(owner.address)).slots:
                    await chain.wait_height(await chain.height() + 1)
            traffic = Traffic()

            def outlet(key: Key) -> Outlet:
                found = Outlet(chain, key, traffic, price)
                tasks.start_soon(found.run)
                return found

            yield Field(
                chain,
                localnet,
                traffic,
                tuple(map(outlet, users)),
                tuple(
                    Miner(owner, STAKE // params.slot_unit, outlet(operator), outlet(claims))
                    for owner, operator, claims in trios
                ),
                Shape.of(version, manifest),
            )
            tasks.cancel_scope.cancel()


async def _enlist(chain: ChainClient, trio: tuple[Key, ...], version: int) -> None:
    owner, operator, claims = trio
    staked = messages.register_miner(
        owner.address, operator=operator.address, claim_key=claims.address, stake=STAKE, moniker="bench"
    )
    await Account(chain, owner).send(staked)
    await Account(chain, operator).send(messages.serve(operator.address, {version: NES // 1000}))
