"""Writes docs/verification.md and its pictures from what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from calibration import results, text, text_report
from calibration.committee import Found
from calibration.measure import EXECUTOR_CHEATS, VERIFIER_CHEATS
from nesa.calibration import draw_ranges, interval
from nesa.models import Manifest, Profile

__all__ = ["render", "write"]

DOCS = Path(__file__).parents[2] / "docs"
NEUTRAL = 4
OUTPUT_UNITS = {"image": "thousandths of a level in the worst 16×16 tile", "request": "millionths of probability"}


def _executor_ratio(found: Found, profile: Profile) -> float:
    fingerprint, output, _units = profile.score_thresholds
    return max(found.fingerprint / fingerprint, found.output / output)


def _rate(caught: int, trials: int) -> str:
    low, high = interval(caught, trials)
    return f"{caught} of {trials} | {caught / trials:.2%} ({low:.2%} … {high:.2%})"


def _quantiles(values: Sequence[int]) -> str:
    ordered = sorted(values)
    last = len(ordered) - 1
    return " | ".join(str(ordered[round(last * share)]) for share in (0, 0.5, 0.99, 1))


def _profile_table(manifest: Manifest) -> list[str]:
    profile = manifest.profile
    fingerprint, output, units = profile.score_thresholds
    shape = f"{profile.positions} positions × {profile.projections} projections, scale 2^{profile.scale_bits}"
    limits = f"fingerprint {fingerprint}, answer {output} {OUTPUT_UNITS[manifest.unit]}, units {units}"
    return [
        "| | |",
        "| --- | --- |",
        f"| licence | {manifest.licence}; {manifest.attribution} |",
        f"| tensor | `{profile.tensor}`, features on axis {profile.feature_axis} |",
        f"| fingerprint | {shape}, shift {profile.shift}: {profile.fingerprint_size} bytes |",
        f"| θ for verifiers | {profile.threshold} good, {NEUTRAL * profile.threshold} neutral, fault beyond |",
        f"| thresholds of the executor's scores | {limits} |",
    ]


def _honest(found: Sequence[Found], refused: Sequence[Found], profile: Profile) -> list[str]:
    verifiers = [value for one in found for value in one.verifiers]
    wrong = sum(_executor_ratio(one, profile) > 1 for one in found)
    unpaid = sum(value > profile.threshold for value in verifiers)
    fault = sum(value > NEUTRAL * profile.threshold for value in verifiers)
    lines = [
        "| honest | least | median | 99 % | most |",
        "| --- | --- | --- | --- | --- |",
        f"| executor's fingerprint | {_quantiles([one.fingerprint for one in found])} |",
        f"| executor's answer | {_quantiles([one.output for one in found])} |",
        f"| verifiers' distances | {_quantiles(verifiers)} |",
        "",
        "| honest, yet judged | checks | rate (95 % interval) |",
        "| --- | --- | --- |",
        f"| executor at fault | {_rate(wrong, len(found))} |",
        f"| verifier not paid | {_rate(unpaid, len(verifiers))} |",
        f"| verifier at fault | {_rate(fault, len(verifiers))} |",
    ]
    if refused:
        agreed = sum(one.fingerprint == one.output == 0 for one in refused)
        lines += [
            "",
            f"Besides, {len(refused)} inputs were refused as invalid; in {agreed} of them all machines agreed.",
        ]
    return lines


def _cheats(measured: Mapping[str, Sequence[Found]], profile: Profile) -> list[str]:
    lines = ["| cheating executor | caught | rate (95 % interval) |", "| --- | --- | --- |"]
    for name, what in EXECUTOR_CHEATS.items():
        if name in measured:
            caught = sum(_executor_ratio(one, profile) > 1 for one in measured[name])
            lines.append(f"| `{name}`: {what} | {_rate(caught, len(measured[name]))} |")
    lines += ["", "| cheating verifier | at fault | rate (95 % interval) |", "| --- | --- | --- |"]
    for name, what in VERIFIER_CHEATS.items():
        caught = sum(one.verifiers[-1] > NEUTRAL * profile.threshold for one in measured[name])
        lines.append(f"| `{name}`: {what} | {_rate(caught, len(measured[name]))} |")
    return lines


def _rows(measured: Mapping[str, Sequence[Found]], profile: Profile) -> dict[str, list[float]]:
    rows = {
        "honest executor": [_executor_ratio(one, profile) for one in measured["honest"]],
        "honest verifier": [value / profile.threshold for one in measured["honest"] for value in one.verifiers],
    }
    rows |= {
        f"executor: {name}": [_executor_ratio(one, profile) for one in measured[name]]
        for name in EXECUTOR_CHEATS
        if name in measured
    }
    return rows | {
        f"verifier: {name}": [one.verifiers[-1] / profile.threshold for one in measured[name]]
        for name in VERIFIER_CHEATS
    }


def render(manifests: Mapping[str, Manifest], chats: Mapping[str, Profile]) -> dict[Path, str]:
    """Return the document and the models' pictures, by path."""
    files: dict[Path, str] = {}
    sections = []
    for name, manifest in manifests.items():
        measured = results.load(name)
        picture = DOCS / "img" / f"verification-{name}.svg"
        files[picture] = draw_ranges(f"{name}: honest checks and cheats", _rows(measured, manifest.profile))
        sections += [
            f"### {name}",
            "",
            *_profile_table(manifest),
            "",
            *_honest(measured["honest"], measured.get("refused", ()), manifest.profile),
            "",
            *_cheats(measured, manifest.profile),
            "",
            f"![Distances as multiples of their thresholds](img/{picture.name})",
            "",
            f"Measured on {results.machine(name)}.",
            "",
        ]
    texts = []
    for name, profile in chats.items():
        record = text.load(name)
        texts += text_report.section(name, record, profile)
        files |= {DOCS / "img" / path: picture for path, picture in text_report.pictures(name, record, profile).items()}
    page = Path(__file__).with_name("verification.md.in").read_text()
    for mark, lines in (("@MODELS@", sections), ("@CHATS@", texts)):
        page = page.replace(mark, "\n".join(lines).rstrip())
    files[DOCS / "verification.md"] = page
    return files


def write(manifests: Mapping[str, Manifest], chats: Mapping[str, Profile]) -> None:
    """Write what `render` returns."""
    for path, content in render(manifests, chats).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
