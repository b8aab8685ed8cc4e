"""One check as the chain decides it: an executor, three verifiers, medians and thresholds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from nesa.engines import Model, Output
from nesa.verify import Delivery, distance, fingerprint, fingerprint_seed, reference, score

__all__ = ["CHAIN_ID", "Case", "Found"]

CHAIN_ID = "nesa-calibration-1"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check measured: the executor's median scores, and each verifier's distance from the reference."""

    fingerprint: int
    output: int
    verifiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A job whose seeds follow from its number, with the verifiers' honest runs."""

    number: int
    model: Model
    verifiers: Sequence[Output]

    def seed(self, round_: int) -> bytes:
        """Return the fingerprint seed of a round."""
        beacon = hashlib.sha256(f"beacon {self.number} {round_}".encode()).digest()
        return fingerprint_seed(CHAIN_ID, beacon, self.number, round_)

    def fingerprint(self, output: Output, round_: int) -> bytes:
        """Return a run's fingerprint in a round."""
        return fingerprint(output, self.model.manifest.profile, self.seed(round_), CHAIN_ID)

    def delivery(self, output: Output, payload: bytes | None = None) -> Delivery:
        """Return what an executor hands over that made this run, with another answer if one is given."""
        answer = output.payload if payload is None else payload
        return Delivery(output.outcome, answer, output.units, self.fingerprint(output, 0))

    def check(self, delivery: Delivery, cheat: bytes | None = None) -> Found:
        """Judge a delivery; ``cheat`` replaces the last verifier's fingerprint."""
        profile = self.model.manifest.profile
        scores = [score(own, delivery, self.model, self.seed(0), CHAIN_ID) for own in self.verifiers]
        medians = [sorted(column)[(len(column) - 1) // 2] for column in zip(*scores, strict=True)]
        revealed = [self.fingerprint(own, 1) for own in self.verifiers]
        if cheat is not None:
            revealed[-1] = cheat
        if not any(revealed):  # all refused the input, as the executor did or did not
            return Found(medians[0], medians[1], (0,) * len(revealed))
        middle = reference(revealed, profile)
        return Found(medians[0], medians[1], tuple(distance(one, middle, profile) for one in revealed))
