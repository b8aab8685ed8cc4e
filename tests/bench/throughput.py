"""F1 and F1b: settled jobs per second ÷ bank sends per second, through the same node, round after round."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from bench.blocks import Made, made
from bench.field import Field
from nesa.chain import messages

__all__ = ["BATCHED", "SINGLE", "Pace", "Window", "jobs", "sends"]

_SENDS = 1_500  # transactions kept before the node
_SLOWER = 0.85
_STEADY = 30  # blocks, longer than a job that is not checked is open


@dataclass(frozen=True, slots=True)
class Pace:
    """How jobs are asked for: more with each block, until the node falls behind.

    Attributes:
        batch: entries of one message at most.
        load: transactions and entries left over from a block with which the node counts as busy.
        start: jobs asked for after the first block.
        step: by how many more after each next.
    """

    batch: int
    load: int
    start: int
    step: int


SINGLE = Pace(batch=1, load=400, start=60, step=4)
BATCHED = Pace(batch=64, load=100, start=150, step=8)


@dataclass(slots=True)
class Window:
    """What some blocks in a row saw.

    Attributes:
        since: the time of the block before them.
        count: sends or settled jobs in them.
        checks: verdicts in them.
        settled: jobs that settled before, in and after them.
        blocks: the blocks.
    """

    since: float
    count: int = 0
    checks: int = 0
    settled: int = 0
    blocks: list[Made] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.blocks[-1].seconds - self.since if self.blocks else 0.0

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def __str__(self) -> str:
        number = len(self.blocks)
        txs, gas = (sum(getattr(block, name) for block in self.blocks) for name in ("txs", "gas"))
        return (
            f"{self.per_second:.0f}/s in {number} blocks of {self.seconds / number:.2f} s, with {txs / number:.0f} "
            f"transactions and {gas / number / 1e6:.0f} M gas each; {sum(block.failed for block in self.blocks)} of "
            f"{txs} transactions failed; {self.checks} checks"
        )


def _send(sender: str, _entries: Sequence[Any]) -> Message:
    return messages.send(sender, sender, 1)


def _send_gas(_entries: int) -> int:
    return 100_000


async def sends(found: Field, seconds: float) -> Window:
    """Send coins from all users for so many seconds."""
    users, traffic = found.users, found.traffic
    found.batch(1)
    window: Window | None = None
    async with aclosing(made(found.chain)) as blocks:
        async for block in blocks:
            traffic.included += block.txs
            if window is not None:
                window.blocks.append(block)
                window.count += block.txs - block.failed
                if window.seconds >= seconds:
                    break
            elif block.txs:
                window = Window(block.seconds)
            for number in range(_SENDS - traffic.backlog - found.waiting):
                users[number % len(users)].add(_send, _send_gas, None)
        async for block in blocks:
            traffic.included += block.txs
            if not traffic.backlog and not found.waiting:
                break
    assert window is not None
    return window


async def jobs(found: Field, pace: Pace, seconds: float) -> Window:
    """Have jobs done for so many seconds, counted from when they settle as fast as they are asked for.

    Raises:
        RuntimeError: a job did not settle.
    """
    found.batch(pace.batch)
    play, traffic = found.play(), found.traffic
    more, settling = float(pace.start), 0
    window = Window(0.0)
    async with aclosing(made(found.chain)) as blocks:
        async for block in blocks:
            traffic.included += block.txs
            left = traffic.backlog + found.waiting  # of what earlier blocks asked for
            settled, checks = play.settled, play.checks
            play.carry_on(block.events)
            if window.since:
                window.blocks.append(block)
                window.count += play.settled - settled
                window.checks += play.checks - checks
                if window.seconds >= seconds:
                    break
            elif (settling := settling + (play.settled > 0)) > _STEADY:
                window.since = block.seconds
            more = more * _SLOWER if left > pace.load else more + pace.step
            if left <= 2 * pace.load:
                play.ask(round(more), block.height)
        async for block in blocks:
            traffic.included += block.txs
            play.carry_on(block.events)
            if not play.open:
                break
    if play.settled != play.asked:
        raise RuntimeError(f"of {play.asked} jobs only {play.settled} settled: {dict(play.ends)}")
    window.settled = play.settled
    return window
