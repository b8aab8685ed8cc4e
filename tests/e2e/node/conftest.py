"""Networks that the tests of this folder share."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from e2e.node.harness import Net, Node
from nesa.chain import Key, KeyType
from nesa.localnet._topology import NES


@dataclass(frozen=True)
class Lone:
    """A network of one validator, and two users with coins."""

    net: Net
    cosmos: Key
    ethereum: Key

    @property
    def node(self) -> Node:
        return self.net.nodes[0]


@pytest.fixture(scope="session")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lone]:
    cosmos, ethereum = Key.generate(KeyType.COSMOS), Key.generate(KeyType.ETHEREUM)
    net = Net.create(
        tmp_path_factory.mktemp("lone"), accounts={key.address: 1_000_000 * NES for key in (cosmos, ethereum)}
    )
    net.nodes[0].configure(app={"state-sync.snapshot-interval": 10, "state-sync.snapshot-keep-recent": 5})
    try:
        net.start()
        yield Lone(net, cosmos, ethereum)
    finally:
        net.stop()
