"""A disk without room ends an agent in one sentence, before anything unwritten leaves it; nothing is lost."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nesa.engines import Model
from nesa.errors import MinerError
from nesa.miner import Duty, Journal, Parts
from nesa.miner._journal import State
from unit.miner.fakes import FakeChain
from unit.miner.lives import assert_honest, live, open_jobs
from unit.miner.records import CHAIN, NES, OWNER

MakeParts = Callable[..., Parts]


class Disk:
    """Room for so many transactions; then none, until there is room again."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.refused = 0

    def journal(self, path: Path, *, owner: str, chain_id: str) -> Journal:
        return CrampedJournal(self, path, owner=owner, chain_id=chain_id)


class CrampedJournal(Journal):
    """A journal whose transactions fail as SQLite's do when the disk is full."""

    def __init__(self, disk: Disk, path: Path, *, owner: str, chain_id: str) -> None:
        self._disk: Disk | None = None
        super().__init__(path, owner=owner, chain_id=chain_id)
        self._disk = disk

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with super()._transaction():
            yield
            if self._disk is not None and self._disk.room <= 0:
                self._disk.refused += 1
                raise sqlite3.OperationalError("database or disk is full")
        if self._disk is not None:
            self._disk.room -= 1


@pytest.mark.anyio
@pytest.mark.parametrize("room", range(14))
async def test_threat_27_a_full_disk_loses_no_job(chain: FakeChain, parts: MakeParts, model: Model, room: int) -> None:
    disk = Disk(room)
    open_jobs(chain, model)

    def done(journal: Journal) -> bool:
        return len(chain.records) == 2 and not journal.open_duties()

    lives = 1
    while not await live(chain, parts(journal=disk.journal), done):
        assert disk.refused > 0
        lives += 1
        disk.room = 1000  # somebody made room, and the system started the agent again
    assert lives == 2
    assert_honest(chain, 2)
    assert len(chain.paid) == 2
    assert sum(paid[0].amount for paid in chain.paid.values()) == 2 * (NES // 100)


def test_threat_27_a_full_journal_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", owner=OWNER, chain_id=CHAIN)
    kept = Duty(1, 0, 1, State.RAN, 0, 5, output=b"kept")
    journal.write(kept)
    (pages,) = journal._db.execute("PRAGMA page_count").fetchone()
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(MinerError, match=r"^the journal cannot be written: database or disk is full$"):
        journal.write(Duty(2, 0, 1, State.RAN, 0, 5, output=bytes(100_000)))
    assert journal.open_duties() == [kept]
    journal._db.execute("PRAGMA max_page_count = 1000000")
    journal.write(Duty(2, 0, 1, State.RAN, 0, 5, output=bytes(100_000)))
    assert len(journal.open_duties()) == 2
    journal.close()
