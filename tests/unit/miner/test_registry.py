"""What a miner asks the chain about its attested keys, and tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from google.protobuf.message import Message

from nesa.chain import Account, AttestedKey, ChainClient, KeyState, Platform, Quote, messages
from nesa.miner._attest import Registered
from nesa.miner._registry import LiveRegistry
from unit.miner.records import CHAIN, OPERATOR, OWNER

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUOTE = Quote(Platform.SEV_SNP, "Milan", b"report", (b"vcek",))


def state(key: bytes, expires: int, void: str = "") -> KeyState:
    attested = AttestedKey(OWNER, key, Platform.SEV_SNP, "Milan", b"m", b"t", gpu=False, height=5, expires=expires)
    return KeyState(attested, void)


@dataclass
class Node:
    """A client and an account, as far as a registry goes."""

    states: Sequence[KeyState] = ()
    sent: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = OPERATOR

    @property
    def network(self) -> Any:
        return SimpleNamespace(chain_id=CHAIN)

    @property
    def attestation(self) -> "Node":
        return self

    async def keys(self, miner: str) -> Sequence[KeyState]:
        self.asked.append(miner)
        return self.states

    async def params(self) -> Any:
        return SimpleNamespace(max_key_life=604_800)

    async def height(self) -> int:
        return 7

    async def block(self, height: int) -> Any:
        assert height == 7
        return SimpleNamespace(time=NOW)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


def registry(node: Node) -> LiveRegistry:
    return LiveRegistry(cast("ChainClient", node), cast("Account", node), OWNER)


async def test_the_chain_tells_its_name_time_and_how_long_a_key_lives() -> None:
    found = registry(Node())
    assert found.chain_id == CHAIN
    assert (await found.now(), await found.life()) == (int(NOW.timestamp()), 604_800)


async def test_a_key_is_found_among_the_owners() -> None:
    node = Node([state(b"a" * 32, 10), state(b"b" * 32, 20, "key is revoked")])
    found = registry(node)
    assert await found.registered(b"a" * 32) == Registered(10)
    assert await found.registered(b"b" * 32) == Registered(20, "key is revoked")
    assert await found.registered(b"c" * 32) is None
    assert set(node.asked) == {OWNER}


async def test_the_operator_signs_an_attestation() -> None:
    node = Node()
    await registry(node).register(b"a" * 32, QUOTE, 99)
    assert node.sent == [messages.attest(OPERATOR, b"a" * 32, QUOTE, 99)]
