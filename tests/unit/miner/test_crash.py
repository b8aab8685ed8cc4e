"""An agent killed at any point goes on from its journal, and neither loses a bond nor contradicts itself.

A kill is an exception that nothing catches, raised inside the journal or beside the wire. What is on disk and what is
in the mempool stays; everything else is gone.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from nesa.chain import SignedTx
from nesa.engines import Model
from nesa.miner import Agent, Duty, Journal, Kind, Parts
from nesa.verify import fingerprint, fingerprint_seed
from unit.miner.conftest import make_blocks
from unit.miner.fakes import CHAIN, NES, FakeChain, delivery_of, terms

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]

TEXT = b"#!/bin/sh\nset -eu\nfor f in *; do echo $f; done\n" * 8


class Killed(BaseException):
    """kill -9."""


@dataclass
class Reaper:
    """Notes every point that an agent passes, and kills it at one that was chosen."""

    choose: Callable[[str], bool]
    passed: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    dead: bool = False

    def __call__(self, point: str) -> None:
        if self.dead:
            raise Killed(point)
        self.passed[point] += 1
        if self.choose(point):
            self.kills += 1
            self.dead = True
            raise Killed(point)

    def journal(self, path: Path, *, owner: str, chain_id: str) -> Journal:
        return MortalJournal(self, path, owner=owner, chain_id=chain_id)


class MortalJournal(Journal):
    """A journal with a point before and after each write."""

    def __init__(self, reaper: Reaper, path: Path, *, owner: str, chain_id: str) -> None:
        super().__init__(path, owner=owner, chain_id=chain_id)
        self._reaper = reaper

    def write(self, *duties: Duty) -> None:
        states = "+".join(sorted({duty.state.value for duty in duties}))
        self._reaper(f"before {states}")
        super().write(*duties)
        self._reaper(f"after {states}")

    def signed(self, kind: Kind, message: str, tx: SignedTx, items: object) -> None:
        self._reaper(f"before signed {kind.value}")
        super().signed(kind, message, tx, items)  # type: ignore[arg-type]
        self._reaper(f"after signed {kind.value}")

    def settled(self, hashes: object, fee: int, *duties: Duty) -> None:
        states = "+".join(sorted({duty.state.value for duty in duties}))
        self._reaper(f"before settled {states}")
        super().settled(hashes, fee, *duties)  # type: ignore[arg-type]
        self._reaper(f"after settled {states}")

    def finish(self, duty: Duty) -> None:
        self._reaper("before closed")
        super().finish(duty)
        self._reaper("after closed")


POINTS = [
    f"{when} {what}"
    for what in (
        *("claiming", "ran", "checked", "closed"),
        *("signed claim", "signed deliver", "signed commit", "signed reveal"),
        *("settled claimed", "settled delivered", "settled committed", "settled revealed"),
    )
    for when in ("before", "after")
] + [f"{what} {kind.value}" for kind in Kind if kind is not Kind.ABSTAIN for what in ("signed", "sent", "acknowledged")]


async def live(chain: FakeChain, parts: Parts, done: Callable[[Journal], bool]) -> bool:
    """Run an agent until all is done, or it is killed."""
    try:
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(make_blocks, chain)
                tasks.start_soon(Agent(parts).run)
                while not done(parts.journal):  # noqa: ASYNC110 - chain and journal are what is watched
                    await anyio.sleep(0.002)
                tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        rest = group.split(Killed)[1]
        if rest is not None:
            raise rest from None
        return False
    except Killed:
        return False
    finally:
        parts.journal.close()
    return True


def open_jobs(chain: FakeChain, model: Model) -> None:
    """Request one job to execute and one to check."""
    chain.request(terms(TEXT))
    job = len(chain.jobs) + len(chain.records) + 1
    own = model.run(TEXT)
    seed = fingerprint_seed(CHAIN, chain_seed(job), job, 0)
    chain.request_check(terms(TEXT), delivery_of(own.payload, fingerprint(own, model.manifest.profile, seed, CHAIN)))


def chain_seed(job: int) -> bytes:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(bytes([job % 256, 0])).digest()


def sent(chain: FakeChain, hash_: str) -> list[tuple[Kind, Any]]:
    _, _, kind, entries = chain.wire[hash_]
    return [(kind, entry) for entry in entries]


def assert_honest(chain: FakeChain, jobs: int) -> None:
    """Every job that was taken on was paid for, and nothing that was said contradicts itself."""
    said: dict[tuple[Kind, int], set[object]] = defaultdict(set)
    for kind, entry in chain.offered:
        said[kind, entry.job_id].add(entry)
    for (kind, job), entries in said.items():
        assert len(entries) == 1, f"two different {kind.value}s for job {job}"
    paid_for = Counter((kind, entry.job_id) for hash_ in chain.included for kind, entry in sent(chain, hash_))
    assert max(paid_for.values()) == 1, "gas was paid twice for the same entry"
    assert not chain.missed
    assert chain.locked == 0
    assert len(chain.records) == jobs
    assert chain.paid.keys() == {job for kind, job in said if kind is not Kind.CLAIM}


@pytest.mark.parametrize("point", POINTS)
async def test_threat_26_killed_at_each_transition(
    chain: FakeChain, parts: MakeParts, model: Model, point: str
) -> None:
    reaper = Reaper(lambda passed: passed == point and not reaper.kills)
    open_jobs(chain, model)

    def done(journal: Journal) -> bool:
        return len(chain.records) == 2 and not journal.open_duties()

    while not await live(chain, parts(probe=reaper, journal=reaper.journal), done):
        reaper.dead = False
    assert reaper.kills == 1, f"{point} was not passed; passed were {sorted(reaper.passed)}"
    assert_honest(chain, 2)
    assert len(chain.paid) == 2
    journal = parts().journal
    (totals,) = journal.totals()
    assert not journal.pending()
    journal.close()
    assert (totals.jobs, totals.checks, totals.lost) == (1, 1, 0)
    assert totals.earned == 2 * (NES // 100)


@pytest.mark.timeout(300)
async def test_threat_26_two_hundred_random_kills(chain: FakeChain, parts: MakeParts, model: Model) -> None:
    chance = random.Random(26)
    reaper = Reaper(lambda _: chance.random() < 0.08)
    jobs, kills = 0, 200

    def done(journal: Journal) -> bool:
        nonlocal jobs
        if reaper.kills < kills and len(chain.jobs) < 4:
            open_jobs(chain, model)
            jobs += 2
        return reaper.kills >= kills and len(chain.records) == jobs and not journal.open_duties()

    while True:
        if await live(chain, parts(probe=reaper, journal=reaper.journal), done):
            break
        reaper.dead = False
        if reaper.kills >= kills:
            reaper.choose = lambda _: False
    assert reaper.kills == kills
    assert_honest(chain, jobs)
    journal = parts().journal
    (totals,) = journal.totals()
    journal.close()
    assert totals.jobs + totals.checks == len(chain.paid)
    assert totals.earned == len(chain.paid) * (NES // 100)
    assert len(chain.paid) > jobs // 2, "a claim window may pass while an agent is dead, but not most of them"
