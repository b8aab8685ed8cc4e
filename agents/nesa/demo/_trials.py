"""What becomes of a job, and the table that sets what was delivered against what was found."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import anyio
from rich.table import Table
from rich.text import Text

from nesa.chain import (
    EventDelivered,
    EventFinished,
    EventJudged,
    EventMissed,
    EventPaid,
    EventSeated,
    EventVerdict,
    Finding,
    Role,
    SeatState,
    Standing,
    Status,
    amounts,
)
from nesa.client import Client, Quote, Step
from nesa.sampling import FAR
from nesa.text import read_answer
from nesa.untrusted import clean

__all__ = ["Jobs", "Trial", "table_of", "wrongs"]

_LIMITS = ("Mark", "Sum", "Largest", "Others", "Units")
_OTHERS = 102  # columns of a terminal that all but the answers take
_SHOWN = (16, 48)  # characters of an answer, at least and at most
_MANY = 100_000


@dataclass(slots=True)
class Trial:
    """One job: what somebody did in it, and what it came to.

    Attributes:
        name: of the request.
        what: is done, in a few words.
        job: the job's id.
        by: who does it; empty for whoever executes the job.
        checks: whether it is done in the committee.
        executor: the miner that delivered.
        payload: what it delivered; empty where that was no answer.
        units: what it charged for.
        bonds: in anes, locked for the seats in question, by miner.
        burned: in anes, of any bond, by miner.
        faults: distances of those whose seats were judged at fault, or who did not come, by miner.
        verdict: the committee's.
        end: how the job ended.
    """

    name: str
    what: str
    job: int
    by: str = ""
    checks: bool = False
    executor: str = ""
    payload: bytes = b""
    units: int = 0
    bonds: dict[str, int] = field(default_factory=dict)
    burned: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    verdict: EventVerdict | None = None
    end: EventFinished | None = None

    def saw(self, step: Step) -> None:
        """Note a step of the job's life."""
        match step.event:
            case EventSeated(round=round_, miner=miner, bond=bond):
                if round_ == 0:
                    self.executor = miner
                if round_ == int(self.checks):
                    self.bonds[miner] = bond
            case EventDelivered(units=units):
                self.units = units
            case EventVerdict():
                self.verdict = step.event
            case EventJudged(miner=miner, standing=Standing.FAULT, distance=distance):
                self.faults[miner] = distance
            case EventMissed(miner=miner, state=SeatState.MISSING):
                self.faults[miner] = FAR
            case EventPaid(role=Role.BOND, address=address, amount=amount):
                self.burned[address] = self.burned.get(address, 0) + amount
            case EventFinished():
                self.end = step.event

    @property
    def bond(self) -> int:
        """What who is in question has at stake, in anes."""
        return self.bonds.get(self.by or self.executor, 0)

    @property
    def played(self) -> bool:
        """Whether who is to do it had the seat for it."""
        return self.by in self.bonds if self.checks else self.by in {"", self.executor}

    @property
    def upheld(self) -> bool:
        """Whether the delivery was found right and paid, and the executor has its bond back."""
        return self._ended(Finding.UPHELD, Status.SETTLED) and self.executor not in self.burned

    @property
    def caught(self) -> bool:
        """Whether who cheats was found at fault and lost the bond, and the user paid for nothing that is wrong."""
        if self.burned.get(self.by) != self.bond:
            return False
        if self.checks:
            return self._ended(Finding.UPHELD, Status.SETTLED) and self.by in self.faults
        return self._ended(Finding.FAULT, Status.REFUNDED)

    def _ended(self, finding: Finding, status: Status) -> bool:
        return (
            self.verdict is not None
            and self.end is not None
            and (self.verdict.finding, self.end.finding, self.end.status) == (finding, finding, status)
        )


Asking: TypeAlias = tuple[Quote, bytes]
"""A request's quote and input."""
Show: TypeAlias = Callable[[Trial, Step], None]


class Jobs:
    """Jobs that are requested and followed together."""

    def __init__(self, client: Client) -> None:
        self.trials: list[Trial] = []
        self.seated = anyio.Event()
        """Set when all of the first ones have an executor, or have ended without."""
        self._client = client

    async def live(
        self,
        asked: Mapping[str, Asking],
        what: Mapping[str, str],
        *,
        by: str = "",
        checks: Collection[str] = (),
        show: Show = lambda _trial, _step: None,
    ) -> None:
        """Request jobs in one transaction and note what happens to them, until all have ended.

        Args:
            asked: requests by name.
            what: is done, by name.
            by: who does it; see `Trial`.
            checks: names of what is done in the committee.
            show: called with each step.
        """
        submitted = await self._client.submit_all(list(asked.values()))
        trials = {
            item.job_id: Trial(name, what[name], item.job_id, by, name in checks)
            for item, name in zip(submitted, asked, strict=True)
        }
        self.trials += trials.values()
        async for height in self._client.chain.blocks(start=submitted[0].height):
            for event in await self._client.chain.events(height):
                trial = trials.get(getattr(event.data, "job_id", 0)) if event.module == "job" else None
                if trial is None:
                    continue
                step = Step(event.height, event.tx_hash, event.data)
                trial.saw(step)
                if isinstance(step.event, EventDelivered):
                    trial.payload = (await self._client.result(trial.job)).payload
                show(trial, step)
            if all(trial.executor or trial.end for trial in trials.values()):
                self.seated.set()
            if all(trial.end for trial in trials.values()):
                return


def table_of(honest: Sequence[Trial], cheats: Sequence[Trial], width: int) -> Table:
    """Return a table of jobs: who did what, what was delivered, scores against their limits, verdict, and the bond.

    Args:
        honest: jobs that nobody cheated in.
        cheats: the others.
        width: of the terminal.
    """
    shown = max(_SHOWN[0], min(_SHOWN[1], width - _OTHERS))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("What the miner does", min_width=22)
    table.add_column("What it delivers", no_wrap=True)
    limits = next((trial.verdict.thresholds for trial in (*honest, *cheats) if trial.verdict), ())
    for name, limit in zip(_LIMITS, limits, strict=True):
        table.add_column(f"{name}\n≤ {limit}", justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Bond, NES", no_wrap=True)
    for number, trial in enumerate((*honest, *cheats)):
        table.add_row(*_row(trial, shown), end_section=number == len(honest) - 1)
    return table


def _row(trial: Trial, shown: int) -> Iterable[Text]:
    yield Text(trial.what)
    answer = read_answer(trial.payload)
    finding = trial.verdict.finding.name.lower() if trial.verdict else "none"
    if trial.checks:
        yield Text("no reading", "dim")
        yield _score(trial.faults.get(trial.by, 0), 0)
        yield from [Text("–", "dim")] * (len(_LIMITS) - 1)
        finding = "fault" if trial.by in trial.faults else "passed"
    else:
        text = clean(" ".join(answer.text.split())) if answer else ""
        yield Text(text if len(text) <= shown else f"{text[: shown - 1]}…") if answer else Text("no answer", "dim")
        for score, limit in zip(trial.verdict.scores, trial.verdict.thresholds, strict=True) if trial.verdict else ():
            yield _score(score, limit)
    yield Text(finding, "green" if finding == "upheld" else "red")
    burned = trial.burned.get(trial.by or trial.executor, 0)
    yield Text(f"{amounts.format_nes(burned or trial.bond, 4)[:-4]} {'burned' if burned else 'back'}")


def _score(score: int, limit: int) -> Text:
    said = "far" if score >= FAR else f"{score // 1000}k" if score >= _MANY else str(score)
    return Text(said, "" if score <= limit else "red")


def wrongs(honest: Sequence[Trial], cheats: Sequence[Trial], miners: Mapping[str, str]) -> list[str]:
    """Return what went otherwise than it must, a clause each: cheats that passed, and what honest miners lost.

    Args:
        honest: jobs that nobody cheated in.
        cheats: the others.
        miners: names of the honest miners, by address.
    """
    found = [f"job {trial.job} was no good although nobody cheated" for trial in honest if not trial.upheld]
    if passed := [trial.what for trial in cheats if not trial.caught]:
        found.append(f"the miner got away with: {', '.join(passed)}")
    for trial in (*honest, *cheats):
        found += [f"{miners[miner]} was found at fault in job {trial.job}" for miner in trial.faults if miner in miners]
        found += [f"{miners[miner]} lost a bond in job {trial.job}" for miner in trial.burned if miner in miners]
    return found
