"""Governance upgrades a network to another binary while a job is under way."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nesa
from e2e.node import jobs
from e2e.node.harness import CHAIN_ID, Net, Node, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1200)]

PLAN = "rehearsal"
CHAIN = Path(nesa.__file__).parents[2] / "chain"
VOTING = 8  # seconds
BLOCKS = 50  # from the proposal to the upgrade; longer than the vote
VALIDATORS = 2


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same sources with the plan and its new store."""
    program = tmp_path_factory.mktemp("release") / "nesad"
    build = ["go", "build", "-tags", PLAN, "-o", str(program), "./cmd/nesad"]
    subprocess.run(build, cwd=CHAIN, check=True)
    return str(program)


@pytest.fixture(scope="module")
def trade() -> jobs.Trade:
    return jobs.Trade()


@pytest.fixture(scope="module")
def nodes(trade: jobs.Trade, next_release: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    assert next_release  # built before a chain runs
    voting = {"voting_period": f"{VOTING}s", "expedited_voting_period": f"{VOTING // 2}s"}
    net = Net.create(
        tmp_path_factory.mktemp("upgrade"), validators=VALIDATORS, accounts=trade.accounts, miners=trade.miners,
        params={**jobs.PARAMS, "gov": voting},
    )  # fmt: skip
    try:
        net.start()
        yield net.nodes
    finally:
        net.stop()


def tx(node: Node, *arguments: str) -> None:
    """Send a transaction of a validator's operator through the command line."""
    sent = json.loads(
        node.cli(
            "tx", *arguments, "--from", "validator", "--keyring-backend", "test", "--chain-id", CHAIN_ID, "--yes",
            "--gas", "500000", "--gas-prices", "1000000000anes", "--output", "json",
            "--node", f"tcp://{node.host}:{node.ports.rpc}",
        )
    )  # fmt: skip
    assert sent["code"] == 0, sent
    done = eventually(lambda: node.rest(f"/cosmos/tx/v1beta1/txs/{sent['txhash']}")["tx_response"], 20, "its block")
    assert done["code"] == 0, done


def test_threat_09_a_job_settles_across_an_upgrade(nodes: list[Node], trade: jobs.Trade, next_release: str) -> None:
    first = nodes[0]
    trade.publish(first)
    height = first.height() + BLOCKS
    tx(
        first, "upgrade", "software-upgrade", PLAN, "--upgrade-height", str(height), "--upgrade-info", "{}",
        "--title", "Rehearsal", "--summary", "Adds a store", "--deposit", f"{1_000 * 10**18}anes", "--no-validate",
    )  # fmt: skip
    for node in nodes:
        tx(node, "gov", "vote", "1", "yes")
    job_id = trade.request(first)
    eventually(lambda: jobs.job(first, job_id)["phase"] == "PHASE_CLAIM", 20, "the job can be claimed")
    eventually(
        lambda: first.rest("/cosmos/gov/v1/proposals/1")["proposal"]["status"] == "PROPOSAL_STATUS_PASSED",
        VOTING + 10, "the vote is over",
    )  # fmt: skip
    trade.claim(first, job_id)
    assert first.height() < height

    for node in nodes:
        eventually(lambda node=node: "UPGRADE" in node.log.read_text(), 60, "the old binary stops for the upgrade")  # type: ignore[misc]
    assert {node.height() for node in nodes} == {height - 1}
    for node in nodes:
        node.end()
        assert json.loads((node.home / "data" / "upgrade-info.json").read_text())["name"] == PLAN
        node.program = next_release
        node.start()
    for node in nodes:
        node.reach(height + 1, 60)
    assert jobs.job(first, job_id)["phase"] == "PHASE_RUN"
    trade.deliver(first, job_id)
    kept = eventually(lambda: jobs.record(first, job_id), 30, "the job is settled")
    assert kept["status"] == "STATUS_SETTLED"
    assert all(answer["solvent"] for answer in jobs.solvent(first).values())
    applied = first.rest(f"/cosmos/upgrade/v1beta1/applied_plan/{PLAN}")
    assert int(applied["height"]) == height
    tip = min(node.height() for node in nodes)
    for checked in range(height, tip):
        assert len({node.app_hash(checked) for node in nodes}) == 1
