"""Sending against an in-memory chain that loses requests, replies and transactions at random."""

import random
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nesa.chain import (
    Account,
    ChainClient,
    ChainUnreachableError,
    InsufficientFundsError,
    Key,
    KeyType,
    Network,
    NotFoundError,
    SignedTx,
    TxExpiredError,
    TxFailedError,
    TxResult,
    TxUnknownError,
    _account,
    _tip,
    messages,
    tx_hash,
)
from nesa.proto.cosmos.auth.v1beta1 import auth_pb2
from nesa.proto.cosmos.auth.v1beta1 import query_pb2 as auth_query_pb2
from nesa.proto.cosmos.bank.v1beta1 import tx_pb2 as bank_pb2
from nesa.proto.cosmos.base.node.v1beta1 import query_pb2 as node_pb2
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as block_pb2
from nesa.proto.cosmos.evm.feemarket.v1 import query_pb2 as market_pb2
from nesa.proto.cosmos.tx.v1beta1 import service_pb2, tx_pb2

if TYPE_CHECKING:
    from collections.abc import Callable

CHAIN = "nesa-fake-1"
KEY = Key.from_private("11" * 32, KeyType.COSMOS)
RICH = 10**9


def body_of(raw: bytes) -> tx_pb2.TxBody:
    return tx_pb2.TxBody.FromString(tx_pb2.TxRaw.FromString(raw).body_bytes)


def sequence_of(raw: bytes) -> int:
    return tx_pb2.AuthInfo.FromString(tx_pb2.TxRaw.FromString(raw).auth_info_bytes).signer_infos[0].sequence


def amounts_of(raw: bytes) -> list[int]:
    found = []
    for item in body_of(raw).messages:
        message = bank_pb2.MsgSend()
        assert item.Unpack(message)
        found.append(int(message.amount[0].amount))
    return found


class FakeChain:
    """One account's chain with a mempool, reached through several endpoints that may lag and lose things."""

    def __init__(self, rng: random.Random, *, trouble: float = 0.0, endpoints: int = 1) -> None:
        self.rng = rng
        self.trouble = trouble
        self.endpoints = endpoints
        self.preferred = 0
        self.blocks: list[list[bytes]] = [[], []]  # by height; there is no block 0
        self.sequences = [0, 0]  # after each height
        self.pool: dict[int, bytes] = {}
        self.seen: set[bytes] = set()
        self.paid: list[int] = []
        self.offered = 0
        self.lag = [0] * endpoints
        self._methods: dict[str, Callable[..., Message]] = {
            "Status": self._status,
            "GetBlockByHeight": self._get_block_by_height,
            "GetBlockResults": self._get_block_results,
            "Account": self._account,
            "Config": self._config,
            "BaseFee": self._base_fee,
            "Simulate": self._simulate,
            "GetTx": self._get_tx,
            "BroadcastTx": self._broadcast_tx,
        }
        self.refuse: Callable[[bytes], tuple[int, str] | None] = lambda _: None

    def next_block(self) -> None:
        height, sequence, block = len(self.blocks), self.sequences[-1], []
        if self.rng.random() < self.trouble / 3:
            self.pool.clear()  # a restarted node forgets what it held
        while sequence in self.pool:
            raw = self.pool.pop(sequence)
            if body_of(raw).timeout_height < height:
                break
            block.append(raw)
            self.paid += amounts_of(raw)
            sequence += 1
        if not block and self.rng.random() < self.trouble / 4:
            sequence += 1  # another program uses the same key
        self.blocks.append(block)
        self.sequences.append(sequence)
        self.pool = {number: raw for number, raw in self.pool.items() if number >= sequence}

    def _lost(self) -> bool:
        return self.rng.random() < self.trouble

    async def call(
        self,
        path: str,
        request: Any,
        response: Any,
        *,
        height: int | None = None,
        endpoint: int | None = None,
    ) -> Any:
        await anyio.lowlevel.checkpoint()
        index = self.rng.randrange(self.endpoints) if endpoint is None else endpoint
        if self._lost():
            raise ChainUnreachableError("lost on the way there")
        answer = self._methods[path.rpartition("/")[2]](request, height, index)
        if self._lost():
            raise ChainUnreachableError("lost on the way back")
        assert isinstance(answer, response)
        return answer

    async def aclose(self) -> None:
        pass

    def _top(self, index: int) -> int:
        return max(1, len(self.blocks) - 1 - self.lag[index])

    def _reached(self, height: int, index: int) -> int:
        if height > self._top(index):
            raise ChainUnreachableError("not that far yet")
        return height

    def _status(self, _: Message, __: int | None, index: int) -> Message:
        self.next_block()
        return node_pb2.StatusResponse(height=self._top(index))

    def _get_block_by_height(self, request: Any, _: int | None, index: int) -> Message:
        answer = block_pb2.GetBlockByHeightResponse()
        answer.block.header.height = self._reached(request.height, index)
        answer.block.data.txs.extend(self.blocks[request.height])
        return answer

    def _get_block_results(self, request: Any, _: int | None, index: int) -> Message:
        answer = block_pb2.GetBlockResultsResponse(height=self._reached(request.height, index))
        for raw in self.blocks[request.height]:
            answer.txs_results.add(code=int(amounts_of(raw)[0] == 666), codespace="bank", log=b"failed")
        return answer

    def _account(self, _: Message, height: int | None, index: int) -> Message:
        at = self._top(index) if height is None else self._reached(height, index)
        answer = auth_query_pb2.QueryAccountResponse()
        account = auth_pb2.BaseAccount(address=KEY.address, account_number=7, sequence=self.sequences[at])
        answer.account.Pack(account)
        return answer

    def _config(self, *_: Any) -> Message:
        return node_pb2.ConfigResponse(minimum_gas_price="0.5anes")

    def _base_fee(self, *_: Any) -> Message:
        return market_pb2.QueryBaseFeeResponse(base_fee=str(3 * 10**18))

    def _simulate(self, *_: Any) -> Message:
        answer = service_pb2.SimulateResponse()
        answer.gas_info.gas_used = 50_000
        return answer

    def _get_tx(self, request: Any, _: int | None, index: int) -> Message:
        for height in range(1, self._top(index) + 1):
            for raw in self.blocks[height]:
                if tx_hash(raw) == request.hash:
                    answer = service_pb2.GetTxResponse()
                    answer.tx_response.txhash, answer.tx_response.height = request.hash, height
                    return answer
        raise NotFoundError("no such transaction")

    def _broadcast_tx(self, request: Any, _: int | None, __: int) -> Message:
        self.offered += 1
        raw, answer = request.tx_bytes, service_pb2.BroadcastTxResponse()
        expected = self.sequences[-1]
        while expected in self.pool:
            expected += 1
        refusal = self.refuse(raw)
        if raw in self.seen:
            raise ChainUnreachableError("tx already seen")
        if refusal is not None:
            answer.tx_response.code, answer.tx_response.raw_log = refusal
            answer.tx_response.codespace = "sdk"
        elif sequence_of(raw) != expected:
            answer.tx_response.code, answer.tx_response.codespace = 32, "sdk"
        else:
            self.pool[expected] = raw
            self.seen.add(raw)
        return answer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_account, "_PAUSE", 0.0)
    monkeypatch.setattr(_tip, "_FRESH", 0.0)
    monkeypatch.setattr(_tip, "_PAUSE", 0.0)


def client_of(fake: FakeChain) -> ChainClient:
    return ChainClient(Network(CHAIN, ("fake",)), transport=fake, poll=0.0)


async def outcome(account: Account, amount: int) -> TxResult | Exception:
    try:
        return await account.send(messages.send(KEY.address, KEY.address, amount))
    except (TxFailedError, TxUnknownError, ChainUnreachableError) as error:
        return error


async def run_many(fake: FakeChain, count: int, **options: Any) -> dict[int, TxResult | Exception]:
    results: dict[int, TxResult | Exception] = {}
    async with client_of(fake) as chain:
        account = Account(chain, KEY, **options)

        async def one(amount: int) -> None:
            results[amount] = await outcome(account, amount)

        async with anyio.create_task_group() as group:
            for number in range(count):
                group.start_soon(one, 1000 + number)
    return results


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), trouble=st.floats(0, 0.3), count=st.integers(1, 6), endpoints=st.integers(1, 3))
def test_threat_25_retries_never_pay_twice(seed: int, trouble: float, count: int, endpoints: int) -> None:
    rng = random.Random(seed)
    fake = FakeChain(rng, trouble=trouble, endpoints=endpoints)
    fake.lag = [rng.randrange(3) for _ in range(endpoints)]
    results = anyio.run(lambda: run_many(fake, count, patience=1.0, timeout_blocks=6))
    for amount, result in results.items():
        times = fake.paid.count(amount)
        assert times <= 1, f"{amount} was paid {times} times"
        if isinstance(result, TxResult):
            assert times == 1
        elif not isinstance(result, TxUnknownError):
            assert times == 0, f"{amount} was paid although {result!r}"


def test_many_sends_share_blocks_and_use_each_sequence_once() -> None:
    fake = FakeChain(random.Random(1))
    results = anyio.run(lambda: run_many(fake, 50))
    assert sorted(fake.paid) == sorted(results)
    assert all(isinstance(result, TxResult) for result in results.values())
    assert fake.offered == 50
    assert fake.sequences[-1] == 50


def test_fees_are_gas_times_the_higher_price() -> None:
    fake = FakeChain(random.Random(1))
    anyio.run(lambda: run_many(fake, 1))
    (raw,) = (raw for block in fake.blocks for raw in block)
    fee = tx_pb2.AuthInfo.FromString(tx_pb2.TxRaw.FromString(raw).auth_info_bytes).fee
    assert fee.gas_limit == 50_000 * 140 // 100 + 20_000
    assert [(coin.denom, int(coin.amount)) for coin in fee.amount] == [("anes", 3 * fee.gas_limit)]


def test_a_refusal_is_reported_and_frees_the_sequence() -> None:
    fake = FakeChain(random.Random(1))
    fake.refuse = lambda raw: (5, "insufficient funds") if amounts_of(raw) == [1000] else None
    results = anyio.run(lambda: run_many(fake, 3))
    assert isinstance(results[1000], InsufficientFundsError)
    assert sorted(fake.paid) == [1001, 1002]
    assert fake.sequences[-1] == 2


def test_a_failed_execution_is_reported_with_its_block() -> None:
    fake = FakeChain(random.Random(1))

    async def main() -> Exception | TxResult:
        async with client_of(fake) as chain:
            return await outcome(Account(chain, KEY), 666)

    error = anyio.run(main)
    assert isinstance(error, TxFailedError)
    assert error.height > 0


def test_nothing_sent_when_no_node_answers() -> None:
    fake = FakeChain(random.Random(1), trouble=1.0)
    results = anyio.run(lambda: run_many(fake, 1, patience=0.2))
    assert isinstance(results[1000], ChainUnreachableError)
    assert fake.paid == []


def test_threat_26_signatures_are_journalled_before_the_first_byte_leaves() -> None:
    fake = FakeChain(random.Random(1))
    journal: list[SignedTx] = []

    async def write(attempt: SignedTx) -> None:
        assert fake.offered == 0
        journal.append(attempt)

    async def main() -> TxResult:
        async with client_of(fake) as chain:
            return await Account(chain, KEY).send(messages.send(KEY.address, KEY.address, 5), on_signed=write)

    result = anyio.run(main)
    assert [attempt.hash for attempt in journal] == [result.hash]


def test_threat_26_a_restarted_program_finds_what_became_of_its_transactions() -> None:
    fake = FakeChain(random.Random(1))
    journal: list[SignedTx] = []

    async def write(attempt: SignedTx) -> None:
        journal.append(attempt)

    async def main() -> None:
        async with client_of(fake) as chain:
            sent = await Account(chain, KEY).send(messages.send(KEY.address, KEY.address, 5), on_signed=write)
        for _ in range(20):
            fake.next_block()
        async with client_of(fake) as chain:  # killed after the reply, before it was written down
            assert await Account(chain, KEY).resume(*journal) == sent
        async with client_of(fake) as chain:  # killed before the first byte left
            never: list[SignedTx] = []

            async def die(attempt: SignedTx) -> None:
                never.append(attempt)
                raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                await Account(chain, KEY).send(messages.send(KEY.address, KEY.address, 6), on_signed=die)
            again = Account(chain, KEY)
            assert (await again.resume(*never)).code == 0
            for _ in range(40):
                fake.next_block()
            assert (await again.resume(*never)).code == 0

    anyio.run(main)
    assert fake.paid == [5, 6]


def test_threat_26_an_expired_transaction_is_declared_dead() -> None:
    fake = FakeChain(random.Random(1))

    async def main() -> None:
        async with client_of(fake) as chain:
            account, signed = Account(chain, KEY, timeout_blocks=5), []

            async def die(attempt: SignedTx) -> None:
                signed.append(attempt)
                raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                await account.send(messages.send(KEY.address, KEY.address, 6), on_signed=die)
            for _ in range(10):
                fake.next_block()
            with pytest.raises(TxExpiredError):
                await account.resume(*signed)

    anyio.run(main)
    assert fake.paid == []
