"""What strangers may send to a node: it answers, lives, and goes on serving the honest."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Event, Thread

import anyio
import httpx
import pytest
from google.protobuf.message import Message

from e2e.node.conftest import Lone
from e2e.node.harness import CHAIN_ID, Node, RpcError
from nesa.chain import (
    ChainClient,
    Claim,
    CommitEntry,
    DeliverEntry,
    Key,
    KeyType,
    Outcome,
    Result,
    RevealEntry,
    messages,
)
from nesa.chain._tx import pack, sign
from nesa.proto.cosmos.tx.v1beta1 import tx_pb2

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

GAS_PRICE = 1_000_000_000
MAX_BLOCK_GAS = 100_000_000
# No answer, memo too large, insufficient fee, transaction too large, invalid gas limit.
REFUSALS = {-1, 12, 13, 21, 41}
WITHIN = 5  # blocks in which an honest transaction is included under a flood


@dataclass(frozen=True)
class Payer:
    """Signs payments of one anes to itself, by hand."""

    key: Key
    number: int
    sequence: int

    @classmethod
    def of(cls, node: Node, key: Key) -> "Payer":
        async def run() -> "Payer":
            async with ChainClient(node.network) as chain:
                info = await chain.auth.account(key.address)
                assert info is not None
                return cls(key, info.number, info.sequence)

        return anyio.run(run)

    def sign(
        self, *, gas: int = 200_000, price: int = GAS_PRICE, memo: str = "", message: Message | None = None
    ) -> bytes:
        return sign(
            self.key,
            [pack(message or messages.send(self.key.address, self.key.address, 1))],
            chain_id=CHAIN_ID,
            number=self.number,
            sequence=self.sequence,
            gas=gas,
            fee=gas * price,
            denom="anes",
            memo=memo,
        ).raw


def entry(node: Node, height: int) -> bytes:
    """Return the beacon's entry of a block."""
    return base64.b64decode(node.rpc("block", height=str(height))["block"]["data"]["txs"][0])


def memo_alone(memo: str) -> bytes:
    return tx_pb2.TxRaw(body_bytes=tx_pb2.TxBody(memo=memo).SerializeToString()).SerializeToString()


def test_threat_07_malformed_transactions_are_refused(lone: Lone) -> None:
    node = lone.node
    honest = Payer.of(node, lone.cosmos).sign()
    nine_bytes = memo_alone("abcde")
    assert len(nine_bytes) == 9
    hostile = {
        "not protobuf": b"\xff\xff\xff",
        "random": bytes(range(256)),
        "a memo alone, nine bytes": nine_bytes,
        "cut short": honest[:-5],
        "a bit of the signature": honest[:-1] + bytes([honest[-1] ^ 1]),
        "bytes after the end": honest + b"\x00",
        "the last block's beacon entry": entry(node, node.height()),
        "a made-up beacon entry": memo_alone("beacon/1:" + base64.b64encode(bytes(80)).decode()),
        "another beacon version": memo_alone("beacon/2:x"),
    }
    codes = {name: node.broadcast(raw)["code"] for name, raw in hostile.items()}
    assert 0 not in codes.values(), codes
    assert codes["not protobuf"] == 2
    with pytest.raises(RpcError):
        node.broadcast(b"")
    assert node.alive
    node.more(2)
    assert node.broadcast(honest)["code"] == 0


def test_threat_07_a_beacon_entry_from_outside_is_in_no_block(lone: Lone) -> None:
    node = lone.node
    start = node.more(4)
    for height in range(start - 3, start + 1):
        answer = node.broadcast(entry(node, height))
        assert (answer["codespace"], answer["code"]) == ("beacon", 11)
    for height in range(start + 1, node.more(3) + 1):
        txs = node.rpc("block", height=str(height))["block"]["data"]["txs"]
        memos = [tx_pb2.TxBody.FromString(tx_pb2.TxRaw.FromString(base64.b64decode(tx)).body_bytes).memo for tx in txs]
        assert [memo.startswith("beacon/") for memo in memos] == [True] + [False] * (len(memos) - 1)
        assert node.seed(height)["contributed"]


@pytest.mark.parametrize("kind", KeyType)
def test_a_fee_below_the_minimum_is_refused(lone: Lone, kind: KeyType) -> None:
    key = {KeyType.COSMOS: lone.cosmos, KeyType.ETHEREUM: lone.ethereum}[kind]
    answer = lone.node.broadcast(Payer.of(lone.node, key).sign(price=GAS_PRICE - 1))
    assert (answer["codespace"], answer["code"]) == ("sdk", 13), answer


@contextmanager
def flood(node: Node, *kinds: Callable[[str], bytes]) -> Iterator[list[int]]:
    """Send ever new transactions of some kinds while the block runs; the answers' codes are returned, -1 for none."""
    over, codes = Event(), list[int]()

    def attack(make: Callable[[str], bytes]) -> None:
        for number in count():
            if over.is_set():
                return
            try:
                codes.append(int(node.broadcast(make(str(number)))["code"]))
            except (RpcError, ValueError, httpx.HTTPError):  # more bytes than the server reads
                codes.append(-1)

    attackers = [Thread(target=attack, args=(make,)) for make in kinds]
    for attacker in attackers:
        attacker.start()
    try:
        yield codes
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()


def test_threat_08_an_honest_transaction_gets_through_a_flood(lone: Lone) -> None:
    node = lone.node
    payer = Payer.of(node, lone.ethereum)
    kinds = (
        lambda memo: payer.sign(memo=memo, price=0),
        lambda memo: payer.sign(memo=memo, price=GAS_PRICE // 2),
        lambda memo: payer.sign(memo=memo, gas=MAX_BLOCK_GAS + 1),
        lambda memo: payer.sign(memo=memo.zfill(1 << 19), gas=90_000_000),
        lambda memo: payer.sign(memo=memo.zfill(5 << 20), gas=90_000_000),
    )
    with flood(node, *kinds) as codes:
        node.more(2)
        for _ in range(3):
            start = node.height()
            result = node.send(lone.cosmos, messages.send(lone.cosmos.address, lone.ethereum.address, 1))
            assert result.height - start <= WITHIN, (start, result.height)
    assert len(codes) > 100
    assert set(codes) <= REFUSALS, "refused for what they are, not for a sequence that is used up"
    assert int(node.rpc("num_unconfirmed_txs")["n_txs"]) == 0
    assert node.alive


def test_threat_46_what_can_change_nothing_does_not_enter_the_mempool(lone: Lone) -> None:
    address = lone.cosmos.address
    payer = Payer.of(lone.node, lone.cosmos)
    for message in (
        messages.claim(address, [Claim(1, 0, 0)]),
        messages.deliver(address, [DeliverEntry(1, Outcome.OK)]),
        messages.commit(address, [CommitEntry(1, 1, bytes(32))]),
        messages.reveal(address, [RevealEntry(1, 1, Result(Outcome.OK), bytes(32))]),
    ):
        answer = lone.node.broadcast(payer.sign(message=message))
        assert answer["code"] != 0, message
        assert answer["codespace"] in {"job", "miner"}, answer
    # None of them stands in the way of what the account sends next.
    assert lone.node.broadcast(payer.sign())["code"] == 0
