"""What counts as caught, and as punished, of what happened to a job."""

import io

import pytest
from rich.console import Console

from nesa.chain import (
    EventDelivered,
    EventFinished,
    EventJudged,
    EventMissed,
    EventPaid,
    EventSeated,
    EventVerdict,
    Finding,
    Outcome,
    Role,
    SeatState,
    Standing,
    Status,
)
from nesa.client import Step
from nesa.demo._trials import Trial, table_of, wrongs
from nesa.text import Answer

CHEAT, HONEST = "cheat", ("one", "two")
MINERS = {name: f"miner {name}" for name in HONEST}
BOND = 2 * 10**17


def trial(finding: Finding, status: Status, *, burned: str = "", at_fault: str = "", checks: bool = False) -> Trial:
    """A job in which somebody lost a bond, or was found at fault as a verifier."""
    found = Trial("int4", "weights in 4 bits", 7, CHEAT, checks)
    executor, verifiers = (HONEST[0], (CHEAT, HONEST[1])) if checks else (CHEAT, HONEST)
    events: list[object] = [EventSeated(7, 0, executor, b"", BOND, 0, False)]
    events += [EventDelivered(7, executor, Outcome.OK, b"", 9)]
    events += [EventSeated(7, 1, miner, b"", BOND, 0, False) for miner in verifiers]
    events += [EventVerdict(7, 1, finding, (2**32, 5, 200_000, 0, 0), (64, 4096, 1024, 4, 0), 2, 2)]
    events += [EventJudged(7, 1, at_fault, Standing.FAULT, 900)] if at_fault else []
    events += [EventPaid(7, Role.BOND, burned, BOND)] if burned else []
    for event in (*events, EventFinished(7, status, 0, 0, finding)):
        found.saw(Step(1, "", event))
    found.payload = Answer((1,), "A miner\nstakes " + "x" * 80, "stop").to_json()
    return found


def test_an_executor_is_caught_when_it_loses_its_bond_and_the_fee() -> None:
    found = trial(Finding.FAULT, Status.REFUNDED, burned=CHEAT)
    assert (found.caught, found.upheld, found.played, found.units) == (True, False, True, 9)
    assert wrongs([], [found], MINERS) == []


@pytest.mark.parametrize(
    ("finding", "status", "burned"),
    [
        (Finding.UPHELD, Status.SETTLED, ""),
        (Finding.FAULT, Status.REFUNDED, ""),
        (Finding.FAULT, Status.REFUNDED, HONEST[0]),
        (Finding.INCONCLUSIVE, Status.REFUNDED, ""),
        (Finding.UPHELD, Status.SETTLED, CHEAT),
    ],
)
def test_anything_less_is_not_caught(finding: Finding, status: Status, burned: str) -> None:
    assert not trial(finding, status, burned=burned).caught


def test_a_verifier_is_caught_while_the_answer_stands() -> None:
    assert trial(Finding.UPHELD, Status.SETTLED, burned=CHEAT, at_fault=CHEAT, checks=True).caught
    assert not trial(Finding.UPHELD, Status.SETTLED, checks=True).caught
    assert not trial(Finding.FAULT, Status.REFUNDED, burned=CHEAT, at_fault=CHEAT, checks=True).caught


def test_what_an_honest_miner_loses_is_told() -> None:
    found = trial(Finding.FAULT, Status.REFUNDED, burned=HONEST[1], at_fault=HONEST[1])
    lost = ["miner two was found at fault in job 7", "miner two lost a bond in job 7"]
    assert wrongs([], [found, trial(Finding.UPHELD, Status.SETTLED)], MINERS) == [
        "the miner got away with: weights in 4 bits, weights in 4 bits",
        *lost,
    ]
    assert wrongs([], [found], MINERS) == ["the miner got away with: weights in 4 bits", *lost]
    found.saw(Step(1, "", EventMissed(7, 1, HONEST[0], SeatState.MISSING)))
    assert "miner one was found at fault in job 7" in wrongs([], [found], MINERS)
    refused = trial(Finding.FAULT, Status.REFUNDED)
    assert wrongs([refused], [], MINERS) == ["job 7 was no good although nobody cheated"]
    assert wrongs([trial(Finding.UPHELD, Status.SETTLED)], [], MINERS) == []


def test_an_honest_answer_is_upheld_only_with_the_bond_back() -> None:
    assert trial(Finding.UPHELD, Status.SETTLED).upheld
    assert not trial(Finding.UPHELD, Status.SETTLED, burned=CHEAT).upheld
    assert not trial(Finding.FAULT, Status.REFUNDED).upheld


def test_work_that_another_miner_drew_is_not_the_cheats() -> None:
    assert not Trial("int4", "", 7, CHEAT, executor=HONEST[0]).played
    assert Trial("warm", "", 7, executor=HONEST[0]).played
    assert not Trial("copier", "", 7, CHEAT, checks=True, executor=CHEAT).played


@pytest.mark.parametrize("width", [100, 160])
def test_the_table_has_a_line_for_each_job(width: int) -> None:
    caught = trial(Finding.FAULT, Status.REFUNDED, burned=CHEAT)
    liar = trial(Finding.UPHELD, Status.SETTLED, burned=CHEAT, at_fault=CHEAT, checks=True)
    out = io.StringIO()
    Console(file=out, width=width).print(table_of([trial(Finding.UPHELD, Status.SETTLED)], [caught, liar], width))
    lines = out.getvalue().splitlines()
    assert len(lines) == 5
    assert all(len(line) <= width for line in lines)
    assert "≤ 4096" in lines[1]
    assert "upheld" in lines[2]
    assert "0.2 back" in lines[2]
    assert lines[3].split()[-8:] == ["far", "5", "200k", "0", "0", "fault", "0.2", "burned"]
    assert lines[4].split()[-8:] == ["900", "–", "–", "–", "–", "fault", "0.2", "burned"]
    assert "A miner stakes" in lines[3]
