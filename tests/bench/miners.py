"""Users and miners that do all that users and miners do on the chain, and answer without running a model.

What they send is what agents send: requests, tickets of their best slots, deliveries, commitments, reveals. So the node
has the whole work of a job, and the processor is left to it.
"""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.load import Outlet
from nesa.chain import (
    Assurance,
    Claim,
    CommitEntry,
    DeliverEntry,
    Key,
    Outcome,
    Result,
    RevealEntry,
    Terms,
    Version,
    messages,
)
from nesa.miner._sortition import best_ticket, commitment
from nesa.models import Manifest

__all__ = ["Miner", "Play", "Shape"]

_INPUT = b"def main():\n    print('hello')\n" * 4
_ANSWER = b'{"label":"python","score_ppm":987654}'
_SALT = bytes(32)
_PRICE = 10**15  # anes
_COMPONENT = 2  # bytes
_FAR = 5_000  # blocks, well beyond a job's life here

Fields = dict[str, Any]


# What messages were seen to take, and a margin.
def _request_gas(entries: int) -> int:
    return 90_000 + 140_000 * entries


def _claim_gas(entries: int) -> int:
    return 80_000 + 62_000 * entries


def _deliver_gas(entries: int) -> int:
    return 90_000 + 95_000 * entries


def _commit_gas(entries: int) -> int:
    return 90_000 + 75_000 * entries


def _reveal_gas(entries: int) -> int:
    return 90_000 + 190_000 * entries


@dataclass(frozen=True, slots=True)
class Shape:
    """What the model's answers have: its version, the bytes of a fingerprint, the number of scores."""

    version: int
    price: int
    fingerprint: int
    scores: int

    @classmethod
    def of(cls, version: Version, manifest: Manifest) -> "Shape":
        """Return what a model's manifest says of its answers."""
        profile = manifest.profile
        size = profile.positions * profile.projections * _COMPONENT
        return cls(version.id, _PRICE, size, len(profile.score_thresholds))


@dataclass(frozen=True, slots=True)
class Miner:
    """A miner's address, its slots, and its two hot keys."""

    owner: Key
    slots: int
    operator: Outlet
    claims: Outlet


class Play:
    """All jobs that are under way, carried on by what each block announces."""

    def __init__(self, chain_id: str, shape: Shape, users: Sequence[Outlet], miners: Sequence[Miner]) -> None:
        self._chain_id = chain_id
        self._shape = shape
        self._users = users
        self._miners = {miner.owner.address: miner for miner in miners}
        self._committed: dict[tuple[int, int], list[str]] = defaultdict(list)
        self._seats: dict[tuple[int, int], int] = {}
        self._executors: dict[int, str] = {}
        self._next = 0
        self.asked = 0
        self.ends: Counter[str] = Counter()
        self.checks = 0
        self._result = Result(Outcome.OK, bytes(shape.fingerprint), (0,) * shape.scores)

    @property
    def open(self) -> int:
        """Jobs that have not ended."""
        return self.asked - self.ends.total()

    @property
    def settled(self) -> int:
        return self.ends["SETTLED"]

    def ask(self, jobs: int, height: int) -> None:
        """Request so many jobs, each user in turn."""
        for _ in range(jobs):
            terms = Terms(
                version_id=self._shape.version,
                input=_INPUT,
                input_digest=hashlib.sha256(_INPUT).digest(),
                seed=hashlib.sha256(self._next.to_bytes(8, "big")).digest(),
                price=self._shape.price,
                max_units=1,
                assurance=Assurance(500),
                deadline=height + _FAR,
            )
            self._users[self._next % len(self._users)].add(messages.request, _request_gas, terms)
            self._next += 1
        self.asked += jobs

    def carry_on(self, events: Sequence[tuple[str, Fields]]) -> None:
        """Do what a block's events ask for."""
        for name, fields in events:
            if handler := getattr(self, f"_on_{name}", None):
                handler(fields)

    def _on_EventDrawn(self, fields: Fields) -> None:  # noqa: N802 - the event's name
        job, round_ = int(fields["job_id"]), int(fields["round"])
        self._seats[job, round_] = int(fields["seats"])
        seed = base64.b64decode(fields["seed"])
        for address, miner in self._miners.items():
            if address != self._executors.get(job):
                _, slot = best_ticket(self._chain_id, seed, job, round_, address, miner.slots)
                miner.claims.add(messages.claim, _claim_gas, Claim(job, round_, slot))

    def _on_EventSeated(self, fields: Fields) -> None:  # noqa: N802 - the event's name
        job, round_, address = int(fields["job_id"]), int(fields["round"]), fields["miner"]
        miner = self._miners[address]
        if round_ == 0:
            self._executors[job] = address
            entry = DeliverEntry(
                job, Outcome.OK, _ANSWER, hashlib.sha256(_ANSWER).digest(), "", 1, self._result.fingerprint
            )
            miner.operator.add(messages.deliver, _deliver_gas, entry)
        else:
            fixed = commitment(self._chain_id, job, round_, address, self._result, _SALT)
            miner.operator.add(messages.commit, _commit_gas, CommitEntry(job, round_, fixed))

    def _on_EventCommitted(self, fields: Fields) -> None:  # noqa: N802 - the event's name
        job, round_ = key = int(fields["job_id"]), int(fields["round"])
        self._committed[key].append(fields["miner"])
        if len(self._committed[key]) == self._seats[key]:
            for address in self._committed.pop(key):
                entry = RevealEntry(job, round_, self._result, _SALT)
                self._miners[address].operator.add(messages.reveal, _reveal_gas, entry)

    def _on_EventVerdict(self, _: Fields) -> None:  # noqa: N802 - the event's name
        self.checks += 1

    def _on_EventFinished(self, fields: Fields) -> None:  # noqa: N802 - the event's name
        job = int(fields["job_id"])
        self.ends[fields["status"].removeprefix("STATUS_")] += 1
        self._executors.pop(job, None)
        for round_ in range(3):
            self._seats.pop((job, round_), None)
