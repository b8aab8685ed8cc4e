from collections.abc import AsyncIterator, Callable

import anyio
import httpx
import pytest

from nesa.chain import Key, KeyType, decode_address, evm_address
from nesa.errors import NesaError
from nesa.faucet import Limits, RateLimiter, Refused, create_app

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def address() -> str:
    return Key.generate(KeyType.COSMOS).address


class Till:
    """Pays, or fails."""

    def __init__(self) -> None:
        self.paid: list[tuple[str, int]] = []
        self.empty = False

    async def send(self, recipient: str, amount: int) -> str:
        await anyio.lowlevel.checkpoint()
        if self.empty:
            raise NesaError("no coins left")
        self.paid.append((recipient, amount))
        return "AB"


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
async def faucet(till: Till) -> AsyncIterator[Callable[[Limits], httpx.AsyncClient]]:
    clients: list[httpx.AsyncClient] = []

    def make(limits: Limits) -> httpx.AsyncClient:
        app = create_app(RateLimiter(limits), till.send, "nesa1faucet")
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://faucet"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


async def test_gives_the_amount_once_asked(faucet: Callable[[Limits], httpx.AsyncClient], till: Till) -> None:
    client, who = faucet(Limits(7)), address()
    answer = await client.post("/", json={"address": who})
    assert answer.json() == {"tx_hash": "AB", "amount": "7", "denom": "anes"}
    assert till.paid == [(who, 7)]
    assert (await client.get("/")).json()["amount"] == "7"


async def test_an_account_gets_no_more_than_its_share(
    faucet: Callable[[Limits], httpx.AsyncClient], till: Till
) -> None:
    client, who = faucet(Limits(7, per_address=2)), address()
    codes = [(await client.post("/", json={"address": who})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert (await client.post("/", json={"address": address()})).status_code == 200
    assert len(till.paid) == 3


def spellings(who: str) -> list[str]:
    plain = "0x" + decode_address(who).hex()
    return [who, who.upper(), plain, evm_address(who), plain.upper(), plain.removeprefix("0x")]


async def test_an_account_has_one_share_however_it_is_spelt(
    faucet: Callable[[Limits], httpx.AsyncClient], till: Till
) -> None:
    client, who = faucet(Limits(7, per_address=1)), address()
    codes = [(await client.post("/", json={"address": text})).status_code for text in spellings(who)]
    assert codes == [200, 429, 429, 429, 429, 400]
    assert till.paid == [(who, 7)]
    for text in spellings(other := address())[1:5]:
        client = faucet(Limits(7))
        assert (await client.post("/", json={"address": text})).status_code == 200
    assert till.paid[1:] == [(other, 7)] * 4


async def test_a_list_holds_accounts_not_spellings(faucet: Callable[[Limits], httpx.AsyncClient]) -> None:
    friend = address()
    for listed in spellings(friend)[:5]:
        client = faucet(Limits(7, allowed=frozenset({listed}), per_address=5))
        codes = [(await client.post("/", json={"address": text})).status_code for text in spellings(friend)[:5]]
        assert codes == [200] * 5
        assert (await client.post("/", json={"address": address()})).status_code == 403


def test_a_list_with_a_mistyped_account_is_refused_at_once() -> None:
    with pytest.raises(NesaError, match="mistyped"):
        Limits(7, allowed=frozenset({address()[:-1]}))


async def test_an_ip_address_gets_no_more_than_its_share(faucet: Callable[[Limits], httpx.AsyncClient]) -> None:
    client = faucet(Limits(7, per_ip=2))
    answers = [await client.post("/", json={"address": address()}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


async def test_only_listed_accounts_where_there_is_a_list(faucet: Callable[[Limits], httpx.AsyncClient]) -> None:
    friend = address()
    client = faucet(Limits(7, allowed=frozenset({friend})))
    assert (await client.post("/", json={"address": friend})).status_code == 200
    assert (await client.post("/", json={"address": address()})).status_code == 403


async def test_a_gift_that_failed_does_not_count(faucet: Callable[[Limits], httpx.AsyncClient], till: Till) -> None:
    client, who = faucet(Limits(7, per_address=1)), address()
    till.empty = True
    answer = await client.post("/", json={"address": who})
    assert answer.status_code == 503
    assert "no coins left" in answer.json()["error"]
    till.empty = False
    assert (await client.post("/", json={"address": who})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"address": 5}', b'{"address": "nesa1x"}', b"\xff", b"x" * 5000,
     b'{"address": "0x12"}', b'{"address": ["nesa1x"]}', b'{"address": ""}', b'{"address": null}', b'"text"'],
)  # fmt: skip
async def test_bad_bodies_are_refused(faucet: Callable[[Limits], httpx.AsyncClient], till: Till, body: bytes) -> None:
    answer = await faucet(Limits(7)).post("/", content=body)
    assert answer.status_code in {400, 413}
    assert answer.json()["error"]
    assert till.paid == []


def test_the_window_slides() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(1, window=10, per_address=1), clock)
    limiter.take("a", "ip")
    clock.now = 9.9
    with pytest.raises(Refused) as refused:
        limiter.take("a", "ip")
    assert refused.value.retry_after == 1
    clock.now = 10.1
    limiter.take("a", "ip")


def test_a_flood_of_addresses_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nesa.faucet._limits._MAX_TRACKED", 10)
    limiter = RateLimiter(Limits(1))
    for number in range(100):
        limiter.take(f"a{number}", f"ip{number}")
    assert len(limiter._taken) <= 10
