"""Four validators whose network is cut in two, by network namespaces and bridges."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import anyio
import pytest

from e2e.node.harness import CHAIN_ID, Net, Node, eventually
from nesa.chain import ChainClient, Key, KeyType, messages
from nesa.chain._tx import pack, sign
from nesa.localnet._nodes import _node_id
from nesa.localnet._topology import NES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

SUBNET = "10.213.77"
COUNT = 4
GAS = 200_000
MACHINE = "02:00:00:00:00:fe"
STALLED = 8  # seconds in which a network that has a quorum makes several blocks


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def why_not() -> str:
    """Return why this machine has no network namespaces for us, or nothing."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "network namespaces need Linux and iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        ip("netns", "add", f"nesa-probe-{os.getpid()}")
        ip("netns", "del", f"nesa-probe-{os.getpid()}")
        ip("link", "add", "nesa-probe", "type", "bridge")
        ip("link", "del", "nesa-probe")
    except subprocess.CalledProcessError as error:
        return f"the kernel refuses: {error.stderr.decode().strip()}"
    return ""


class Islands:
    """Two bridges; every node hangs on one of them, and hears only who hangs there too."""

    def __init__(self) -> None:
        self._name = f"ne{os.getpid() % 100_000}"
        self._undo = ExitStack()

    def _add(self, kind: str, name: str, *arguments: str) -> None:
        ip(kind, "add", name, *arguments)

        def remove() -> None:
            with suppress(subprocess.CalledProcessError):
                ip(kind, "del", name)

        self._undo.callback(remove)

    def bridge(self, side: int) -> str:
        return f"{self._name}b{side}"

    def space(self, number: int) -> str:
        return f"{self._name}n{number}"

    def build(self) -> None:
        for side in range(2):
            # Both have one address, or nodes that move would for a while answer this machine at the other's.
            self._add("link", self.bridge(side), "address", MACHINE, "type", "bridge")
            ip("addr", "add", f"{SUBNET}.254/32", "dev", self.bridge(side))
            ip("link", "set", self.bridge(side), "up")
        for number in range(COUNT):
            space, outside, inside = self.space(number), f"{self._name}v{number}", f"{self._name}i{number}"
            self._add("netns", space)
            self._add("link", outside, "type", "veth", "peer", "name", inside)
            ip("link", "set", inside, "netns", space)
            ip("-n", space, "addr", "add", f"{address(number)}/24", "dev", inside)
            ip("-n", space, "link", "set", inside, "up")
            ip("-n", space, "link", "set", "lo", "up")
            ip("link", "set", outside, "up")
        self.cut(())

    def cut(self, away: tuple[int, ...]) -> None:
        """Put these nodes on an island of their own."""
        for number in range(COUNT):
            bridge = self.bridge(int(number in away))
            ip("link", "set", f"{self._name}v{number}", "master", bridge)
            ip("route", "replace", f"{address(number)}/32", "dev", bridge, "src", f"{SUBNET}.254")

    def close(self) -> None:
        self._undo.close()


def address(number: int) -> str:
    return f"{SUBNET}.{number + 1}"


@pytest.fixture(scope="module")
def islands() -> Iterator[Islands]:
    if reason := why_not():
        pytest.skip(reason)
    islands = Islands()
    try:
        islands.build()
        yield islands
    finally:
        islands.close()


@pytest.fixture(scope="module")
def user() -> Key:
    return Key.generate(KeyType.COSMOS)


@pytest.fixture(scope="module")
def nodes(islands: Islands, user: Key, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    net = Net.create(
        tmp_path_factory.mktemp("islands"), validators=COUNT, block_seconds=0.5, accounts={user.address: 1_000 * NES}
    )
    peers = [f"{_node_id(node.home)}@{address(i)}:{node.ports.p2p}" for i, node in enumerate(net.nodes)]
    for number, node in enumerate(net.nodes):
        node.host = address(number)
        node.configure(
            config={
                "p2p.laddr": f"tcp://{node.host}:{node.ports.p2p}",
                "p2p.persistent_peers": ",".join(peers[:number] + peers[number + 1 :]),
                "rpc.laddr": f"tcp://{node.host}:{node.ports.rpc}",
            },
            app={
                "api.address": f"tcp://{node.host}:{node.ports.rest}",
                "grpc.address": f"{node.host}:{node.ports.grpc}",
            },
        )
    try:
        for number, node in enumerate(net.nodes):
            node.start(prefix=("ip", "netns", "exec", islands.space(number)))
        for node in net.nodes:
            node.reach(3, 90)
        yield net.nodes
    finally:
        net.stop()


def payment(node: Node, key: Key, recipient: str, amount: int) -> bytes:
    async def run() -> bytes:
        async with ChainClient(node.network) as chain:
            info = await chain.auth.account(key.address)
        assert info is not None
        return sign(
            key, [pack(messages.send(key.address, recipient, amount))], chain_id=CHAIN_ID,
            number=info.number, sequence=info.sequence, gas=GAS, fee=GAS * 10**9, denom="anes",
        ).raw  # fmt: skip

    return anyio.run(run)


def stalled(nodes: list[Node]) -> bool:
    """Tell whether none of the nodes makes a block."""
    time.sleep(2)  # what was on its way
    before = [node.height() for node in nodes]
    time.sleep(STALLED)
    return [node.height() for node in nodes] == before


def agree(nodes: list[Node]) -> None:
    """All nodes have computed the same states."""
    tip = max(node.height() for node in nodes)
    for node in nodes:
        node.reach(tip + 2, 120)
    for height in range(2, tip + 1):
        assert len({node.app_hash(height) for node in nodes}) == 1, height


def recipient() -> str:
    return Key.generate(KeyType.COSMOS).address


def test_threat_05_two_against_two_halts_and_heals(islands: Islands, nodes: list[Node], user: Key) -> None:
    """Nobody has a quorum: no block, on either side; after healing a payment offered to both sides is made once."""
    target = recipient()
    raw = payment(nodes[0], user, target, 5)
    islands.cut((2, 3))
    assert stalled(nodes)
    for node in (nodes[0], nodes[3]):
        assert node.broadcast(raw)["code"] == 0
    assert stalled(nodes)
    islands.cut(())
    eventually(lambda: nodes[1].balance(target), 120, "the payment is made after healing")
    agree(nodes)
    assert {node.balance(target) for node in nodes} == {5}


def test_threat_05_three_against_one_goes_on(islands: Islands, nodes: list[Node], user: Key) -> None:
    """The three go on; the one halts, and catches up without having paid anything else."""
    target = recipient()
    islands.cut((3,))
    assert stalled(nodes[3:])
    before = nodes[3].height()
    raw = payment(nodes[0], user, target, 7)
    assert nodes[3].broadcast(raw)["code"] == 0
    assert nodes[0].broadcast(raw)["code"] == 0
    eventually(lambda: nodes[1].balance(target), 60, "the majority pays")
    assert nodes[0].more(3) > before
    assert nodes[3].height() == before
    assert nodes[3].balance(target) == 0
    islands.cut(())
    nodes[3].reach(nodes[0].height(), 120)
    agree(nodes)
    assert {node.balance(target) for node in nodes} == {7}
    for height in range(2, nodes[0].height()):
        assert nodes[0].rpc("block", height=str(height))["block"]["evidence"]["evidence"] == []
