"""``nesa callbacks``: what is there to earn, and who has earned it."""

import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from nesa.chain import CallbackState, Key
from nesa.cli import _callbacks
from unit.cli.conftest import Nesa
from unit.evm.fakes import Waiting, entry

FAILED = entry(7, state=CallbackState.FAILED, fee=0, failure="not\x1b[31m today")


@pytest.fixture
def waiting(me: Key, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    found = Waiting([[entry(5), entry(6, fee=1), FAILED]], address=me.address)

    @asynccontextmanager
    async def client(*_: object) -> AsyncIterator[Any]:
        yield found.chain

    def account(_chain: object, key: Key, **_: object) -> Waiting:
        assert key.address == me.address
        return found

    monkeypatch.setattr(_callbacks, "ChainClient", client)
    monkeypatch.setattr(_callbacks, "Account", account)
    return found


@pytest.mark.usefixtures("waiting")
def test_those_that_wait_are_listed_with_what_they_pay(nesa: Nesa) -> None:
    done = nesa("callbacks", "list")
    assert done.status == 0, done
    assert [line.split()[0] for line in done.out.splitlines()] == ["Job", "5", "6"]
    assert "0.00077 NES" in done.out
    assert [found["job_id"] for found in json.loads(nesa("callbacks", "list", "--limit", "1", "--json").out)] == [5]
    every = nesa("callbacks", "list", "--state", "all").out
    assert "not" in every
    assert "\x1b" not in every
    assert nesa("callbacks", "list", "--state", "kept").out == "None is kept.\n"


def test_one_is_told_and_what_is_left_is_shown(nesa: Nesa, waiting: Waiting) -> None:
    done = nesa("callbacks", "answer", "5", "--from", "me")
    assert done.status == 0, done
    assert "job 5: nesa1contract5 told, 70,000 gas; 0.00077 NES earned, 0.00066 NES paid, 0.00011 NES left" in done.out
    assert waiting.sent == [(5, 660_000)]
    again = nesa("callbacks", "answer", "5", "--from", "me")
    assert "no contract waits to be told about job 5, or it was told already" in again.sentence


def test_a_loss_is_refused_unless_it_is_wanted(nesa: Nesa, waiting: Waiting) -> None:
    waiting.fails = {6}
    sentence = nesa("callbacks", "answer", "6", "--from", "me").sentence
    assert "the transaction would cost 0.00066 NES and earn" in sentence
    assert waiting.sent == []
    done = nesa("callbacks", "answer", "6", "--from", "me", "--at-a-loss", "--json")
    found = json.loads(done.out)
    assert (found["success"], found["fee"], found["profit"]) == (False, "1", str(1 - 660_000 * 10**9))


def test_watching_tells_all_that_pay_and_sums_up(nesa: Nesa, waiting: Waiting) -> None:
    done = nesa("callbacks", "watch", "--from", "me", "--json")
    assert done.status == 0, done
    assert [json.loads(line)["job_id"] for line in done.out.splitlines()] == [5]
    assert "1 told, 0.00011 NES left" in done.err
    assert nesa("callbacks", "watch", "--from", "me", "--least-profit", "much").status == 1
    assert [job_id for job_id, _ in waiting.sent] == [5]


def test_ctrl_c_ends_the_watch_and_says_what_it_brought(
    nesa: Nesa, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blocks() -> AsyncIterator[int]:
        yield 0
        os.kill(os.getpid(), signal.SIGINT)
        await anyio.sleep_forever()

    monkeypatch.setattr(waiting, "_blocks", blocks)
    done = nesa("callbacks", "watch", "--from", "me")
    assert (done.status, "1 told" in done.err) == (0, True)
