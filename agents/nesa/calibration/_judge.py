"""What measurements say: false alarms, detections, and thresholds that leave room."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nesa.calibration._cheats import BEHAVIOURS, READ, RIGHT
from nesa.calibration._parts import AWAY, HARD, HONEST, TOKENS, WAYS_PART
from nesa.calibration._record import Record, Tally
from nesa.calibration._scores import WHOLE, Scores, ratio
from nesa.calibration._statistics import area, interval
from nesa.calibration._variants import VARIANTS
from nesa.errors import CalibrationError
from nesa.models import Profile

__all__ = ["CheatKind", "HonestKind", "judge_cheats", "judge_honest", "propose", "ranges_of"]

ROOM = 3
"""Thresholds are at least so many times the largest honest score."""
_LEAST = (16, 64, 64, 2)
"""Thresholds below these would leave nothing to machines that nobody has measured."""
_FITS = 6
"""Standard deviations of a projection that 16 bits must hold."""
_LARGEST = 2**15 - 1
_FEW = 30
"""Answers, below which a share says nothing."""
_COMPUTED = frozenset({*VARIANTS, "system"} - RIGHT)
"""Cheats whose fingerprint is of something else than the true model and the true prompt."""


@dataclass(frozen=True, slots=True)
class HonestKind:
    """What came of one kind of honest checks.

    Attributes:
        kind: its name.
        checks: how many.
        largest: of each score.
        at_fault: how many found an honest executor at fault.
        rate_low: of these, the lower end of the interval of 95 %.
        rate_high: and the upper end.
    """

    kind: str
    checks: int
    largest: Scores
    at_fault: int
    rate_low: float
    rate_high: float


@dataclass(frozen=True, slots=True)
class CheatKind:
    """What came of one kind of cheat.

    Attributes:
        kind: its name.
        read: whether its fingerprint is right, so that the choice of tokens alone tells.
        answers: by number of tokens, how many there were; `WHOLE` stands for all tokens.
        own: how many of the whole answers are, token by token, what the true model says.
        caught: by number of tokens, how many were found at fault.
        areas: by number of tokens, how well they are told from honest answers: see `area`; where the fingerprint is
            right, by the choice of tokens alone.
    """

    kind: str
    read: bool
    answers: Mapping[int, int]
    own: int
    caught: Mapping[int, int]
    areas: Mapping[int, float]

    def share(self, tokens: int = WHOLE) -> float | None:
        """Return the share that is caught of answers of so many tokens; None where there are too few to tell."""
        count = self.answers.get(tokens, 0)
        return self.caught[tokens] / count if count >= _FEW else None

    def sure(self, share: float = 0.99) -> int | None:
        """Return the least number of tokens by which such a share is caught; None where none was measured."""
        return next((tokens for tokens in TOKENS if (self.share(tokens) or 0) >= share), None)


def worst(tallies: Iterable[Tally]) -> Scores:
    """Return the largest of each score."""
    return Scores(*map(max, zip(*(scores for tally in tallies for scores in tally), strict=True)))


def _beyond(tally: Tally, limits: Sequence[int]) -> int:
    return sum(times for scores, times in tally.items() if ratio(scores, limits) > 1)


def _ratios(tally: Tally, limits: Sequence[int], *, fingerprints: bool) -> Counter[float]:
    found: Counter[float] = Counter()
    for scores, times in tally.items():
        found[ratio(scores, limits, fingerprints=fingerprints)] += times
    return found


def _areas(
    honest: Mapping[int, Tally], cheats: Mapping[int, Tally], limits: Sequence[int], *, read: bool
) -> dict[int, float]:
    """Return areas by number of tokens; where fingerprints are right, of the choice of tokens alone."""
    return {
        tokens: area(*(_ratios(of[tokens], limits, fingerprints=not read) for of in (honest, cheats)))
        for tokens in cheats
        if tokens in honest
    }


def _honest_tallies(record: Record) -> dict[str, Tally]:
    kinds = (HONEST, WAYS_PART, HARD, *(kind for kind in record.checks if kind.startswith(AWAY)))
    return {kind: record.checks[kind][WHOLE] for kind in kinds if kind in record.checks}


def judge_honest(record: Record, profile: Profile) -> tuple[HonestKind, ...]:
    """Judge every kind of honest checks by a profile's thresholds."""
    found = []
    for kind, tally in _honest_tallies(record).items():
        wrong = _beyond(tally, profile.score_thresholds)
        found.append(HonestKind(kind, tally.total(), worst([tally]), wrong, *interval(wrong, tally.total())))
    return tuple(found)


def judge_cheats(record: Record, profile: Profile) -> tuple[CheatKind, ...]:
    """Judge every kind of cheat by a profile's thresholds."""
    limits = profile.score_thresholds
    found = []
    for kind in (*VARIANTS, *(name + READ for name in VARIANTS), *BEHAVIOURS):
        if kind in record.checks:
            tallies, read = record.checks[kind], kind not in _COMPUTED
            found.append(
                CheatKind(
                    kind=kind,
                    read=read,
                    answers={tokens: tally.total() for tokens, tally in tallies.items()},
                    own=sum(times for scores, times in tallies[WHOLE].items() if scores.mismatches == 0),
                    caught={tokens: _beyond(tally, limits) for tokens, tally in tallies.items()},
                    areas=_areas(record.checks.get(HONEST, {}), tallies, limits, read=read),
                )
            )
    return tuple(found)


def ranges_of(record: Record, profile: Profile) -> dict[str, list[float]]:
    """Return, by kind, how many times its threshold the worst score of each check was: for `draw_ranges`."""
    names = {
        one.kind: one.kind if one.kind == HONEST else f"{HONEST}: {one.kind}" for one in judge_honest(record, profile)
    }
    names |= {one.kind: one.kind for one in judge_cheats(record, profile)}
    return {
        name: [ratio(scores, profile.score_thresholds) for scores in record.checks[kind][WHOLE].elements()]
        for kind, name in names.items()
    }


def _above(value: int) -> int:
    """Return the least power of two that is not below a value."""
    return 1 << max(0, value - 1).bit_length()


def propose(record: Record, profile: Profile) -> Profile:
    """Return the profile with thresholds that leave room, and a shift at which projections fit into 16 bits.

    Raises:
        CalibrationError: nothing honest was measured.
    """
    tallies = _honest_tallies(record)
    if not tallies:
        raise CalibrationError("nothing honest was measured")
    most = worst(tallies.values())
    limits = [max(least, _above(ROOM * value)) for least, value in zip(_LEAST, most, strict=True)]
    apart = max(max(found) for kind, found in record.verifiers.items() if kind in {HONEST, *tallies})
    more = 0
    while record.sizes["spread"] >> more > _LARGEST // _FITS:
        more += 1
    return replace(
        profile,
        shift=profile.shift + more,
        threshold=max(_LEAST[0], _above(ROOM * apart)),
        score_thresholds=(*limits, profile.score_thresholds[-1]),
    )
