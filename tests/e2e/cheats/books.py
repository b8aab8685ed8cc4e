"""What jobs cost and what miners lost, held against each other."""

from e2e.cheats.network import Worker
from e2e.cheats.trial import REQUESTERS, Story, Trial
from nesa.chain import EventRequested, EventStakeChanged, EventStrike, Role

__all__ = ["burned", "cost", "explained", "strikes", "struck"]


def burned(trial: Trial, worker: Worker) -> list[tuple[str, int]]:
    """Why and how much of a miner's stake was burned, in order; what is left is what the chain says it has."""
    stake, last = trial.stakes[worker.name]
    losses = []
    for event in trial.others:
        if isinstance(event.data, EventStakeChanged) and event.data.miner == worker.owner.address:
            losses.append((event.data.reason, stake - event.data.stake))
            stake = event.data.stake
    assert stake == last
    return losses


def strikes(trial: Trial, worker: Worker) -> list[EventStrike]:
    found = [event.data for event in trial.others if isinstance(event.data, EventStrike)]
    return [strike for strike in found if strike.miner == worker.owner.address]


def cost(story: Story) -> int:
    """What a job cost its user beside gas."""
    return story.before - story.after - story.fees


def explained(story: Story) -> None:
    """All that was escrowed went somewhere, and the user's balance says the same."""
    (requested,) = story.all(EventRequested)
    assert cost(story) == requested.escrow - story.finished.refunded == story.finished.fee
    assert story.paid(Role.REFUND) == story.finished.refunded


def struck(trial: Trial, worker: Worker, bonds: list[int]) -> None:
    """Bonds are burned to the last anes; the third strike costs a twentieth of the stake."""
    losses = burned(trial, worker)
    assert [loss for reason, loss in losses if reason == "bond burned"] == bonds
    assert [strike.slashed for strike in strikes(trial, worker)] == [False] * (REQUESTERS - 1) + [True]
    (slashed,) = [loss for reason, loss in losses if reason == "slashed"]
    at = [reason for reason, _ in losses].index("slashed")
    stake = trial.stakes[worker.name][0] - sum(loss for _, loss in losses[:at])
    assert slashed == stake * 500 // 10_000
