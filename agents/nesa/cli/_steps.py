"""A job's life as lines for people."""

from collections.abc import Callable, Mapping
from typing import Any

from nesa.chain import (
    EventAppealed,
    EventChallenged,
    EventClaimed,
    EventCommitted,
    EventDelivered,
    EventDrawn,
    EventFinished,
    EventJudged,
    EventLottery,
    EventMissed,
    EventPaid,
    EventRequested,
    EventRevealed,
    EventSeated,
    EventVerdict,
    EventVerified,
    Role,
    amounts,
)
from nesa.client import EVIDENCE, Step
from nesa.models import NONE
from nesa.untrusted import clean

__all__ = ["Names", "describe"]

_ROUNDS = {0: "execution", 1: "check", 2: "appeal"}
_ROLES = {
    Role.EXECUTOR: "executor",
    Role.VERIFIER: "verifier",
    Role.ROYALTY: "royalty",
    Role.LEVY: "levy pool",
    Role.BURN: "burned",
    Role.REFUND: "refund",
    Role.DEPOSIT: "deposit back",
    Role.BOND: "bond burned",
}


class Names:
    """Short names of addresses, for people to follow who is who."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)

    def __call__(self, address: str) -> str:
        """Return a known name, or the address cut short."""
        if not address:
            return "nobody"
        return self._names.get(address, f"{address[:9]}…{address[-4:]}")


def _word(value: Any) -> str:  # noqa: ANN401 - any of the chain's enumerations
    return str(value.name).lower().replace("_", " ")


def _nes(amount: int) -> str:
    return amounts.format_nes(amount)


def _requested(event: EventRequested, who: Names) -> str:
    escrow = f"{_nes(event.escrow)} in escrow"
    return f"job {event.job_id} opened by {who(event.requester)}: {escrow}, deadline at {event.deadline}"


def _drawn(event: EventDrawn, _: Names) -> str:
    seats = "1 seat" if event.seats == 1 else f"{event.seats} seats"
    seed = f"seed {event.seed.hex()[:16]}… of height {event.seed_height}"
    return f"{_ROUNDS[event.round]}: {seed}; {seats}, claims until {event.claims_end}"


def _claimed(event: EventClaimed, who: Names) -> str:
    return f"ticket {event.ticket.hex()[:12]}… of {who(event.miner)} (slot {event.slot})"


def _seated(event: EventSeated, who: Names) -> str:
    extra = " in place of another" if event.replacement else ""
    ticket = f"ticket {event.ticket.hex()[:12]}…"
    return f"{who(event.miner)} is drawn{extra}: {ticket}, bond {_nes(event.bond)}, until {event.until}"


def _delivered(event: EventDelivered, who: Names) -> str:
    units = "1 unit" if event.units == 1 else f"{event.units} units"
    proven = f", with {EVIDENCE.get(event.evidence, 'evidence')}" if event.evidence else ""
    if event.evidence == NONE:
        proven = ", which nobody checks"
    output = f"{_word(event.outcome)}, {units}, SHA-256 {event.output_digest.hex()[:16]}…"
    return f"{who(event.executor)} delivers: {output}{proven}"


def _verified(event: EventVerified, _: Names) -> str:
    by = f"key {event.key.hex()[:16]}…" if event.key else f"enclave {event.measurement.hex()[:16]}…"
    return f"the chain has verified {EVIDENCE.get(event.kind, 'evidence')}" + (f": {by}" if event.kind == "tee" else "")


def _lottery(event: EventLottery, _: Names) -> str:
    if event.drawn:
        return f"to be checked: {_word(event.cause)} (seed of height {event.seed_height})"
    return f"lottery: not drawn for a check (seed of height {event.seed_height}); anybody may challenge"


def _challenged(event: EventChallenged, who: Names) -> str:
    return f"{who(event.challenger)} challenges, depositing {_nes(event.deposit)}"


def _committed(event: EventCommitted, who: Names) -> str:
    return f"{who(event.miner)} commits to {event.commitment.hex()[:16]}…"


def _revealed(event: EventRevealed, who: Names) -> str:
    scores = ", ".join(map(str, event.scores)) or "none"
    return f"{who(event.miner)} reveals: {_word(event.outcome)}, distances {scores}"


def _missed(event: EventMissed, who: Names) -> str:
    return f"{who(event.miner)} is out: {_word(event.state)}"


def _verdict(event: EventVerdict, _: Names) -> str:
    scores, limits = ", ".join(map(str, event.scores)), ", ".join(map(str, event.thresholds))
    return f"verdict: {_word(event.finding)} by {event.agreed} of {event.seats}; medians {scores} (limits {limits})"


def _judged(event: EventJudged, who: Names) -> str:
    return f"{who(event.miner)} judged {_word(event.standing)}, distance {event.distance}"


def _appealed(event: EventAppealed, who: Names) -> str:
    by = who(event.appellant) if event.appellant else "the chain itself"
    return f"appeal by {by}, deposit {_nes(event.deposit)}"


def _paid(event: EventPaid, who: Names) -> str:
    to = f" {who(event.address)}" if event.address else ""
    return f"{_ROLES[event.role]}{to}: {_nes(event.amount)}"


def _finished(event: EventFinished, _: Names) -> str:
    return f"{_word(event.status)}: paid {_nes(event.fee)}, refunded {_nes(event.refunded)}"


_LINES: dict[type, Callable[[Any, Names], str]] = {
    EventRequested: _requested,
    EventDrawn: _drawn,
    EventClaimed: _claimed,
    EventSeated: _seated,
    EventDelivered: _delivered,
    EventLottery: _lottery,
    EventChallenged: _challenged,
    EventCommitted: _committed,
    EventRevealed: _revealed,
    EventMissed: _missed,
    EventVerdict: _verdict,
    EventJudged: _judged,
    EventAppealed: _appealed,
    EventPaid: _paid,
    EventFinished: _finished,
    EventVerified: _verified,
}


def describe(step: Step, who: Names) -> str:
    """Return a step as one line, without its height."""
    line = _LINES.get(type(step.event))
    return clean(line(step.event, who)) if line else step.name
