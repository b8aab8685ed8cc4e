"""Each cheat is caught by the chain's own verdict, loses its bond, and after an appeal its stake."""

import pytest

from e2e.cheats.books import burned, explained, strikes, struck
from e2e.cheats.network import ASK
from e2e.cheats.trial import REQUESTERS, STRUCK, Field, Story, Trial
from nesa.chain import (
    EventAppealed,
    EventMissed,
    Finding,
    Outcome,
    Role,
    SeatState,
    Standing,
    Status,
)
from nesa.engines import parse_label

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def right(story: Story) -> bool:
    if story.result is None or story.result.outcome is not Outcome.OK:
        return False
    label = parse_label(story.result.payload) if story.result.payload.startswith(b"{") else None
    return story.result.payload.startswith(b"\x89PNG") or (label is not None and label.label == "python")


def test_threat_19_honest_miners_with_other_threads_and_optimisations_agree(arena: Field, trial: Trial) -> None:
    assert len(trial.honest) == REQUESTERS * len(STRUCK)
    miners = {worker.owner.address for worker in arena.honest}
    took_part = set()
    for story in trial.honest:
        assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
        assert set(story.standings(1).values()) == {Standing.GOOD}
        assert story.paid(Role.BOND) == 0
        assert right(story)
        explained(story)
        took_part |= {story.executor, *story.standings(1)}
    assert took_part <= miners
    assert len(took_part) > len(miners) // 2
    engines = {(worker.engine.threads, worker.engine.optimisation) for worker in arena.honest}
    assert len(engines) == len(miners)


def caught(arena: Field, trial: Trial, cheat: str) -> None:
    worker = arena.cheats[cheat]
    owner = worker.owner.address
    for story in trial.stories[cheat]:
        assert story.executor == owner
        assert story.findings() == [Finding.FAULT, Finding.FAULT]
        assert story.finished.status is Status.REFUNDED
        (appealed,) = story.all(EventAppealed)
        assert (appealed.appellant, story.paid(Role.DEPOSIT)) == (story.user.address, appealed.deposit)
        assert story.paid(Role.EXECUTOR) == story.paid(Role.ROYALTY) == story.paid(Role.LEVY) == 0
        assert story.paid(Role.BOND) == story.paid(Role.BOND, owner) == story.seat(owner, 0).bond
        explained(story)
        assert story.finished.refunded >= ASK  # what is not, paid the committee that was asked for
    struck(trial, worker, [story.seat(owner, 0).bond for story in trial.stories[cheat]])


@pytest.mark.parametrize("cheat", ["int8", "style"])
def test_threat_19_a_cheaper_or_another_model_is_caught(arena: Field, trial: Trial, cheat: str) -> None:
    caught(arena, trial, cheat)


def test_threat_31_forged_output_under_an_honest_fingerprint_is_caught(arena: Field, trial: Trial) -> None:
    caught(arena, trial, "forged")


@pytest.mark.parametrize("cheat", ["copier", "guesser"])
def test_threat_47_a_verifier_that_copies_or_guesses_is_caught(arena: Field, trial: Trial, cheat: str) -> None:
    worker = arena.cheats[cheat]
    owner = worker.owner.address
    for story in trial.stories[cheat]:
        assert story.findings() == [Finding.UPHELD, Finding.UPHELD]
        assert story.finished.status is Status.SETTLED
        standings = story.standings(1)
        assert standings.pop(owner) is Standing.FAULT
        assert set(standings.values()) == {Standing.GOOD}
        assert story.paid(Role.BOND) == story.paid(Role.BOND, owner) == story.seat(owner, 1).bond
        assert story.paid(Role.VERIFIER, owner) == 0
        assert right(story)
        explained(story)
    struck(trial, worker, [story.seat(owner, 1).bond for story in trial.stories[cheat]])


def test_threat_11_a_withheld_reveal_costs_the_bond_and_no_strike(arena: Field, trial: Trial) -> None:
    worker = arena.cheats["withholder"]
    owner = worker.owner.address
    (story,) = trial.stories["withholder"]
    missed = [(miss.miner, miss.round, miss.state) for miss in story.all(EventMissed)]
    assert missed == [(owner, 1, SeatState.MISSING)]
    assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
    assert list(story.standings(1).values()).count(Standing.GOOD) == 3  # the next ticket took the seat
    assert burned(trial, worker) == [("bond burned", story.seat(owner, 1).bond)]
    assert strikes(trial, worker) == []
    assert right(story)
    explained(story)


def test_threat_18_a_verifier_without_the_model_abstains(arena: Field, trial: Trial) -> None:
    worker = arena.cheats["lame"]
    (story,) = trial.stories["lame"]
    missed = [(miss.miner, miss.round, miss.state) for miss in story.all(EventMissed)]
    assert missed == [(worker.owner.address, 1, SeatState.ABSTAINED)]
    assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
    assert burned(trial, worker) == []
    assert strikes(trial, worker) == []
    assert right(story)
    explained(story)


def test_threat_41_an_output_that_cannot_be_fetched_is_refunded(arena: Field, trial: Trial) -> None:
    worker = arena.cheats["absent"]
    owner = worker.owner.address
    (story,) = trial.stories["absent"]
    assert story.executor == owner
    assert (story.finished.status, story.findings()) == (Status.REFUNDED, [Finding.UNAVAILABLE])
    assert story.paid(Role.BOND) == story.paid(Role.BOND, owner) == story.seat(owner, 0).bond
    assert burned(trial, worker) == [("bond burned", story.seat(owner, 0).bond)]
    assert strikes(trial, worker) == []
    explained(story)
