"""Four validators, one without a VRF key and one with a wrong one: the network goes on, also when another is killed."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.node.harness import Net, Node, eventually
from nesa.chain import Key, KeyType, messages
from nesa.localnet._topology import NES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

KEYLESS, FORGING, VICTIM, OBSERVER = range(4)
USER = Key.generate(KeyType.COSMOS)


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    net = Net.create(
        tmp_path_factory.mktemp("four"), validators=4, block_seconds=0.5, accounts={USER.address: 1_000 * NES}
    )
    vrf_key(net.nodes[KEYLESS]).unlink()
    vrf_key(net.nodes[FORGING]).unlink()
    net.nodes[FORGING].cli("beacon", "keygen")
    try:
        net.start()
        yield net.nodes
    finally:
        net.stop()


def vrf_key(node: Node) -> Path:
    return node.home / "config" / "vrf_key.json"


def consensus_address(node: Node) -> str:
    return str(json.loads((node.home / "config" / "priv_validator_key.json").read_text())["address"])


def last_signed(node: Node) -> tuple[int, int, int]:
    state = json.loads((node.home / "data" / "priv_validator_state.json").read_text())
    return int(state["height"]), int(state["round"]), int(state["step"])


def proposers(node: Node, heights: range) -> dict[int, str]:
    return {height: node.rpc("block", height=str(height))["block"]["header"]["proposer_address"] for height in heights}


def test_threat_37_validators_without_a_good_key_do_not_stop_the_beacon(four: list[Node]) -> None:
    """What they propose has no proof: the seed says so, and goes on from there."""
    observer = four[OBSERVER]
    tip = observer.more(8, seconds=60)
    found = proposers(observer, range(tip - 7, tip + 1))
    names = {consensus_address(node): number for number, node in enumerate(four)}
    assert {names[address] for address in found.values()} == set(range(4)), "every validator's blocks are committed"
    values = set()
    for height, address in found.items():
        seed = observer.seed(height)
        assert seed["contributed"] == (names[address] in {VICTIM, OBSERVER}), (height, names[address])
        values.add(seed["value"])
    assert len(values) == len(found)


def test_threat_04_a_killed_validator_with_a_cut_log_rejoins_and_signs_nothing_twice(four: list[Node]) -> None:
    victim, observer = four[VICTIM], four[OBSERVER]
    victim.end(signal.SIGKILL)
    before = last_signed(victim)
    assert before[0] > 0
    log = victim.home / "data" / "cs.wal" / "wal"
    size = log.stat().st_size
    with log.open("r+b") as file:
        file.truncate(size - min(size // 3, 4_000) - 3)  # in the middle of a record
    gone = observer.more(3, seconds=60)
    observer.send(USER, messages.send(USER.address, USER.address, 1))

    victim.start()
    address = consensus_address(victim)

    def signs_again() -> bool:
        commit = observer.rpc("commit", height=str(observer.height() - 1))["signed_header"]["commit"]
        return any(
            signature["validator_address"] == address and signature["block_id_flag"] == 2
            for signature in commit["signatures"]
        )

    eventually(signs_again, 60, f"the killed validator signs again: {victim.said(3)}")
    assert last_signed(victim) > before
    tip = observer.more(3)
    victim.reach(tip)
    for height in range(gone, tip + 1):
        assert observer.rpc("block", height=str(height))["block"]["evidence"]["evidence"] == []
        assert victim.app_hash(height) == observer.app_hash(height)
    assert observer.rest("/cosmos/evidence/v1beta1/evidence")["evidence"] == []
    infos = observer.rest("/cosmos/slashing/v1beta1/signing_infos")["info"]
    assert len(infos) == 4
    assert not any(info["tombstoned"] for info in infos)
