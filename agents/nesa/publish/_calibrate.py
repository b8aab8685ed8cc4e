"""Measures a language model before it is published: thresholds with room for honest machines, and what they catch."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from nesa.calibration import (
    QUICK,
    Calibration,
    CheatKind,
    HonestKind,
    Parts,
    Record,
    judge_cheats,
    judge_honest,
    propose,
)
from nesa.errors import ManifestError
from nesa.files import write_private
from nesa.models import Manifest, Profile, Store, TextInput
from nesa.publish._measure import scale_profile, try_encoder, try_model
from nesa.publish._shelf import Shelf

__all__ = ["Measured", "measure", "parts_of"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What thresholds rest on.

    Attributes:
        profile: with scale and thresholds, unless nothing is verified.
        honest: kinds of honest checks, judged by it; none where nothing was measured.
        cheats: kinds of cheats, judged by it.
        given: whether the profile was measured elsewhere; without that and anything honest, it is set by rule.
    """

    profile: Profile
    honest: tuple[HonestKind, ...] = ()
    cheats: tuple[CheatKind, ...] = ()
    given: bool = False


def parts_of(jobs: int) -> Parts:
    """Return a calibration with so many honest jobs, and of all else in proportion."""

    def share(count: int) -> int:
        return max(1, round(count * jobs / QUICK.honest))

    return Parts(share(QUICK.ways), share(QUICK.searches), share(QUICK.hard), share(QUICK.cheats), jobs)


def measure(draft: Manifest, shelf: Shelf, parts: Parts | None, given: Profile | None) -> Measured:
    """Try a stored model of text, and choose its profile; what an interrupted call has measured is not measured again.

    Args:
        draft: the model's manifest, whose profile names the tensor.
        shelf: where the model is.
        parts: how much to measure; None sets thresholds by rule.
        given: a profile that was measured elsewhere.

    Raises:
        UnsupportedModelError: the model does not answer.
        ManifestError: the given profile is of another graph.
        CalibrationError: what was kept of an interrupted call is damaged.
    """
    if given is not None and draft.profile.unverified:
        raise ManifestError("nobody checks this model's answers, so it has no thresholds: leave out --profile")
    if given is not None and given.tensor != draft.profile.tensor:
        raise ManifestError(f"the profile is about {given.tensor!r}, and the graph shows {draft.profile.tensor!r}")
    kept = shelf.work / "measured" / draft.digest().hex()
    scaled = _scaled(draft, shelf, kept.with_suffix(".json"))
    if given is not None:
        return Measured(given, given=True)
    if parts is None or draft.profile.unverified or type(draft.input) is not TextInput:
        return Measured(scaled.profile)  # only models that decode alone, and are checked, are calibrated
    return _calibrated(scaled, shelf, parts, kept.with_suffix(f".{parts.honest}.json"))


def _scaled(draft: Manifest, shelf: Shelf, kept: Path) -> Manifest:
    if kept.is_file():
        return Manifest.from_json(kept.read_bytes())
    shelf.told("trying")
    shelf.store.put(draft.to_json())
    try:
        hidden = (try_model if isinstance(draft.input, TextInput) else try_encoder)(draft, shelf.store)
    finally:
        shelf.forget(draft)
    scaled = draft if draft.profile.unverified else replace(draft, profile=scale_profile(draft.profile, hidden))
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_private(kept, scaled.to_json(), replace=True)
    return scaled


def _calibrated(scaled: Manifest, shelf: Shelf, parts: Parts, kept: Path) -> Measured:
    record = Record.read(kept) if kept.is_file() else None
    if record is None or sum(record.done.values()) < parts.total:
        with tempfile.TemporaryDirectory(prefix="nesa-calibration-") as scratch:
            model = Calibration(shelf.lay_out(scaled, Path(scratch) / "model"), Store(Path(scratch) / "store"))
            record = record or model.record()
            found = record

            def tick() -> None:
                shelf.told("calibrating", sum(found.done.values()), parts.total)

            try:
                for _ in model.go_on(record, parts, tick):
                    pass
            finally:
                write_private(kept, record.to_json().encode(), replace=True)
    profile = propose(record, scaled.profile)
    return Measured(profile, judge_honest(record, profile), judge_cheats(record, profile))
