"""What a request costs under each assurance, beside each other."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from nesa.chain import Assurance, Estimate, Profile, Terms, Unit, Version, VersionStatus
from nesa.cli import _job, _run
from nesa.client import CERTAIN, JobRequest, Quote
from unit.cli.conftest import Nesa

NES = 10**18
VERSION = Version(
    3, "nesa/credit", 1, bytes(32), "", Unit.REQUEST, 0, Profile(1, 1, 0, 0, 0, (0,), 20, ("tee", "zk")),
    VersionStatus.ACTIVE, 0, 0, 0, proven=True,
)  # fmt: skip


@dataclass
class Priced:
    """A client that only estimates."""

    asked: list[JobRequest] = field(default_factory=list)
    refusal: str = ""
    version: Version = VERSION
    address: str = ""

    async def manifest(self, _: str) -> None:
        return None

    async def estimate(self, request: JobRequest) -> Quote:
        self.asked.append(request)
        bps = 500 if request.check_bps is None else request.check_bps
        seats = 0 if request.evidence else 3
        evidence = bool(request.evidence)
        estimate = Estimate(
            fee=NES,
            premium=0 if evidence or bps == CERTAIN else NES // 10,
            reserve=seats * NES if bps == CERTAIN else 0,
            escrow=NES,
            executor=NES // 2,
            royalty=NES // 4,
            levy=0 if evidence else NES // 8,
            burn=NES // 8,
            verifier=NES,
            verifiers=seats,
            bond=2 * NES,
            check_bps=bps,
            miners=6,
            cheapest_ask=1,
            unverified=request.check_bps is None,
            deadline=9,
            refusal=self.refusal if "zk" in request.evidence else "",
        )
        assurance = Assurance(bps, request.verifiers, request.evidence)
        terms = Terms(version_id=3, input=request.data, price=NES, max_units=1, assurance=assurance, deadline=9)
        return Quote(self.version, terms, estimate, inline=True)


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> Priced:
    found = Priced()

    @asynccontextmanager
    async def client(*_: object, **__: object) -> AsyncIterator[Priced]:
        yield found

    for commands in (_job, _run):
        monkeypatch.setattr(commands, "client_of", client)
    return found


def test_every_assurance_is_asked_for_and_stands_in_a_line(nesa: Nesa, priced: Priced, tmp_path: Path) -> None:
    priced.refusal = "no verifying key is registered\x1b[31m"
    file = tmp_path / "input"
    file.write_bytes(b"data")
    done = nesa("job", "estimate", "nesa/credit", str(file), "--compare", "--max-units", "2")
    assert done.status == 0, done
    assert [(request.check_bps, request.evidence) for request in priced.asked] == [
        (None, ()), (CERTAIN, ()), (0, ("tee",)), (0, ("zk",)),
    ]  # fmt: skip
    assert {(request.data, request.max_units) for request in priced.asked} == {(b"data", 2)}
    _, *rows = [line for line in done.out.splitlines() if "NES" in line or "Assurance" in line]
    lottery, check, tee, zk = rows
    assert "lottery(5%)" in lottery
    assert "1.1 NES" in lottery
    assert "unverified" in lottery
    assert "check(3)" in check
    assert "3 NES" in check
    assert "yes" in tee
    assert "no verifying key is registered" in zk
    assert "\x1b" not in done.out


def test_a_comparison_as_json(nesa: Nesa, priced: Priced) -> None:
    priced.refusal = "no"
    found = json.loads(nesa("job", "estimate", "nesa/credit", __file__, "--compare", "--json").out)
    assert [quote["assurance"]["evidence"] for quote in found] == [[], [], ["tee"], ["zk"]]
    assert [quote["estimate"]["refusal"] for quote in found] == ["", "", "", "no"]
    assert found[0]["estimate"]["fee"] == str(NES)


@pytest.mark.parametrize(
    ("assurance", "words"),
    [
        ("tee", "tee: an enclave's signature settles it"),
        ("zk or tee", "zk or tee: a zero-knowledge proof or an enclave's signature settles it"),
        ("check(3)", "check(3), 3 verifiers of 1 NES each"),
    ],
)
def test_one_assurance_says_what_settles_it(nesa: Nesa, priced: Priced, assurance: str, words: str) -> None:
    done = nesa("job", "estimate", "nesa/credit", __file__, "--assurance", assurance)
    assert done.status == 0, done
    assert words in " ".join(done.out.split())
    assert len(priced.asked) == 1


UNVERIFIED = replace(VERSION, profile=Profile(0, 0, 0, 0, 0, (), 20, ("none",)))


def test_what_nobody_checks_says_so_before_it_is_paid_for(nesa: Nesa, priced: Priced) -> None:
    priced.version = UNVERIFIED
    done = nesa("job", "estimate", "nesa/credit", __file__, "--assurance", "none")
    assert done.status == 0, done
    out = " ".join(done.out.split())
    assert "none: not verified: nobody checks what is delivered" in out
    assert "You pay for a wrong answer as for a right one, and there is nothing that you can do about it." in out
    assert "So few miners" not in out
    compared = nesa("job", "estimate", "nesa/credit", __file__, "--compare").out
    assert "not verified: nobody checks" in compared
    assert compared.count("add --assurance none") == 4


@pytest.mark.parametrize("command", ["job request", "run"])
@pytest.mark.parametrize("assurance", [None, "lottery", "check", "tee"])
def test_what_nobody_checks_is_asked_for_by_name(
    nesa: Nesa, priced: Priced, command: str, assurance: str | None
) -> None:
    priced.version = UNVERIFIED
    asked = ("--assurance", assurance) if assurance else ()
    done = nesa(*command.split(), "nesa/credit", __file__, *asked, "--yes", "--from", "me")
    assert "nobody checks what this model delivers; to have it all the same, add --assurance none" in done.sentence


def test_what_the_chain_would_refuse_is_no_success(nesa: Nesa, priced: Priced) -> None:
    priced.refusal = "no verifying key is registered for version 3"
    done = nesa("job", "estimate", "nesa/credit", __file__, "--assurance", "zk")
    assert done.status == 1
    assert "The chain would refuse this request: no verifying key" in done.out
    requested = nesa("job", "request", "nesa/credit", __file__, "--assurance", "zk", "--yes", "--from", "me")
    assert "would refuse this request: no verifying key" in requested.sentence


@pytest.mark.parametrize("assurance", ["fhe", "tee and check", "tee or tee", ""])
def test_an_assurance_that_does_not_exist_is_asked_of_nobody(nesa: Nesa, priced: Priced, assurance: str) -> None:
    done = nesa("job", "estimate", "nesa/credit", __file__, "--assurance", assurance)
    assert done.status == 2
    assert "an assurance is lottery" in " ".join(done.err.split())
    assert priced.asked == []
