"""The miner's journal: what it owes and what it has promised, on disk before anything is said to the chain.

A restart reads it, asks the chain, and goes on. What must never be lost is a commitment's salt and result: without them
it cannot be revealed, and the bond is gone. What must never happen twice is a second, different result.

Outputs are here only between the run and the delivery, and signed transactions until their fate is known. SQLite
overwrites what is deleted (`secure_delete`), but its write-ahead log keeps what was written: when a duty that ran is
closed, the log is moved into the database and cut to nothing, so that no file of the journal holds its output any more.
The files are their owner's alone.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from nesa.chain import SignedTx
from nesa.errors import MinerError

__all__ = ["Duty", "Journal", "Kind", "Pending", "State", "Totals"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duty (
  job INTEGER NOT NULL, round INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, slot INTEGER NOT NULL,
  bond TEXT NOT NULL, outcome INTEGER NOT NULL, output BLOB NOT NULL, output_digest BLOB NOT NULL,
  output_uri TEXT NOT NULL, input_uri TEXT NOT NULL, units INTEGER NOT NULL, fingerprint BLOB NOT NULL,
  evidence BLOB NOT NULL,
  scores TEXT NOT NULL, salt BLOB NOT NULL, seconds REAL NOT NULL, earned TEXT NOT NULL, lost TEXT NOT NULL,
  PRIMARY KEY (job, round)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS duty_state ON duty (state);
CREATE TABLE IF NOT EXISTS tx (
  hash TEXT PRIMARY KEY, message TEXT NOT NULL, kind TEXT NOT NULL, raw BLOB NOT NULL, sequence INTEGER NOT NULL,
  signed_height INTEGER NOT NULL, timeout_height INTEGER NOT NULL, items TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (
  version INTEGER PRIMARY KEY, jobs INTEGER NOT NULL, checks INTEGER NOT NULL, seconds REAL NOT NULL,
  earned TEXT NOT NULL, lost TEXT NOT NULL
);
"""
_VERSION = "1"
_WAIT = 5000  # ms for another process's transaction
_CHECKPOINT_WAIT = 50  # ms; the agent stands still meanwhile, and the next closing tries again
# Before every payload. SQLite copies the first bytes of a row, 1002 at most, from page to page as a table grows, and
# overwrites none of these copies; what comes after them is on pages that hold nothing else and are overwritten.
_PAD = bytes(1024)


class State(StrEnum):
    """How far a duty is. What comes after `CLAIMED` depends on the round: execution, or check."""

    CLAIMING = "claiming"  # a ticket is about to be entered
    CLAIMED = "claimed"  # entered; whether it wins shows on the chain
    RAN = "ran"  # executed, to be delivered
    DELIVERED = "delivered"
    CHECKED = "checked"  # result and salt are fixed, to be committed
    COMMITTED = "committed"
    REVEALED = "revealed"
    ABSTAINED = "abstained"
    CLOSED = "closed"  # the job has ended, or another has the seat


class Kind(StrEnum):
    """The messages that a miner sends."""

    CLAIM = "claim"
    DELIVER = "deliver"
    ABSTAIN = "abstain"
    COMMIT = "commit"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Duty:
    """One miner's part in one round of one job.

    Attributes:
        job: id of the job.
        round: 0 executes, 1 checks, 2 decides an appeal.
        version: id of the model's version.
        state: how far it is.
        slot: whose ticket was entered.
        bond: anes that winning will lock.
        outcome: of the run, as the chain numbers it; 0 before.
        output: the answer, until it is delivered; empty where `output_uri` says where it is.
        output_digest: its SHA-256.
        output_uri: where a large one was put.
        input_uri: where an input that the chain does not hold was put.
        units: charged.
        fingerprint: under the round's seed.
        evidence: for the delivery where the job asks for some, as it goes onto the chain.
        scores: of the delivery checked.
        salt: of the commitment, 32 bytes.
        seconds: that the run took.
        earned: anes paid to this miner for it.
        lost: anes of bond burned for it.
    """

    job: int
    round: int
    version: int
    state: State
    slot: int = 0
    bond: int = 0
    outcome: int = 0
    output: bytes = b""
    output_digest: bytes = b""
    output_uri: str = ""
    input_uri: str = ""
    units: int = 0
    fingerprint: bytes = b""
    evidence: bytes = b""
    scores: tuple[int, ...] = ()
    salt: bytes = b""
    seconds: float = 0.0
    earned: int = 0
    lost: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Job and round."""
        return self.job, self.round

    def to(self, state: State, **changes: Any) -> "Duty":  # noqa: ANN401 - any field
        """Return the duty in another state."""
        return replace(self, state=state, **changes)


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that may or may not have reached the chain.

    Attributes:
        kind: of message.
        attempts: all transactions that were signed for it.
        items: job and round of its entries, in their order.
    """

    kind: Kind
    attempts: tuple[SignedTx, ...]
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a version has brought: jobs executed, checks made, seconds of running, anes earned and lost."""

    version: int
    jobs: int
    checks: int
    seconds: float
    earned: int
    lost: int


_COLUMNS = tuple(Duty.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM duty"  # noqa: S608 - names of this file
_UPSERT = f"INSERT OR REPLACE INTO duty ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


def _row(duty: Duty) -> list[Any]:
    values = [getattr(duty, name) for name in _COLUMNS]
    for name in ("bond", "earned", "lost"):  # more than SQLite's 64 bits
        values[_COLUMNS.index(name)] = str(getattr(duty, name))
    values[_COLUMNS.index("output")] = _padded(duty.output)
    values[_COLUMNS.index("scores")] = json.dumps(duty.scores)
    return values


def _duty(row: sqlite3.Row) -> Duty:
    fields: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    fields |= {name: int(fields[name]) for name in ("bond", "earned", "lost")}
    fields |= {"output": fields["output"].removeprefix(_PAD), "scores": tuple(json.loads(fields["scores"]))}
    return Duty(**fields | {"state": State(fields["state"])})


def _padded(payload: bytes) -> bytes:
    return _PAD + payload if payload else b""


class Journal:
    """A SQLite file. Every method is one transaction that is on disk when it returns.

    What a closed duty's run left behind is off the disk when `finish` returns, or `settled` if its message's fate comes
    later; or with the next such call while another process reads, as ``nesa miner status`` does for a moment.
    """

    def __init__(self, path: Path, *, owner: str, chain_id: str) -> None:
        """Open or make the journal of one miner on one chain.

        Raises:
            MinerError: it cannot be opened, or belongs to another miner or chain.
        """
        self._littered = True  # a run before this one may have been killed
        try:
            _for_owner_alone(path)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for setting in (f"busy_timeout={_WAIT}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {setting}")
            self._db.executescript(_SCHEMA)
            self._add_missing()
            with self._transaction():
                for key, value in (("version", _VERSION), ("owner", owner), ("chain_id", chain_id), ("fees", "0")):
                    self._db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (key, value))
            found = dict(self._db.execute("SELECT key, value FROM meta"))
        except (sqlite3.Error, OSError) as error:
            raise MinerError(f"the journal {path} cannot be opened: {error}") from error
        if (found["version"], found["owner"], found["chain_id"]) != (_VERSION, owner, chain_id):
            self.close()
            raise MinerError(f"the journal {path} belongs to miner {found['owner']} on chain {found['chain_id']}")
        self._clean()

    def _add_missing(self) -> None:
        """Bring a journal to this version's form."""
        present = {row[1] for row in self._db.execute("PRAGMA table_info(duty)")}
        for column, kind in (("input_uri", "TEXT NOT NULL DEFAULT ''"), ("evidence", "BLOB NOT NULL DEFAULT x''")):
            if column not in present:
                self._db.execute(f"ALTER TABLE duty ADD COLUMN {column} {kind}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # SQLite ends it by itself when the disk is full
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise MinerError(f"the journal cannot be written: {error}") from error

    def _clean(self) -> None:
        """Empty the write-ahead log if it may hold what has been deleted since; a reader leaves that for later."""
        if not self._littered:
            return
        try:
            self._db.execute(f"PRAGMA busy_timeout={_CHECKPOINT_WAIT}")
            self._littered = bool(self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            self._db.execute(f"PRAGMA busy_timeout={_WAIT}")
        except sqlite3.Error as error:
            raise MinerError(f"the journal cannot be written: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def duty(self, job: int, round_: int) -> Duty | None:
        """Return a duty."""
        row = self._db.execute(f"{_SELECT} WHERE job = ? AND round = ?", (job, round_)).fetchone()
        return _duty(row) if row else None

    def open_duties(self) -> list[Duty]:
        """Return the duties that are not closed, ordered by job and round."""
        rows = self._db.execute(f"{_SELECT} WHERE state != ? ORDER BY job, round", (State.CLOSED,))
        return [_duty(row) for row in rows]

    def write(self, *duties: Duty) -> None:
        """Write duties, all or none."""
        with self._transaction():
            self._db.executemany(_UPSERT, [_row(duty) for duty in duties])

    def signed(self, kind: Kind, message: str, tx: SignedTx, items: Sequence[tuple[int, int]]) -> None:
        """Write a transaction that is about to leave; all that are signed for one message have its name."""
        row = (tx.hash, message, kind, _padded(tx.raw), tx.sequence, tx.signed_height, tx.timeout_height)
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO tx VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, json.dumps(list(map(list, items))))
            )

    def pending(self) -> list[Pending]:
        """Return the messages whose fate is not known, in the order of their sequences."""
        found: dict[str, Pending] = {}
        rows = self._db.execute(
            "SELECT message, kind, items, raw, hash, sequence, signed_height, timeout_height FROM tx ORDER BY sequence"
        )
        for message, kind, items, raw, hash_, sequence, signed, timeout in rows:
            tx = SignedTx(raw.removeprefix(_PAD), hash_, sequence, signed, timeout)
            earlier = found[message].attempts if message in found else ()
            keys = tuple((job, round_) for job, round_ in json.loads(items))
            found[message] = Pending(Kind(kind), (*earlier, tx), keys)
        return list(found.values())

    def settled(self, hashes: Sequence[str], fee: int, *duties: Duty) -> None:
        """Write what became of a message: its transactions' bytes go, its fee is counted, its duties move on."""
        self._littered |= self._outlived(hashes)
        with self._transaction():
            self._db.executemany("DELETE FROM tx WHERE hash = ?", [(hash_,) for hash_ in hashes])
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'fees'", (str(self.fees() + fee),))
            self._db.executemany(_UPSERT, [_row(duty) for duty in duties])
        self._clean()

    def _outlived(self, hashes: Sequence[str]) -> bool:
        """Tell whether the transactions of one delivery are here longer than a duty whose output they hold."""
        query = "SELECT items FROM tx WHERE hash = ? AND kind = ?"
        found = [self._db.execute(query, (hash_, Kind.DELIVER)).fetchone() for hash_ in hashes[:1]]
        duties = [self.duty(*key) for row in found if row for key in json.loads(row[0])]
        return any(duty is None or duty.state is State.CLOSED for duty in duties)

    def fees(self) -> int:
        """Return the anes paid for gas, all messages together."""
        return int(self._db.execute("SELECT value FROM meta WHERE key = 'fees'").fetchone()[0])

    def finish(self, duty: Duty) -> None:
        """Close a duty: its private parts go, and what it brought is added to its version's totals, once."""
        closed = duty.to(State.CLOSED, output=b"", salt=b"", fingerprint=b"")
        with self._transaction():
            if self.duty(*duty.key) == closed:
                return
            self._db.execute(_UPSERT, _row(closed))
            if duty.seconds or duty.earned or duty.lost:
                self._add(closed)
        self._littered |= bool(duty.outcome)
        self._clean()

    def _add(self, duty: Duty) -> None:
        old = next((totals for totals in self.totals() if totals.version == duty.version), None)
        old = old or Totals(duty.version, 0, 0, 0.0, 0, 0)
        self._db.execute(
            "INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?, ?, ?)",
            (
                duty.version,
                old.jobs + (duty.round == 0),
                old.checks + (duty.round > 0),
                old.seconds + duty.seconds,
                str(old.earned + duty.earned),
                str(old.lost + duty.lost),
            ),
        )

    def totals(self) -> list[Totals]:
        """Return what each version has brought in duties that are closed, by id."""
        rows = self._db.execute("SELECT version, jobs, checks, seconds, earned, lost FROM totals ORDER BY version")
        return [
            Totals(version, jobs, checks, seconds, int(earned), int(lost))
            for version, jobs, checks, seconds, earned, lost in rows
        ]

    def prune(self, keep: int) -> None:
        """Forget all but the newest ``keep`` closed duties; the totals remain."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM duty WHERE state = ? AND job <= (SELECT max(job) FROM duty) - ?",
                (State.CLOSED, keep),
            )


def _for_owner_alone(path: Path) -> None:
    """Make a database's file if there is none, and close it and those beside it to others; SQLite copies its mode."""
    with suppress(FileExistsError):  # opening one that SQLite has open, and closing it, would drop SQLite's locks
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(FileNotFoundError):
            path.with_name(name).chmod(0o600)
