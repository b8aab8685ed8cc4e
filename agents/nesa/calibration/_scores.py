"""What a verifier finds of an answer's first tokens, or of all."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from nesa.calibration._jobs import CHAIN_ID, Job
from nesa.engines import MARGINS, Outcome, Output
from nesa.models import Manifest, TextOutput
from nesa.sampling import Margins
from nesa.verify import FAR, distance, fingerprint

__all__ = ["WHOLE", "Scores", "fingerprints_apart", "ratio", "scores_of"]

WHOLE = 0
"""Stands for all tokens of an answer."""


class Scores(NamedTuple):
    """Scores of an executor, in the order of the profile's thresholds: that of units is 0 wherever text is right."""

    fingerprint: int
    clipped: int
    largest: int
    mismatches: int


def _first(output: Output, tensor: str, tokens: int) -> Output:
    whole = output.tensors[tensor]
    return output if tokens == WHOLE else Output(Outcome.OK, tensors={tensor: whole[:, :tokens]})


def fingerprints_apart(one: Output, other: Output, job: Job, round_: int, manifest: Manifest, tokens: int) -> int:
    """Return the distance of two runs' fingerprints of the first ``tokens`` places."""
    profile, seed = manifest.profile, job.fingerprint_seed(round_)
    if one.outcome is not other.outcome:
        return FAR
    if one.outcome is not Outcome.OK:
        return 0
    first, second = (fingerprint(_first(run, profile.tensor, tokens), profile, seed, CHAIN_ID) for run in (one, other))
    return distance(first, second, profile)


def scores_of(written: Output, own: Output, job: Job, manifest: Manifest, tokens: int = WHOLE) -> Scores:
    """Return an answer's scores, or those that it had if it ended after ``tokens``.

    Args:
        written: the executor's run, of which the fingerprint is taken.
        own: the verifier's reading of what was delivered.
        job: what was asked.
        manifest: the model's.
        tokens: no more than the answer has; `WHOLE` for all.
    """
    mark = fingerprints_apart(written, own, job, 0, manifest, tokens)
    if own.outcome is not Outcome.OK or not isinstance(manifest.output, TextOutput):
        return Scores(mark, mark, mark, mark)
    found = [int(value) for value in own.tensors[MARGINS]]
    judged = Margins.of(found if tokens == WHOLE else found[:tokens], manifest.output.clip)
    return Scores(mark, judged.clipped, judged.largest, judged.mismatches)


def ratio(scores: Scores, limits: Sequence[int], *, fingerprints: bool = True) -> float:
    """Return how many times its threshold the worst of the scores is; above 1 the executor is at fault.

    Args:
        scores: of an answer.
        limits: the profile's ``score_thresholds``.
        fingerprints: whether their distance counts; without it, what the choice of tokens alone shows.
    """
    pairs = list(zip(scores, limits, strict=False))[0 if fingerprints else 1 :]
    return max(value / limit if limit else inf if value else 0.0 for value, limit in pairs)
