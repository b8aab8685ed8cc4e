"""A verifier's work: run the model again and say how far the delivery is from that."""

from collections.abc import Sequence
from dataclasses import dataclass

from nesa.engines import Model, Outcome, Output
from nesa.models import Profile, TextOutput
from nesa.verify._compare import distance
from nesa.verify._fingerprint import fingerprint
from nesa.verify._image_distance import FAR
from nesa.verify._output_distance import output_distance
from nesa.verify._text_distance import text_distances

__all__ = ["Check", "Delivery", "check", "score", "scores_ok"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an executor handed over: outcome, answer, units charged, fingerprint under the seed of round 0."""

    outcome: Outcome
    payload: bytes
    units: int
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Check:
    """What a verifier commits to and reveals.

    Attributes:
        outcome: of its own run.
        fingerprint: of its own run, under the round's seed.
        scores: of the delivery: distance of its fingerprint, distance of its answer (of text: sum of margins, largest
            margin, mismatches), difference in units. In an appeal, the distances of the first committee's fingerprints
            follow, in their order.
        output: of its own run.
    """

    outcome: Outcome
    fingerprint: bytes
    scores: tuple[int, ...]
    output: Output


def _fingerprint_distance(own: Output, theirs: bytes, profile: Profile, seed: bytes, chain_id: str) -> int:
    mine = fingerprint(own, profile, seed, chain_id)
    return distance(mine, theirs, profile) if len(mine) == len(theirs) == profile.fingerprint_size else FAR


def score(own: Output, delivery: Delivery, model: Model, seed: bytes, chain_id: str) -> tuple[int, ...]:
    """Return the scores of a delivery against one's own run, as many as the profile has thresholds for.

    Args:
        own: what the model's `read` gave.
        delivery: to be judged.
        model: the model.
        seed: the fingerprint seed of round 0.
        chain_id: the chain's name.
    """
    manifest = model.manifest
    units = abs(own.units - delivery.units)
    distances = len(manifest.profile.score_thresholds) - 1
    if own.outcome is not delivery.outcome:
        return (*(FAR,) * distances, units)
    if own.outcome is not Outcome.OK:
        return (*(0,) * distances, units)
    mark = _fingerprint_distance(own, delivery.fingerprint, manifest.profile, seed, chain_id)
    if isinstance(manifest.output, TextOutput):
        return (mark, *text_distances(manifest.output, own), units)
    return mark, output_distance(manifest, own, delivery.payload), units


def check(
    model: Model,
    data: bytes,
    options: bytes,
    seed: bytes,
    delivery: Delivery,
    *,
    chain_id: str,
    executor_seed: bytes,
    check_seed: bytes,
    max_units: int,
    earlier: Sequence[bytes] = (),
    earlier_seed: bytes = b"",
) -> Check:
    """Run the model on a job's input and compare; blocks.

    Args:
        model: the model, loaded.
        data: the job's input.
        options: the job's options.
        seed: the job's seed.
        delivery: what the executor delivered.
        chain_id: the chain's name.
        executor_seed: fingerprint seed of round 0.
        check_seed: fingerprint seed of the round that this check is part of.
        max_units: the most units that the job pays for.
        earlier: in an appeal, the fingerprints that the first committee revealed.
        earlier_seed: the fingerprint seed of their round.

    Raises:
        EngineError: this machine cannot run the model. That says nothing about the delivery: abstain.
    """
    if delivery.outcome is Outcome.OK:
        own = model.read(data, options, seed, delivery.payload).limited(max_units)
    else:
        own = model.run(data, options, seed).limited(max_units)
    profile = model.manifest.profile
    distances = (_fingerprint_distance(own, other, profile, earlier_seed, chain_id) for other in earlier)
    return Check(
        outcome=own.outcome,
        fingerprint=fingerprint(own, profile, check_seed, chain_id),
        scores=(*score(own, delivery, model, executor_seed, chain_id), *distances),
        output=own,
    )


def scores_ok(scores: Sequence[int], profile: Profile) -> bool:
    """Tell whether a delivery's scores are within the profile's thresholds."""
    return all(value <= limit for value, limit in zip(scores, profile.score_thresholds, strict=False))
