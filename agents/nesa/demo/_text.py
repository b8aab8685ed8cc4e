"""A chat job that is paid for and checked, and beside it all that a miner may try instead."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from rich.console import Console
from rich.markup import escape

from nesa._groups import single_error
from nesa.chain import ChainClient, Key, KeyType, amounts
from nesa.cli._steps import Names
from nesa.client import CERTAIN, Client, JobRequest, Quote, Step, ask_faucet, find_version
from nesa.demo._cheating import read_seeds
from nesa.demo._cheats import BEGINNING, CHEATS, LIES, QUESTION, conversation, question
from nesa.demo._guest import Guest
from nesa.demo._report import Screen
from nesa.demo._trials import Jobs, Trial, table_of, wrongs
from nesa.errors import NesaError
from nesa.localnet import Localnet, Progress, Topology, run_command, running
from nesa.models import Policy, Store
from nesa.text import read_answer
from nesa.untrusted import clean

__all__ = ["TextOptions", "run_text_demo"]

CHAT = "nesa/chat"
_NES = 10**18
_SLOT = 1_000 * _NES  # all that an honest miner stakes
_SLOTS = 10_000  # of the cheat: nearly every first ticket is its
_EPOCH = 10  # blocks, from which on new stake counts
_REHEARSAL = 120.0  # seconds
_REQUESTS = 5  # of each cheat at most: now and then an honest miner draws the work
_CHEATER = (sys.executable, "-m", "nesa.demo._cheater")
_SHOWN = "chat"
_ASKED: Mapping[str, tuple[str, str, Mapping[str, int]]] = {
    _SHOWN: ("nothing but its work", "What is a miner?", {}),
    "cold": ("the same at temperature 0", "What can you do?", {"temperature": 0}),
    "hot": ("the same at temperature 2", "What is a job?", {"temperature": 2000, "max_tokens": 64}),
}


@dataclass(frozen=True, slots=True)
class TextOptions:
    """What may be chosen.

    Attributes:
        models: folder in which ``models/build.py`` has put the models.
        output: folder for the receipt.
        miners: how many honest miners.
    """

    models: Path
    output: Path
    miners: int = 6


async def run_text_demo(options: TextOptions, console: Console) -> None:
    """Start a network, pay for checked answers of a language model, let a miner cheat, and leave nothing running.

    Raises:
        NesaError: something is not built; or a cheat passed, or an honest miner was punished.
    """
    folder = options.models / "chat-fp32"
    if not (folder / "manifest.json").is_file():
        raise NesaError(f"{folder} has no model; build the models with make setup")
    with tempfile.TemporaryDirectory(prefix="nesa-text-") as name, single_error():
        scratch = Path(name)
        cheat = Guest("cheat", scratch / "cheat", _SLOTS * _SLOT)
        topology = Topology(
            miners=options.miners,
            miner_stake=_SLOT,
            accounts=cheat.funds,
            models={CHAT: str(folder)},
            params={
                "miner": {"epoch_blocks": _EPOCH, "slot_unit": _SLOT, "min_stake": _SLOT},
                "job": {"appeal_window": 6},
            },
        )
        console.print("[bold]A network on this machine[/]: honest miners, and one that will cheat")
        rehearsed = anyio.Event()

        async def rehearse() -> None:
            await run_command(*_CHEATER, "rehearse", str(folder), str(scratch / "cheap"), timeout=_REHEARSAL)
            rehearsed.set()

        with Progress() as progress:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(rehearse)
                async with running(topology, scratch / "net", progress.report) as localnet:
                    progress.close()
                    await _TextDemo(options, console, localnet, cheat, scratch, rehearsed).run()
    console.print("\nThe network has ended; nothing is left running.")


class _TextDemo:
    """One demonstration on a running network."""

    def __init__(
        self,
        options: TextOptions,
        console: Console,
        localnet: Localnet,
        cheat: Guest,
        scratch: Path,
        rehearsed: anyio.Event,
    ) -> None:
        self.options = options
        self.localnet = localnet
        self.cheat = cheat
        self.scratch = scratch
        self.rehearsed = rehearsed
        self.user = Key.generate(KeyType.ETHEREUM)
        owners = [localnet.miner(number).owner.address for number in range(localnet.topology.miners)]
        self.miners = {address: f"miner-{number}" for number, address in enumerate(owners)}
        others = {cheat.owner.address: cheat.name, self.user.address: "you"}
        self.screen = Screen(console, Names({**self.miners, **others, localnet.key("publisher").address: "publisher"}))

    async def run(self) -> None:
        """Have questions answered honestly, let the cheat have all the work that follows, and compare."""
        network, policy = self.localnet.network, Policy(allow_private=True, allow_files=True)
        async with Client(network, self.user, store=Store(self.scratch / "store"), policy=policy) as client:
            await ask_faucet(network, self.user.address)
            before = await self._stakes(client.chain)
            honest, cheats = Jobs(client), Jobs(client)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._cheat, client, honest, cheats)
                await self._ask(client, honest)
                self.screen.title("What a miner may try")
                self.screen.say(
                    f"{len(CHEATS) + len(LIES)} requests, each with a check. One miner cheats in all of them; "
                    f"it is drawn because it stakes {_SLOTS:,} times what an honest one does.\n"
                    f"It is to answer “{QUESTION}”, or, where words alone tell, to go on from “{BEGINNING}”."
                )
            told = sorted(cheats.trials, key=lambda trial: [*CHEATS, *LIES].index(trial.name))
            self.screen.console.print(table_of(honest.trials, told, self.screen.console.width))
            self.screen.say(
                "[dim]Mark: distance of fingerprints. Sum, largest: by how much, in 2^-16 of a logit, other tokens "
                "beat those delivered; others: how many. Red: over the limit, which is at fault.[/]"
            )
            after = await self._stakes(client.chain)
            self._judge(honest.trials, told, before, after)

    # ------------------------------------------------------------ the honest

    async def _ask(self, client: Client, jobs: Jobs) -> None:
        """Pay for honest answers, and follow the first of them on the screen."""
        screen = self.screen
        screen.title("What it will cost")
        requests = {
            name: JobRequest(CHAT, conversation(text), options, check_bps=CERTAIN)
            for name, (_, text, options) in _ASKED.items()
        }
        quotes = {name: await client.estimate(request) for name, request in requests.items()}
        screen.prices(quotes)
        screen.say("[yellow]Questions and answers stay public in the chain's history for ever.[/]")
        screen.title(_ASKED[_SHOWN][1])

        def show(trial: Trial, step: Step) -> None:
            if trial.name == _SHOWN:
                screen.step(0, trial.name, step)

        what = {name: what for name, (what, _, _) in _ASKED.items()}
        await jobs.live({name: (quotes[name], request.data) for name, request in requests.items()}, what, show=show)
        shown = next(trial for trial in jobs.trials if trial.name == _SHOWN)
        answer = read_answer(shown.payload)
        counted = await client.recount(quotes[_SHOWN], requests[_SHOWN].data, shown.payload)
        if answer is None or counted != shown.units:
            raise NesaError("the answer is none, or has not as many tokens as it was charged for")
        screen.say(f"\n[bold]{escape(clean(answer.text))}[/]\n\n{counted} units by the miner's count and by your own")
        await screen.receipt(client, shown.job, self.options.output / "receipt-text.json")

    # ------------------------------------------------------------ the cheat

    async def _cheat(self, client: Client, honest: Jobs, jobs: Jobs) -> None:
        """Let the cheat in when the honest are at work, and have it try everything."""
        await honest.seated.wait()
        await self.rehearsed.wait()
        seeds = read_seeds(self.scratch / "cheap")
        what = {name: cheat.what for name, cheat in CHEATS.items()} | {name: lie.what for name, lie in LIES.items()}
        version = await find_version(client.chain, CHAT)
        program = (*_CHEATER, str(self.cheat.home), str(self.scratch / "cheap"))
        store = self.localnet.home.root / "store"
        async with self.cheat.at_work(client.chain, self.localnet.network, {version.id: 1}, program, store):
            left = list(what)
            for _ in range(_REQUESTS):
                asked = {name: await self._quote(client, name, seeds[name]) for name in left}
                await jobs.live(asked, what, by=self.cheat.owner.address, checks=LIES)
                jobs.trials = [trial for trial in jobs.trials if trial.played]  # an honest miner has drawn the others
                left = [name for name in left if name not in {trial.name for trial in jobs.trials}]
                if not left:
                    return
        raise NesaError(f"{self.cheat.name} never drew the work for: {', '.join(left)}")

    async def _quote(self, client: Client, name: str, seed: bytes) -> tuple[Quote, bytes]:
        data, options = question(name)
        return await client.estimate(JobRequest(CHAT, data, options, check_bps=CERTAIN, seed=seed)), data

    async def _stakes(self, chain: ChainClient) -> dict[str, int]:
        return {name: (await chain.miners.get(owner)).miner.stake for owner, name in self.miners.items()}

    def _judge(
        self, honest: Sequence[Trial], cheats: Sequence[Trial], before: Mapping[str, int], after: Mapping[str, int]
    ) -> None:
        """Say how it went.

        Raises:
            NesaError: a cheat passed, or an honest miner was punished.
        """
        burned = amounts.format_nes(sum(trial.bond for trial in cheats if trial.caught))
        self.screen.say(
            f"{sum(trial.caught for trial in cheats)} of {len(cheats)} cheats were caught, for {burned} of bonds; "
            f"{sum(trial.upheld for trial in honest)} of {len(honest)} honest answers were upheld"
        )
        wrong = wrongs(honest, cheats, self.miners)
        wrong += [f"{name} lost stake" for name in before if after[name] != before[name]]
        if wrong:
            raise NesaError("; ".join(wrong))
        self.screen.say("No honest miner lost a bond, or any of its stake.")
