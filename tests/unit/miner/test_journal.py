"""What a journal leaves on disk: for its owner alone, and nothing of an output once its duty is closed."""

import os
import random
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from nesa.chain import SignedTx
from nesa.miner import Duty, Journal, Kind
from nesa.miner._journal import State
from unit.miner.records import CHAIN, OWNER

SECRET = b"answer-7c21e9"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path, owner=OWNER, chain_id=CHAIN)
    yield journal
    journal.close()


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def modes(path: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob(f"{path.name}*")}


def ran(job: int, output: bytes) -> Duty:
    return Duty(job, 0, 1, State.RAN, outcome=1, output=output, output_digest=b"d", seconds=1.0)


def deliver(journal: Journal, job: int, output: bytes) -> Duty:
    """Journal a run and the transaction that delivers it; return the duty delivered."""
    duty = ran(job, output)
    journal.write(duty)
    journal.signed(Kind.DELIVER, f"tx{job}", SignedTx(b"raw" + output, f"tx{job}", job, 1, 9), [duty.key])
    return duty.to(State.DELIVERED, output=b"")


ALL = {"journal.db": 0o600, "journal.db-shm": 0o600, "journal.db-wal": 0o600}


def test_its_files_are_for_their_owner(path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal(path, owner=OWNER, chain_id=CHAIN)
        journal.write(ran(1, SECRET))
    finally:
        os.umask(before)
    assert modes(path) == ALL
    journal.close()


def test_files_of_an_older_run_are_closed_to_others(path: Path, journal: Journal) -> None:
    for name in ALL:
        (path.parent / name).chmod(0o644)
    second = Journal(path, owner=OWNER, chain_id=CHAIN)
    assert modes(path) == ALL
    second.close()
    journal.write(ran(1, SECRET))


@pytest.mark.parametrize("size", [1, 50, 20_000])
def test_nothing_of_an_output_is_left_when_its_duty_is_closed(path: Path, journal: Journal, size: int) -> None:
    delivered = deliver(journal, 1, SECRET * size)
    assert SECRET in on_disk(path)
    journal.settled(["tx1"], 5, delivered)
    journal.finish(delivered)
    assert SECRET not in on_disk(path)
    assert (path.parent / "journal.db-wal").stat().st_size == 0


def test_nor_when_its_message_is_settled_after_that(path: Path, journal: Journal) -> None:
    delivered = deliver(journal, 1, SECRET)
    journal.finish(delivered)
    assert SECRET in on_disk(path), "the transaction may have to be sent again"
    journal.settled(["tx1"], 5)
    assert SECRET not in on_disk(path)


@pytest.mark.parametrize("seed", range(5))
def test_nor_of_many_at_once(path: Path, journal: Journal, seed: int) -> None:
    chance = random.Random(seed)
    jobs = {
        job: deliver(journal, job, SECRET * chance.choice((1, 9, 60, 900)))
        for job in chance.sample(range(1, 1000), 150)
    }
    for job in chance.sample(sorted(jobs), len(jobs)):
        journal.settled([f"tx{job}"], 5, jobs[job])
        journal.finish(jobs[job])
    assert SECRET not in on_disk(path)


def test_what_is_written_is_what_is_read(path: Path, journal: Journal) -> None:
    outputs = [b"", b"x", bytes(5000), SECRET * 900]
    for job, output in enumerate(outputs):
        deliver(journal, job, output)
    journal.close()
    again = Journal(path, owner=OWNER, chain_id=CHAIN)
    assert [duty.output for duty in again.open_duties()] == outputs
    assert [item.attempts[0].raw for item in again.pending()] == [b"raw" + output for output in outputs]
    again.close()


def test_nor_after_a_run_that_was_killed(path: Path, journal: Journal, tmp_path: Path) -> None:
    delivered = deliver(journal, 1, SECRET)
    journal._db.execute("DELETE FROM tx")
    journal._db.execute("UPDATE duty SET state = ?, output = ?", (State.CLOSED, b""))
    (tmp_path / "copy").mkdir()
    for file in path.parent.glob("journal.db*"):
        (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())
    assert SECRET in on_disk(tmp_path / "copy" / "journal.db")
    again = Journal(tmp_path / "copy" / "journal.db", owner=OWNER, chain_id=CHAIN)
    assert SECRET not in on_disk(tmp_path / "copy" / "journal.db")
    assert again.duty(*delivered.key) == delivered.to(State.CLOSED)
    again.close()


def test_a_reader_does_not_hold_up_the_agent_and_the_next_closing_cleans_up(path: Path, journal: Journal) -> None:
    delivered = deliver(journal, 1, SECRET)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM duty").fetchone()
    journal.settled(["tx1"], 5, delivered)
    journal.finish(delivered)
    reader.close()
    journal.finish(Duty(2, 0, 1, State.CLAIMED))  # a ticket that did not win
    assert SECRET not in on_disk(path)


def test_tickets_that_do_not_win_cost_no_checkpoint(journal: Journal) -> None:
    statements: list[str] = []
    journal._db.set_trace_callback(statements.append)
    journal.finish(Duty(1, 0, 1, State.CLAIMED))
    journal.settled([], 0)
    assert not [text for text in statements if "checkpoint" in text]


def test_a_journal_of_an_older_form_is_read(path: Path) -> None:
    before = Journal(path, owner=OWNER, chain_id=CHAIN)
    before.write(Duty(7, 0, 1, State.RAN, output=SECRET))
    before.close()
    older = sqlite3.connect(path)
    for column in ("input_uri", "evidence"):
        older.execute(f"ALTER TABLE duty DROP COLUMN {column}")
    older.commit()
    older.close()
    journal = Journal(path, owner=OWNER, chain_id=CHAIN)
    assert journal.duty(7, 0) == Duty(7, 0, 1, State.RAN, output=SECRET)
    written = Duty(1, 0, 1, State.RAN, input_uri="nats://relay.example:4222/00", evidence=b"\0signature")
    journal.write(written)
    assert journal.duty(1, 0) == written
    journal.close()


def test_evidence_survives_a_restart(path: Path, journal: Journal) -> None:
    duty = Duty(1, 0, 1, State.RAN, output=b"answer", evidence=bytes(range(256)))
    journal.write(duty)
    journal.close()
    again = Journal(path, owner=OWNER, chain_id=CHAIN)
    assert again.open_duties() == [duty]
    again.close()
