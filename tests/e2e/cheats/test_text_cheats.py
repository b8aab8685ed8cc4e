"""Cheats with text: caught by the scores that are about them, and by nothing that honest miners need to fear."""

from collections.abc import Sequence

import pytest

from e2e.cheats.books import burned, explained, strikes, struck
from e2e.cheats.texts import CHAT, CRAFTED, HONEST
from e2e.cheats.trial import READ_ONLY, REQUESTERS, Field, Story, Trial
from nesa.chain import EventAppealed, EventDelivered, EventVerdict, Finding, Outcome, Role, Standing, Status
from nesa.demo._cheats import CHEATS, LIES
from nesa.sampling import FAR
from nesa.text import read_answer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

MARK, SUM, LARGEST, OTHERS, UNITS = range(5)
SWAPPED = ("int8", "int4", "int4-fast", "smaller", "truncated", "sibling", "prompt")
READ = ("prefill-int4", "prefill-truncated")
LAST = ("head",)  # what comes after the tensor that is fingerprinted
FORGED = ("temperature", "seed", "kept", "edit", "text", "longer", "shorter", "mark", "refuse")
COUNTED = ("units",)
NEAR = 64  # in 2^-16 of a logit: a thousandth


def told(trial: Trial, name: str) -> list[Story]:
    return trial.stories[f"{CHAT}/{name}"]


def scores(story: Story) -> Sequence[int]:
    return story.all(EventVerdict)[0].scores


def beyond(story: Story) -> set[int]:
    """Which scores are over their limits."""
    (verdict, *_) = story.all(EventVerdict)
    return {at for at, (score, most) in enumerate(zip(verdict.scores, verdict.thresholds, strict=True)) if score > most}


def caught(arena: Field, trial: Trial, name: str) -> Story:
    """A cheat's job, in which it loses its bond, the user gets the fee back, and all who checked are paid."""
    owner = arena.cheats[CHAT].owner.address
    story = told(trial, name)[0]
    assert story.executor == owner
    assert set(story.findings()) == {Finding.FAULT}
    assert story.finished.status is Status.REFUNDED
    assert set(story.standings(1).values()) == {Standing.GOOD}
    assert story.paid(Role.EXECUTOR) == story.paid(Role.ROYALTY) == story.paid(Role.LEVY) == 0
    assert story.paid(Role.BOND) == story.paid(Role.BOND, owner) == story.seat(owner, 0).bond
    explained(story)
    return story


def test_every_cheat_is_tried(trial: Trial) -> None:
    assert {*SWAPPED, *READ, *LAST, *FORGED, *COUNTED} == set(CHEATS)
    assert {name.removeprefix(f"{CHAT}/") for name in trial.stories if name.startswith(f"{CHAT}/")} == {*CHEATS, *LIES}


@pytest.mark.parametrize("name", [*HONEST, *CRAFTED])
def test_threat_19_honest_miners_agree_about_text(arena: Field, trial: Trial, name: str) -> None:
    story = trial.texts[f"{CHAT}/{name}"]
    assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
    assert set(story.standings(1).values()) == {Standing.GOOD}
    assert {story.executor, *story.standings(1)} <= {worker.owner.address for worker in arena.honest}
    assert story.paid(Role.BOND) == 0
    assert story.result is not None
    assert story.result.outcome is Outcome.OK
    answer = read_answer(story.result.payload)
    assert answer is not None
    assert answer.tokens
    explained(story)


def test_threat_34_requests_made_to_divide_honest_machines_divide_nobody(arena: Field, trial: Trial) -> None:
    for name in ("boundary", "tie"):
        assert arena.baits[name].gap < NEAR
    for name in CRAFTED:
        story = trial.texts[f"{CHAT}/{name}"]
        assert beyond(story) == set()
        took_part = {story.executor, *story.standings(1)}
        assert [strike for worker in arena.honest for strike in strikes(trial, worker)] == []
        assert all(burned_nothing(trial, owner) for owner in took_part)


def burned_nothing(trial: Trial, owner: str) -> bool:
    return all(story.paid(Role.BOND, owner) == 0 for story in trial.texts.values())


@pytest.mark.parametrize("name", SWAPPED)
def test_threat_19_another_model_than_the_paid_one_is_caught(arena: Field, trial: Trial, name: str) -> None:
    assert MARK in beyond(caught(arena, trial, name))


@pytest.mark.parametrize("name", READ)
def test_threat_21_a_cheap_model_that_writes_is_caught_though_the_real_one_reads(
    arena: Field, trial: Trial, name: str
) -> None:
    story = caught(arena, trial, name)
    assert MARK not in beyond(story)  # the fingerprint is honest
    assert {LARGEST} <= beyond(story)


@pytest.mark.parametrize("name", LAST)
def test_threat_19_what_fingerprints_do_not_see_is_seen_in_the_words(arena: Field, trial: Trial, name: str) -> None:
    over = beyond(caught(arena, trial, name))
    assert LARGEST in over
    assert MARK not in over


def test_threat_21_three_appeals_cost_stake(arena: Field, trial: Trial) -> None:
    worker = arena.cheats[CHAT]
    appealed = trial.stories[READ_ONLY]
    assert len(appealed) == REQUESTERS
    for story in appealed:
        assert story.findings() == [Finding.FAULT, Finding.FAULT]
        (appeal,) = story.all(EventAppealed)
        assert story.paid(Role.DEPOSIT) == appeal.deposit
    assert len(strikes(trial, worker)) == REQUESTERS
    every = [story for name, stories in trial.stories.items() if name.startswith(f"{CHAT}/") for story in stories]
    lost = [loss for reason, loss in burned(trial, worker) if reason == "bond burned"]
    assert sorted(lost) == sorted(story.paid(Role.BOND, worker.owner.address) for story in every)
    struck(trial, worker, lost)


@pytest.mark.parametrize("name", FORGED)
def test_threat_31_text_that_does_not_come_from_model_and_seed_is_caught(arena: Field, trial: Trial, name: str) -> None:
    over = beyond(caught(arena, trial, name))
    assert (MARK in over) == (name in {"mark", "refuse"})
    assert LARGEST in over or name == "mark"


@pytest.mark.parametrize(("name", "largest"), [("edit", 0), ("text", FAR), ("longer", FAR), ("shorter", FAR)])
def test_threat_31_one_place_is_enough(trial: Trial, name: str, largest: int) -> None:
    (story,) = told(trial, name)
    assert scores(story)[LARGEST] >= largest
    assert scores(story)[MARK] <= story.all(EventVerdict)[0].thresholds[MARK]


def test_threat_22_units_are_counted_by_those_who_check(arena: Field, trial: Trial) -> None:
    story = caught(arena, trial, "units")
    assert beyond(story) == {UNITS}
    assert scores(story)[UNITS] == 1
    assert story.all(EventDelivered)[0].units > 1


@pytest.mark.parametrize("name", LIES)
def test_threat_47_a_verifier_that_does_not_read_is_caught(arena: Field, trial: Trial, name: str) -> None:
    owner = arena.cheats[CHAT].owner.address
    (story,) = told(trial, name)
    assert story.executor in {worker.owner.address for worker in arena.honest}
    assert (story.finished.status, story.findings()) == (Status.SETTLED, [Finding.UPHELD])
    standings = story.standings(1)
    assert standings.pop(owner) is Standing.FAULT
    assert set(standings.values()) == {Standing.GOOD}
    assert story.paid(Role.BOND) == story.paid(Role.BOND, owner) == story.seat(owner, 1).bond
    assert story.paid(Role.VERIFIER, owner) == 0
    explained(story)
