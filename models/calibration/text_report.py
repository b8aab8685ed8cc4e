"""The sections of docs/verification.md on language models, and their pictures."""

from collections.abc import Iterator, Sequence

from nesa.calibration import (
    BEHAVIOURS,
    READ,
    TOKENS,
    VARIANTS,
    WHOLE,
    CheatKind,
    Compared,
    HonestKind,
    Record,
    draw_curves,
    draw_ranges,
    interval,
    judge_cheats,
    judge_honest,
    ranges_of,
)
from nesa.models import Profile

__all__ = ["pictures", "section"]

_NEUTRAL = 4
_SCORES = ("fingerprint", "clipped sum", "largest margin", "mismatches")
_HONEST = {
    "honest": "jobs of their own, each written in one way and read in another",
    "every way": "pairs of ways to write and to read, on the same jobs",
    "hard prompts": "prompts made or searched to set machines apart",
}


def _rate(count: int, of: int) -> str:
    low, high = interval(count, of)
    return f"{count} of {of} | {count / of:.4%} ({low:.4%} … {high:.4%})"


def _profile(profile: Profile) -> Iterator[str]:
    shape = f"{profile.positions} positions × {profile.projections} projections, scale 2^{profile.scale_bits}"
    limits = ", ".join(f"{name} {value}" for name, value in zip(_SCORES, profile.score_thresholds, strict=False))
    yield from (
        "| | |",
        "| --- | --- |",
        f"| tensor | `{profile.tensor}`, features on axis {profile.feature_axis} |",
        f"| fingerprint | {shape}, shift {profile.shift}: {profile.fingerprint_size} bytes |",
        f"| θ for verifiers | {profile.threshold} good, {_NEUTRAL * profile.threshold} neutral, fault beyond |",
        f"| thresholds of the executor's scores | {limits}, units {profile.score_thresholds[-1]} |",
    )


def _group(found: dict[str, Compared], name: str, names: Sequence[str]) -> str:
    rows = [found[one] for one in names]
    return (
        f"| {name} | {sum(row.answers for row in rows)} | {sum(row.same_text for row in rows)} | "
        f"{sum(row.same_bits for row in rows)} | {max(row.fingerprint for row in rows)} | "
        f"{max(row.largest for row in rows)} |"
    )


def _ways(record: Record) -> Iterator[str]:
    for title, found in (("written", record.writing), ("read", record.reading)):
        yield from (
            f"| {title} | answers | same text | same bits | most apart | largest margin |",
            "| --- | --- | --- | --- | --- | --- |",
        )
        loops = [name for name in found if "thread" in name]
        yield _group(found, "1, 2 or 4 threads, 4 levels of optimisation", loops)
        genai = [name for name in found if "genai" in name]
        if genai:
            yield _group(found, "onnxruntime-genai, 1, 2 or 4 threads", genai)
        for name in found:
            if name not in {*loops, *genai}:
                yield _group(found, name, [name])
        yield ""


def _honest(kinds: Sequence[HonestKind]) -> Iterator[str]:
    yield "| honest checks | largest fingerprint, clipped sum, margin, mismatches | at fault | rate (95 % interval) |"
    yield "| --- | --- | --- | --- |"
    for one in kinds:
        largest = ", ".join(map(str, one.largest))
        yield f"| {_HONEST.get(one.kind, one.kind)} | {largest} | {_rate(one.at_fault, one.checks)} |"


def _cell(share: float | None) -> str:
    return "·" if share is None else f"{share:.1%}"


def _what(kind: str) -> str:
    return BEHAVIOURS.get(kind) or VARIANTS[kind.removesuffix(READ)].what


def _cheats(kinds: Sequence[CheatKind]) -> Iterator[str]:
    counts = (*TOKENS, WHOLE)
    head = " | ".join(map(str, TOKENS))
    yield f"| instead of the model | answers | {head} | whole | AUC, 1 token | AUC, whole |"
    yield "| --- " * (len(TOKENS) + 5) + "|"
    for one in kinds:
        if not one.read:
            cells = " | ".join(_cell(one.share(tokens)) for tokens in counts)
            areas = f"{one.areas[1]:.4f} | {one.areas[WHOLE]:.4f}"
            yield f"| `{one.kind}`: {_what(one.kind)} | {one.answers[WHOLE]} | {cells} | {areas} |"
    yield ""
    yield f"| fingerprint right | answers | the model's own | {head} | whole | of others | AUC, whole |"
    yield "| --- " * (len(TOKENS) + 6) + "|"
    for one in kinds:
        if one.read:
            whole = one.answers[WHOLE]
            cells = " | ".join(_cell(one.share(tokens)) for tokens in counts)
            others = _cell(one.caught[WHOLE] / (whole - one.own) if whole > one.own else None)
            yield (
                f"| `{one.kind}`: {_what(one.kind)} | {whole} | {one.own / whole:.1%} | {cells} | {others} | "
                f"{one.areas[WHOLE]:.4f} |"
            )


def _verifiers(record: Record, profile: Profile) -> Iterator[str]:
    yield "| verifier | distances | at fault | rate (95 % interval) |"
    yield "| --- | --- | --- | --- |"
    for kind, found in record.verifiers.items():
        wrong = sum(times for value, times in found.items() if value > _NEUTRAL * profile.threshold)
        what = f"checks with `{kind}`" if kind in VARIANTS else kind
        yield f"| {what} | {min(found)} … {max(found)} | {_rate(wrong, found.total())} |"


def section(name: str, record: Record, profile: Profile) -> list[str]:
    """Return a model's section."""
    answers, tokens = record.sizes["answers"], record.sizes["tokens"]
    honest, cheats = judge_honest(record, profile), judge_cheats(record, profile)
    return [
        f"### {name}",
        "",
        *_profile(profile),
        "",
        *_ways(record),
        *_honest(honest),
        "",
        f"The {answers} answers have {tokens} tokens, {tokens / answers:.1f} each.",
        "",
        *_cheats(cheats),
        "",
        *_verifiers(record, profile),
        "",
        f"![Scores as multiples of their thresholds](img/verification-{name}.svg)",
        "",
        f"![Caught although the fingerprint is right, by the number of tokens](img/verification-{name}-tokens.svg)",
        "",
        f"Measured on {record.machine}.",
        "",
    ]


def pictures(name: str, record: Record, profile: Profile) -> dict[str, str]:
    """Return a model's pictures by the names of their files."""
    curves = {
        one.kind: {tokens: share for tokens in TOKENS if (share := one.share(tokens)) is not None}
        for one in judge_cheats(record, profile)
        if one.read
    }
    return {
        f"verification-{name}.svg": draw_ranges(f"{name}: honest checks and cheats", ranges_of(record, profile)),
        f"verification-{name}-tokens.svg": draw_curves(f"{name}: caught although the fingerprint is right", curves),
    }
