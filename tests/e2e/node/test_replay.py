"""Nodes that come later compute what the first one did, whatever their processors and their way of catching up."""

import os

import pytest

from e2e.node.conftest import Lone
from e2e.node.harness import eventually
from nesa.chain import messages

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_threat_01_a_node_with_one_processor_computes_the_same_state(lone: Lone) -> None:
    """The first node runs with all processors, the second replays its blocks with one: equal at every height."""
    assert (os.cpu_count() or 1) > 1, "needs two processors"
    first = lone.node
    for sender, recipient in ((lone.cosmos, lone.ethereum), (lone.ethereum, lone.cosmos)):
        first.send(sender, messages.send(sender.address, recipient.address, 1))
    second = lone.net.join()
    second.start(env={"GOMAXPROCS": "1"})
    tip = second.reach(first.height())
    hashes = {height: (first.app_hash(height), second.app_hash(height)) for height in range(1, tip + 1)}
    assert {height: pair for height, pair in hashes.items() if pair[0] != pair[1]} == {}
    assert len({pair[0] for pair in hashes.values()}) == tip, "the state changes with every block"
    assert second.end() == 0


def test_threat_09_a_fresh_node_syncs_from_a_snapshot(lone: Lone) -> None:
    first = lone.node
    first.reach(25)
    late = lone.net.join()
    trusted = first.height() - 5
    block = first.rpc("block", height=str(trusted))["block_id"]["hash"]
    server = f"http://{first.host}:{first.ports.rpc}"
    late.configure(
        config={
            "statesync.enable": True,
            "statesync.rpc_servers": f"{server},{server}",
            "statesync.trust_height": trusted,
            "statesync.trust_hash": block,
            "statesync.discovery_time": "5s",
        }
    )
    late.start()
    eventually(lambda: not late.status()["catching_up"], 60, "the node has caught up")
    base = int(late.status()["earliest_block_height"])
    assert base > 1, "it replayed everything"
    tip = late.more(3)
    for height in range(base + 1, tip + 1):
        assert late.app_hash(height) == first.app_hash(height)
    assert late.seed(tip) == first.seed(tip)
    for key in (lone.cosmos, lone.ethereum):
        assert late.balance(key.address, tip) == first.balance(key.address, tip)
    assert late.end() == 0
