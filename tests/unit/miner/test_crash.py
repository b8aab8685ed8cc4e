"""An agent killed at any point goes on from its journal, and neither loses a bond nor contradicts itself.

A kill is an exception that nothing catches, raised inside the journal or beside the wire. What is on disk and what is
in the mempool stays; everything else is gone.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nesa.chain import SignedTx
from nesa.engines import Model
from nesa.miner import Duty, Journal, Kind, Parts
from unit.miner.fakes import FakeChain
from unit.miner.lives import Killed, assert_honest, live, open_jobs
from unit.miner.records import NES

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]


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
