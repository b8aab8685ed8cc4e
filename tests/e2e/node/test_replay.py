"""Nodes that come later compute what the first one did, whatever their processors and their way of catching up."""

import os
from pathlib import Path

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


def test_threat_02_no_binary_holds_a_parallel_runner(lone: Lone) -> None:
    """Threat 2 is excluded: the linker found no way to the SDK's parallel execution, whatever `block-executor` says.

    Names of functions are in every Go binary, stripped or not.
    """
    program = Path(lone.node.program).read_bytes()
    for name in (b"baseapp/txnrunner.NewDefaultRunner", b"evm/x/vm/runner.Wrap"):
        assert name in program, "what runs blocks has moved: this test must look for something else"
    for name in (
        b"internal/blockstm.NewSTMRunner",
        b"internal/blockstm.(*STMRunner).Run",
        b"internal/blockstm.ExecuteBlock",
    ):
        assert name not in program


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
    base = eventually(lambda: int(late.status()["earliest_block_height"]), 60, "the node has its first block")
    assert base > 1, "it replayed everything"
    tip = late.reach(first.height() + 3, 60)
    for height in range(base + 1, tip + 1):
        assert late.app_hash(height) == first.app_hash(height)
    assert late.seed(tip) == first.seed(tip)
    for key in (lone.cosmos, lone.ethereum):
        assert late.balance(key.address, tip) == first.balance(key.address, tip)
    assert late.end() == 0
