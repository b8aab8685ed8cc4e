"""The chain's verdicts, reached again from the rules of docs/protocol.md alone."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "vectors"
WHOLE = 10_000
OK, UNAVAILABLE = 1, 5
GOOD, NEUTRAL, FAULT = (f"STANDING_{name}" for name in ("GOOD", "NEUTRAL", "FAULT"))
Verdict = tuple[str, list[str], list[str]]


def values(fingerprint: str) -> list[int]:
    raw = bytes.fromhex(fingerprint)
    return [int.from_bytes(raw[i : i + 2], "big", signed=True) for i in range(0, len(raw), 2)]


def lower_median(numbers: list[int]) -> int:
    return sorted(numbers)[(len(numbers) - 1) // 2]


def distances(prints: list[str], threshold: int) -> list[int]:
    """Return how far each fingerprint of a group is from the group's reference."""
    if threshold == 0:
        counts = Counter(prints)
        commonest = min(counts, key=lambda one: (-counts[one], one))
        return [int(one != commonest) for one in prints]
    rows = [values(one) for one in prints]
    reference = [lower_median(list(column)) for column in zip(*rows, strict=True)]
    return [sum(abs(a - b) for a, b in zip(row, reference, strict=True)) for row in rows]


def well_formed(case: dict[str, Any], seat: dict[str, Any]) -> bool:
    size = 32 if case["threshold"] == 0 else 2 * case["positions"] * case["projections"]
    wanted = len(case["score_thresholds"]) + len(case["first_round"])
    return len(seat["fingerprint"]) == (2 * size if seat["outcome"] == OK else 0) and len(seat["scores"]) == wanted


def differs(group: int, own: int) -> str:
    return NEUTRAL if UNAVAILABLE in {group, own} else FAULT


def find(case: dict[str, Any], outcome: int, good: list[dict[str, Any]], need: int) -> str:
    """Return what a committee of so many good seats finds about the executor."""
    if outcome == UNAVAILABLE:
        return "INCONCLUSIVE" if case["inline"] else "UNAVAILABLE"
    if outcome != case["delivered"]:
        return "FAULT"
    if outcome != OK:
        return "UPHELD"
    rows = [([seat["scores"][k] for seat in good], limit) for k, limit in enumerate(case["score_thresholds"])]
    if any(sum(score > limit for score in row) >= need for row, limit in rows):
        return "FAULT"
    return "INCONCLUSIVE" if any(lower_median(row) > limit for row, limit in rows) else "UPHELD"


def standing(distance: int, threshold: int) -> str:
    return GOOD if distance <= threshold else NEUTRAL if distance <= 4 * threshold else FAULT


def judge_first(case: dict[str, Any], outcome: int, good: list[dict[str, Any]], need: int) -> list[str]:
    """Return the standings of the first committee's seats."""
    judged = []
    for i, seat in enumerate(case["first_round"]):
        if seat["outcome"] != outcome:
            judged.append(differs(outcome, seat["outcome"]))
            continue
        measured = [one["scores"][len(case["score_thresholds"]) + i] for one in good] if outcome == OK else [0]
        far = sum(distance > 4 * case["threshold"] for distance in measured)
        near = lower_median(measured) <= case["threshold"]
        judged.append(FAULT if far >= need else GOOD if near else NEUTRAL)
    return judged


def judge(case: dict[str, Any]) -> Verdict:
    """Return finding, standings of the seats, and of those of the first round."""
    seats, threshold = case["seats"], case["threshold"]
    miners = Counter(seat["miner"] for seat in seats)
    counting = [seat for seat in seats if miners[seat["miner"]] == 1 and well_formed(case, seat)]
    wanted = max(case["seats_wanted"], len(seats), 1)
    need = max(-(-wanted * case["agreement_bps"] // WHOLE), wanted // 2 + 1)
    undecided: Verdict = ("INCONCLUSIVE", [NEUTRAL] * len(seats), [NEUTRAL] * len(case["first_round"]))

    outcomes = Counter(seat["outcome"] for seat in counting)
    outcome = outcomes.most_common(1)[0][0] if outcomes else 0
    group = [seat for seat in counting if seat["outcome"] == outcome]
    prints = [seat["fingerprint"] for seat in group]
    far = distances(prints, threshold) if outcome == OK else [0] * len(group)
    standings = {seat["miner"]: standing(distance, threshold) for seat, distance in zip(group, far, strict=True)}
    good = [seat for seat in group if standings[seat["miner"]] == GOOD]
    finding = find(case, outcome, good, need) if len(good) >= need else "INCONCLUSIVE"
    if finding == "INCONCLUSIVE":
        return undecided
    for seat in seats:
        formed = differs(outcome, seat["outcome"]) if seat in counting else FAULT
        standings.setdefault(seat["miner"], formed)
    return finding, [standings[seat["miner"]] for seat in seats], judge_first(case, outcome, good, need)


@pytest.mark.parametrize("case", json.loads((VECTORS / "verdict.json").read_text()), ids=lambda case: str(case["case"]))
def test_verdict(case: dict[str, Any]) -> None:
    finding, seats, first = judge(case)
    assert f"FINDING_{finding}" == case["finding"]
    assert seats == [judged["standing"] for judged in case["judged"]]
    assert first == [judged["standing"] for judged in case["judged_first_round"]]
