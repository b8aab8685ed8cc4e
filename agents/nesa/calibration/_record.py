"""What a calibration has measured: kept as JSON, and gone on with later."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.calibration._scores import Scores
from nesa.errors import CalibrationError

__all__ = ["Compared", "Record", "Tally"]

Tally = Counter[Scores]
"""How often which scores were seen."""


@dataclass
class Compared:
    """One way of running a model beside the usual one.

    Attributes:
        answers: how many were compared.
        same_text: how many were the same to the letter.
        same_bits: how many had the same tensor to the bit.
        fingerprint: the largest distance of fingerprints.
        largest: the largest margin of a token.
    """

    answers: int = 0
    same_text: int = 0
    same_bits: int = 0
    fingerprint: int = 0
    largest: int = 0


@dataclass
class Record:
    """Measurements of a model.

    Attributes:
        digest: of the model's manifest without its profile, in hexadecimal: what was measured of another is of no use.
        machine: on which it was measured.
        done: how many jobs of each part are in it.
        checks: by kind, then by number of tokens, scores of executors.
        verifiers: by kind, how often which distance of a verifier from the committee was seen.
        writing: by name, ways of writing beside the usual one.
        reading: by name, ways of reading beside the usual one.
        sizes: plain numbers: answers and their tokens, the largest spread of projections, inputs refused.
        prompts: that a search found.
    """

    digest: str
    machine: str
    done: Counter[str] = field(default_factory=Counter)
    checks: dict[str, dict[int, Tally]] = field(default_factory=dict)
    verifiers: dict[str, Counter[int]] = field(default_factory=dict)
    writing: dict[str, Compared] = field(default_factory=dict)
    reading: dict[str, Compared] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    prompts: list[str] = field(default_factory=list)

    def add(self, kind: str, tokens: int, scores: Scores) -> None:
        """Count an executor's scores."""
        self.checks.setdefault(kind, {}).setdefault(tokens, Counter())[scores] += 1

    def add_verifier(self, kind: str, distance: int) -> None:
        """Count a verifier's distance."""
        self.verifiers.setdefault(kind, Counter())[distance] += 1

    def add_all(self, other: "Record") -> None:
        """Add what another record counted of other jobs of the same model: its executors and verifiers, and sizes.

        Raises:
            CalibrationError: it is of another model.
        """
        if other.digest != self.digest:
            raise CalibrationError("what was measured elsewhere is of another model")
        self.done.update(other.done)
        self.sizes.update(other.sizes)
        for kind, tallies in other.checks.items():
            for tokens, tally in tallies.items():
                self.checks.setdefault(kind, {}).setdefault(tokens, Counter()).update(tally)
        for kind, distances in other.verifiers.items():
            self.verifiers.setdefault(kind, Counter()).update(distances)

    def to_json(self) -> str:
        """Return it as JSON: scores as rows [times seen, the scores]."""
        found = {
            "digest": self.digest,
            "machine": self.machine,
            "done": dict(self.done),
            "sizes": dict(self.sizes),
            "prompts": self.prompts,
            "writing": {name: vars(found) for name, found in self.writing.items()},
            "reading": {name: vars(found) for name, found in self.reading.items()},
            "verifiers": {kind: sorted(found.items()) for kind, found in self.verifiers.items()},
            "checks": {
                kind: {tokens: [[times, *row] for row, times in sorted(tally.items())] for tokens, tally in of.items()}
                for kind, of in self.checks.items()
            },
        }
        parts = ",\n".join(f"{json.dumps(key)}:{_pack(value)}" for key, value in found.items())
        return f"{{{parts}}}\n"

    @classmethod
    def read(cls, path: Path) -> "Record":
        """Read what `to_json` wrote.

        Raises:
            CalibrationError: it is none.
        """
        try:
            found = json.loads(path.read_bytes())
            return cls(
                digest=str(found["digest"]),
                machine=str(found["machine"]),
                done=Counter(found["done"]),
                sizes=Counter(found["sizes"]),
                prompts=list(found["prompts"]),
                writing={name: Compared(**values) for name, values in found["writing"].items()},
                reading={name: Compared(**values) for name, values in found["reading"].items()},
                verifiers={kind: Counter(dict(rows)) for kind, rows in found["verifiers"].items()},
                checks={
                    kind: {int(tokens): _tally(rows) for tokens, rows in of.items()}
                    for kind, of in found["checks"].items()
                },
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CalibrationError(f"{path} holds no calibration") from error


def _tally(rows: list[list[int]]) -> Tally:
    return Counter({Scores(*row): times for times, *row in rows})


def _pack(value: object) -> str:
    """Write an object with one entry a line, so that changes of it can be read."""
    if not isinstance(value, Mapping):
        return json.dumps(value)
    entries: list[str] = []
    for key, found in value.items():
        text: Any = json.dumps(found, separators=(",", ":"))
        entries.append(f"{json.dumps(key)}:{text}")
    return "{\n" + ",\n".join(entries) + "}"
