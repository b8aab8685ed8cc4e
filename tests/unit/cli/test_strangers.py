"""Text of strangers (names, addresses, URIs, refusals) is shown, and does nothing else to the terminal."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nesa.chain import EventClaimed, EventFinished, Finding, Key, Network, Status
from nesa.cli import _job, _localnet, _miner, _output, _relay
from nesa.client import Step
from nesa.errors import NesaError
from nesa.miner import Check, MinerConfig, init_home
from nesa.untrusted import clean
from unit.cli.conftest import Nesa

HOSTILE = "[/x][red]:smile:\x1b[2J\r\n\x07\x9b1m\u202etxt\u2066\u200f\u2028\ud800 ü中"
SHOWN = "[/x][red]:smile:�[2J����1m�txt���� ü中"


def test_replacement_leaves_words_of_all_languages() -> None:
    words = "Grüße 中文 فارسی می‌خواهم 👩‍🚀 [a] \\[b]"
    assert clean(words) == words
    assert clean(HOSTILE) == SHOWN
    assert clean("a\tb\nc\x1b", keep="\t\n") == "a\tb\nc�"


def test_tables(capsys: pytest.CaptureFixture[str]) -> None:
    _output.print_table(("Miner", "Owner"), [(HOSTILE, "nesa1x"), ("plain", "nesa1y")], empty="")
    lines = capsys.readouterr().out.split("\n")
    assert [line.split("  ")[0] for line in lines[1:3]] == [SHOWN, "plain"]
    assert len(lines) == 4


def test_fields(capsys: pytest.CaptureFixture[str]) -> None:
    _output.print_fields({"moniker": HOSTILE, "relays": (HOSTILE, "b"), "[/n]\x1b": 1})
    first, second, third, _ = capsys.readouterr().out.split("\n")
    assert first.split("  ", 1)[1].strip() == SHOWN
    assert second.split("  ", 1)[1].strip() == f"{SHOWN}, b"
    assert third.startswith("[/n]�")


def test_the_life_of_a_job(nesa: Nesa, monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        address = ""

        async def follow(self, _job_id: int) -> AsyncIterator[Step]:
            yield Step(7, "", EventClaimed(5, 0, "[/x]\x1b[2J\nnobody\r", 1, bytes(32)))
            yield Step(8, "", EventFinished(5, Status.SETTLED, 1, 1, Finding.UPHELD))

    @asynccontextmanager
    async def opened(*_args: Any) -> AsyncIterator[Client]:
        yield Client()

    monkeypatch.setattr(_job, "client_of", opened)
    done = nesa("job", "follow", "5")
    assert done.status == 0
    first, second, end = done.out.split("\n")
    assert "of [/x]�[2J�" in first
    assert ("settled" in second, end) == (True, "")


def test_the_doctors_findings(nesa: Nesa, me: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def examine(_: MinerConfig) -> Sequence[Check]:
        return [Check("model 1", True, HOSTILE), Check("model 2", False, "x", "warning")]

    home = tmp_path / "miner"
    init_home(home, Network("nesa-test-1", ("127.0.0.1:1",)), owner=me.address, password="x")  # noqa: S106
    monkeypatch.setattr(_miner, "examine", examine)
    done = nesa("miner", "doctor", "--home", str(home))
    assert done.out.split("\n") == [f"fine       model 1: {SHOWN}", "warning    model 2: x", ""]


def test_errors(nesa: Nesa, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: Any, __: str) -> None:
        raise NesaError(f"the faucet refused: {HOSTILE}")

    monkeypatch.setattr("nesa.client.ask_faucet", refuse)
    assert nesa("faucet", "ask", "nesa1x").sentence == f"Error: the faucet refused: {SHOWN}"


@pytest.mark.usefixtures("me")
def test_the_address_that_a_relay_gives(nesa: Nesa, monkeypatch: pytest.MonkeyPatch) -> None:
    class Blobs:
        async def put(self, _file: Path) -> str:
            return HOSTILE

    @asynccontextmanager
    async def opened(*_args: Any, **_options: Any) -> AsyncIterator[Blobs]:
        yield Blobs()

    monkeypatch.setattr(_relay, "Blobs", opened)
    assert nesa("relay", "put", __file__, "--from", "me").out == f"{SHOWN}\n"


def test_logs(nesa: Nesa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "relay.log").write_bytes(b"one\x1b[2J\ttwo\r\nthree\x07\n")

    async def follow(_: Path) -> AsyncIterator[str]:
        yield "four\x1b]0;x\n"

    monkeypatch.setattr(_localnet, "follow_log", follow)
    done = nesa("localnet", "logs", "relay", "--follow", "--home", str(tmp_path))
    assert done.out == "one�[2J\ttwo\nthree�\nfour�]0;x\n"
