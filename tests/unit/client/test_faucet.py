"""A faucet that answers with anything at all: a gift, or one clear sentence."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from nesa.chain import Network
from nesa.client import FaucetError, Gift, ask_faucet

pytestmark = pytest.mark.anyio

NETWORK = Network("nesa-test-1", ("127.0.0.1:1",), faucet="http://faucet.example")
GOOD: dict[str, Any] = {"tx_hash": "AB" * 32, "amount": "7", "denom": "anes"}

Answers = Callable[[httpx.Response], None]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    def answer(response: httpx.Response) -> None:
        transport = httpx.MockTransport(lambda _: response)
        monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=transport))

    return answer


async def test_a_gift(answers: Answers) -> None:
    answers(httpx.Response(200, json=GOOD))
    assert await ask_faucet(NETWORK, "nesa1me") == Gift("nesa1me", 7, "AB" * 32)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>hello</html>",
        b"\xff",
        b"5",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"amount": "7"}',
        b'{"amount": "7", "tx_hash": 5}',
        b'{"amount": "x", "tx_hash": "AB"}',
        b'{"amount": "-7", "tx_hash": "AB"}',
        b'{"amount": null, "tx_hash": "AB"}',
        b'{"amount": [], "tx_hash": "AB"}',
        b'{"amount": 1e400, "tx_hash": "AB"}',
        b'{"amount": true, "tx_hash": "AB"}',
        b'{"amount": "' + b"9" * 5000 + b'", "tx_hash": "AB"}',
        b"[" * 5000,
    ],
)
@pytest.mark.parametrize("status", [200, 502])
async def test_an_answer_that_is_none(answers: Answers, body: bytes, status: int) -> None:
    answers(httpx.Response(status, content=body))
    with pytest.raises(FaucetError, match=r"^the faucet at http://faucet\.example ") as raised:
        await ask_faucet(NETWORK, "nesa1me")
    assert "HTTP" in str(raised.value)
    assert "cannot be reached" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("error", [5, None, ["no"], {"no": 1}, ""])
async def test_a_refusal_without_a_reason(answers: Answers, error: object) -> None:
    answers(httpx.Response(429, json={"error": error}))
    with pytest.raises(FaucetError, match="HTTP 429"):
        await ask_faucet(NETWORK, "nesa1me")


async def test_a_refusal_with_one(answers: Answers) -> None:
    answers(httpx.Response(429, json={"error": "had its share\x1b[2J\n" + "x" * 5000}))
    with pytest.raises(FaucetError, match=r"the faucet refused: had its share") as raised:
        await ask_faucet(NETWORK, "nesa1me")
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("url", ["http://[", "faucet", "http://faucet.example:99999", "http://\x00", "ftp://faucet"])
async def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(FaucetError, match="cannot be reached"):
        await ask_faucet(replace(NETWORK, faucet=url), "nesa1me")
