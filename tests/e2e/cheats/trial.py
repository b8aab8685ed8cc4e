"""Honest miners and cheats at work for many users at once, and everything that came of it."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio

from e2e.cheats.network import ASK, NES, TOKEN, Watch, Worker, enlist, working
from e2e.cheats.processes import EXECUTORS, VERIFIERS
from e2e.cheats.texts import CHAT, CRAFTED, HONEST, Bait, baits, honest_texts, tried
from e2e.conftest import LOCAL, Net, start
from nesa.chain import (
    ChainClient,
    ChainEvent,
    EventFinished,
    EventJudged,
    EventPaid,
    EventSeated,
    EventVerdict,
    Finding,
    Key,
    KeyType,
    Role,
    Standing,
    Status,
    TxResult,
)
from nesa.client import CERTAIN, Client, JobRequest, JobResult, find_version
from nesa.demo._cheating import read_seeds, rehearse
from nesa.demo._cheats import CHEATS, LIES
from nesa.engines import EngineConfig, prepare_image
from nesa.localnet import Topology
from nesa.miner._chain import fee_of
from nesa.models import Manifest, Store

__all__ = [
    "READ_ONLY",
    "REQUESTERS",
    "STRUCK",
    "Field",
    "Story",
    "Trial",
    "build",
    "fees_of",
    "hire",
    "live",
    "play",
    "request",
    "staff",
]

STRUCK = ("int8", "style", "forged", "copier", "guesser")
"""Cheats that an appeal finds at fault; versions of theirs must be past probation to cost stake."""

READ_ONLY = f"{CHAT}/prefill-int4"
"""The same of text: a cheap model writes, and the real one only reads."""

REQUESTERS = 3  # whose upheld faults cost stake
_RUN_WINDOW = 120
_POOR, _RICH = 100 * NES, 10_000_000 * NES  # one slot and a hundred thousand
_AMPLE = 1_000_000 * NES  # ten thousand: it looks for its best ticket for many jobs at once
_SAMPLE = Path(__file__).parents[3] / "models" / "samples" / "coffee.jpg"
_ENGINES = [
    EngineConfig(threads=1 + n % 3, optimisation=("all", "disabled", "basic", "extended")[n % 4]) for n in range(9)
]
E = TypeVar("E")

_PROBATION = [cheat for cheat in STRUCK for _ in range(REQUESTERS)] + [f"{CHAT}/{name}" for name in (*HONEST, *CRAFTED)]
_APPEALED = [cheat for cheat in (*STRUCK, READ_ONLY) for _ in range(REQUESTERS)]
_CHEATING = [(cheat, True) for cheat in _APPEALED] + [
    (cheat, False)
    for cheat in (*EXECUTORS, *VERIFIERS, *(f"{CHAT}/{name}" for name in (*CHEATS, *LIES)))
    if cheat not in _APPEALED
]
"""What is asked for when the cheats are at work, and whether the user appeals."""


@dataclass(slots=True)
class Story:
    """One job as its user saw it."""

    job: int
    user: Key
    before: int
    after: int = 0
    fees: int = 0
    events: list[ChainEvent] = field(default_factory=list)
    result: JobResult | None = None

    def all(self, kind: type[E]) -> list[E]:
        return [event.data for event in self.events if isinstance(event.data, kind)]

    def findings(self) -> list[Finding]:
        return [verdict.finding for verdict in self.all(EventVerdict)]

    def standings(self, round_: int) -> dict[str, Standing]:
        """The last judgement of each seat of a round."""
        return {judged.miner: judged.standing for judged in self.all(EventJudged) if judged.round == round_}

    def paid(self, role: Role, address: str | None = None) -> int:
        return sum(e.amount for e in self.all(EventPaid) if e.role is role and address in {None, e.address})

    def seat(self, miner: str, round_: int) -> EventSeated:
        return next(seat for seat in self.all(EventSeated) if (seat.miner, seat.round) == (miner, round_))

    @property
    def executor(self) -> str:
        return [seat.miner for seat in self.all(EventSeated) if seat.round == 0][-1]

    @property
    def finished(self) -> EventFinished:
        return self.all(EventFinished)[0]


@dataclass(slots=True)
class Field:
    """A network with its miners and users."""

    net: Net
    honest: list[Worker]
    cheats: dict[str, Worker]
    rich: Worker
    users: list[Key]
    versions: dict[str, int]
    store: Path
    requests: dict[str, JobRequest]
    baits: dict[str, Bait]


@dataclass(slots=True)
class Trial:
    """What came of it.

    Attributes:
        honest: of jobs that nobody cheated in.
        texts: the same of text, by request.
        stories: of cheats, by cheat.
        others: events of no job.
        stakes: of each cheat, before and after.
    """

    honest: list[Story]
    texts: dict[str, Story]
    stories: dict[str, list[Story]]
    others: list[ChainEvent]
    stakes: dict[str, tuple[int, int]]


def build(root: Path, models: Sequence[Path]) -> Field:
    """Start a network with accounts for everybody, but without miners.

    Args:
        root: folder for everything.
        models: folders of the models, by whose names the versions are chosen.
    """
    honest = [
        Worker(f"honest-{n}", root / "miners" / f"honest-{n}", _POOR, engine) for n, engine in enumerate(_ENGINES)
    ]
    # Ten thousand times the stake of all others: they have every first ticket that they want.
    cheats = {cheat: Worker(cheat, root / "miners" / cheat, _RICH, cheat=cheat) for cheat in (*EXECUTORS, *VERIFIERS)}
    home, cheap = root / "miners" / CHAT, root / "cheap"
    cheats[CHAT] = Worker(CHAT, home, _AMPLE, program=("-m", "nesa.demo._cheater", str(home), str(cheap)))
    rich = Worker("rich", root / "miners" / "rich", _RICH)
    users = [Key.generate(KeyType.ETHEREUM) for _ in range(len(_PROBATION) + len(_CHEATING))]
    accounts = {user.address: 1_000 * NES for user in users}
    for worker in (*honest, *cheats.values(), rich):
        accounts |= worker.funds
    folders = _patient(models, root / "models")
    others = {"style": "style-transfer", CHAT: "chat-fp32"}
    names = {f"test/{name}": others.get(name, "file-type") for name in (*cheats, "plain")}
    rehearse(folders / others[CHAT], cheap)
    net = start(
        root / "net",
        Topology(
            miners=0,
            chain_id="nesa-cheats-1",
            accounts=accounts,
            models={name: str(folders / model) for name, model in names.items()},
            params={
                "miner": {"epoch_blocks": 20, "slot_unit": _POOR, "min_stake": _POOR},
                "job": {"claim_window": 16, "reveal_window": 60, "appeal_window": 60},
            },
        ),
    )
    store = root / "store"
    for folder in folders.iterdir():  # so that nobody has to download them
        Store(store).add_folder(folder)
    found = baits(folders / others[CHAT], store)
    requests = honest_texts() | {name: bait.request for name, bait in found.items()}
    requests |= {name: tried(name, seed) for name, seed in read_seeds(cheap).items()}
    return Field(net, honest, cheats, rich, users, {}, store, requests, found)


def _patient(models: Sequence[Path], target: Path) -> Path:
    """Copy the models with windows for miners that have a small part of a machine each; they end early anyway."""
    for folder in models:
        shutil.copytree(folder, target / folder.name)
    for path in target.glob("*/manifest.json"):
        manifest = Manifest.from_json(path.read_bytes())
        path.write_bytes(replace(manifest, profile=replace(manifest.profile, run_window=_RUN_WINDOW)).to_json())
    return target


async def hire(chain: ChainClient, field_: Field, workers: Sequence[tuple[Worker, list[int]]]) -> None:
    """Start miners that serve these versions, and wait until they do."""
    for worker, versions in workers:
        asks = {version: TOKEN if version == field_.versions[CHAT] else ASK for version in versions}
        worker.prepare(field_.net.network, field_.store, asks)
        worker.start()
    for worker, versions in workers:
        await working(chain, [worker], versions)


async def staff(field_: Field) -> None:
    """Stake everybody, and let the honest miners serve everything."""
    async with ChainClient(field_.net.network) as chain:
        for cheat in (*field_.cheats, "plain"):
            field_.versions[cheat] = (await find_version(chain, f"test/{cheat}")).id
        await enlist(chain, [*field_.honest, *field_.cheats.values(), field_.rich])
        versions = list(field_.versions.values())
        await hire(chain, field_, [(worker, versions) for worker in field_.honest])


async def play(field_: Field) -> Trial:
    """Let honest miners take all versions past probation, then let each cheat win the work of one."""
    async with ChainClient(field_.net.network) as chain, anyio.create_task_group() as tasks:
        watch = Watch(chain)
        tasks.start_soon(watch.run)
        users = iter(field_.users)
        honest: list[Story] = []
        async with anyio.create_task_group() as waiting:
            plan = [(name, False) for name in _PROBATION]
            waiting.start_soon(partial(_stories, field_, watch, plan, users, honest))
            # Cheats may start while the windows for appeals are open: their seats are given away.
            await watch.count("EventVerdict", len(plan))
            await hire(chain, field_, [(worker, [field_.versions[cheat]]) for cheat, worker in field_.cheats.items()])
        stakes = {cheat: [await _stake(chain, worker)] for cheat, worker in field_.cheats.items()}
        told: list[Story] = []
        await _stories(field_, watch, _CHEATING, users, told)
        stories: dict[str, list[Story]] = {}
        for (cheat, _), story in zip(_CHEATING, told, strict=True):
            stories.setdefault(cheat, []).append(story)
        # A withheld bond is burned when its epoch ends.
        epoch = (await chain.miners.params()).epoch_blocks
        await chain.wait_height((await chain.height() // epoch + 1) * epoch + 1)
        for cheat, worker in field_.cheats.items():
            stakes[cheat].append(await _stake(chain, worker))
            worker.kill()
        await chain.wait_height(watch.height)
        tasks.cancel_scope.cancel()
    texts = {name: story for name, story in zip(_PROBATION, honest, strict=True) if name not in STRUCK}
    return Trial(
        honest[: -len(texts)],
        texts,
        stories,
        watch.others,
        {cheat: (first, last) for cheat, (first, last) in stakes.items()},
    )


async def _stake(chain: ChainClient, worker: Worker) -> int:
    return (await chain.miners.get(worker.owner.address)).miner.stake


async def _stories(
    field_: Field, watch: Watch, plan: Sequence[tuple[str, bool]], users: Iterator[Key], told: list[Story]
) -> None:
    """Live all stories of a plan at once; ``told`` has them in the plan's order.

    One that nobody was quick enough for, or that another than the cheat was drawn for, is lived again.
    """
    found: dict[int, Story] = {}

    async def tell(place: int, cheat: str, user: Key, *, appeal: bool) -> None:
        while True:
            story = found[place] = await live(field_, watch, request(field_, cheat), user, appeal=appeal)
            if story.finished.status is not Status.EXPIRED and not _drawn_by_another(field_, cheat, story):
                return

    async with anyio.create_task_group() as tasks:
        for place, (cheat, appeal) in enumerate(plan):
            tasks.start_soon(partial(tell, place, cheat, next(users), appeal=appeal))
    told.extend(found[place] for place in range(len(plan)))


def _drawn_by_another(field_: Field, cheat: str, story: Story) -> bool:
    """Whether one of the honest had the luck to be drawn for what the cheat was to do, as is likely once in a while."""
    name = cheat.removeprefix(f"{CHAT}/")
    return name != cheat and name in CHEATS and story.executor != field_.cheats[CHAT].owner.address


def request(field_: Field, cheat: str) -> JobRequest:
    """A job with a check asked for."""
    if cheat.startswith(f"{CHAT}/"):
        return field_.requests[cheat.removeprefix(f"{CHAT}/")]
    if cheat == "style":
        picture = prepare_image(_SAMPLE.read_bytes(), max_side=64)
        return JobRequest("test/style", picture, {"style": 3}, check_bps=CERTAIN)
    return JobRequest(f"test/{cheat}", Path(__file__).read_bytes()[:4096], check_bps=CERTAIN)


async def live(field_: Field, watch: Watch, wanted: JobRequest, user: Key, *, appeal: bool) -> Story:
    """Pay for a job, appeal against the verdict if so decided, and see it end."""
    async with Client(field_.net.network, user, store=Store(field_.store), policy=LOCAL) as client:
        before = await client.chain.bank.balance(user.address)
        submitted = await client.request(wanted)
        story = Story(submitted.job_id, user, before, events=watch.jobs[submitted.job_id])
        sent = [(submitted.height, submitted.tx_hash)]
        if appeal:
            seen = await watch.until(story.job, lambda event: isinstance(event.data, EventVerdict | EventFinished))
            # The chain itself appeals against a verdict that is none, as of verifiers that were too slow.
            if isinstance(seen.data, EventVerdict) and seen.data.finding is not Finding.INCONCLUSIVE:
                done: TxResult = await client.appeal(story.job)
                sent.append((done.height, done.hash))
        end = await watch.until(story.job, lambda event: isinstance(event.data, EventFinished))
        story.after = await client.chain.bank.balance(user.address, height=end.height)
        story.fees = await fees_of(client.chain, sent)
        if story.all(EventFinished)[0].finding is Finding.UPHELD:
            story.result = await client.result(story.job)
        return story


async def fees_of(chain: ChainClient, sent: Sequence[tuple[int, str]]) -> int:
    """Return what transactions paid for gas, from the blocks at these heights themselves."""
    fees = 0
    for height, tx in sent:
        (raw,) = [raw for raw in (await chain.block(height)).txs if hashlib.sha256(raw).hexdigest() == tx.lower()]
        fees += fee_of(raw, "anes")
    return fees
