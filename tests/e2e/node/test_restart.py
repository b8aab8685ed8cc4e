"""Stop, start, export and import, with a job under way."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from e2e.node import jobs
from e2e.node.harness import Net, Node, RpcError, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

# What is compared across the import: everything that does not move by itself from block to block.
STATE = (
    "/nesa/job/v1/jobs",
    "/nesa/job/v1/params",
    "/nesa/job/v1/solvency",
    "/nesa/job/v1/due",
    "/nesa/miner/v1/miners",
    "/nesa/miner/v1/served",
    "/nesa/miner/v1/totals/1",
    "/nesa/miner/v1/solvency",
    "/nesa/model/v1/models",
    "/nesa/model/v1/versions",
    "/nesa/beacon/v1/keys",
    "/cosmos/staking/v1beta1/validators",
    "/cosmos/bank/v1beta1/supply",
    "/cosmos/evm/vm/v1/params",
    "/cosmos/gov/v1/params/voting",
)


@dataclass(frozen=True)
class Market:
    """A network of one validator on which a job waits for its miner to claim it."""

    net: Net
    trade: jobs.Trade
    job_id: int

    @property
    def node(self) -> Node:
        return self.net.nodes[0]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    trade = jobs.Trade()
    net = Net.create(
        tmp_path_factory.mktemp("market"), accounts=trade.accounts, miners=trade.miners, params=jobs.PARAMS
    )
    try:
        net.start()
        trade.publish(net.nodes[0])
        job_id = trade.request(net.nodes[0])
        eventually(lambda: jobs.job(net.nodes[0], job_id)["phase"] == "PHASE_CLAIM", 20, "the job can be claimed")
        yield Market(net, trade, job_id)
    finally:
        net.stop()


def state(node: Node) -> dict[str, Any]:
    return {path: node.rest(path) for path in STATE}


def test_a_terminated_node_ends_well_and_goes_on(market: Market) -> None:
    node = market.node
    before = node.height()
    balance = node.balance(market.trade.user.address)
    assert node.end() == 0
    node.start()
    node.reach(before + 2)
    assert node.balance(market.trade.user.address) == balance
    assert jobs.job(node, market.job_id)["phase"] == "PHASE_CLAIM"


def test_threat_09_an_exported_state_goes_on_in_a_new_chain(market: Market, tmp_path: Path) -> None:
    """The same height, miners, jobs and money; the job that was under way is claimed, delivered and paid."""
    old = market.node
    before = state(old)
    assert [entry["id"] for entry in before["/nesa/job/v1/jobs"]["jobs"]] == [str(market.job_id)]
    balances = {address: old.balance(address) for address in market.trade.accounts}
    assert old.end() == 0
    old.cli("export", "--output-document", str(tmp_path / "exported.json"))
    exported = json.loads((tmp_path / "exported.json").read_text())
    market.net.nodes[0].start()  # other tests go on with it

    home = tmp_path / "nodes" / "validator-0"
    shutil.copytree(old.home / "config", home / "config")
    (home / "data").mkdir()
    (home / "data" / "priv_validator_state.json").write_text('{"height": "0", "round": 0, "step": 0}')
    (home / "config" / "genesis.json").write_text(json.dumps(exported))
    new = Net.adopt(tmp_path)
    try:
        (node,) = new.nodes
        node.cli("genesis", "validate")
        node.start()
        node.reach(int(exported["initial_height"]) + 1)
        assert state(node) == before
        assert {address: node.balance(address) for address in balances} == balances
        assert all(answer["solvent"] for answer in jobs.solvent(node).values())
        with pytest.raises(RpcError, match="lowest height"):
            node.rpc("block", height="1")

        market.trade.claim(node, market.job_id)
        market.trade.deliver(node, market.job_id)
        kept = eventually(lambda: jobs.record(node, market.job_id), 30, "the job is settled")
        assert kept["status"] == "STATUS_SETTLED"
        assert node.balance(market.trade.owner.address) > balances[market.trade.owner.address]
        assert all(answer["solvent"] for answer in jobs.solvent(node).values())
    finally:
        new.stop()
