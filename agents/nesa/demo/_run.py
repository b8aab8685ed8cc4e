"""Run the demonstration from beginning to end."""

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
from rich.console import Console

from nesa.chain import ChainClient, EventFinished, EventVerdict, Finding, Key, Keystore, KeyType, Status, amounts
from nesa.cli._steps import Names
from nesa.client import CERTAIN, Client, JobRequest, JobResult, Quote, ask_faucet
from nesa.demo._picture import thumbnail
from nesa.demo._report import Balances, Screen
from nesa.demo._samples import files, photograph
from nesa.engines import parse_label
from nesa.errors import NesaError
from nesa.localnet import Localnet, Progress, Topology, module_address, running
from nesa.models import Policy, Store

__all__ = ["Options", "run_demo"]

PHOTO = "nesa/style-transfer"
FILES = "nesa/file-type"
_STYLES = (7, 12)
_COLUMNS = 56


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen.

    Attributes:
        models: folder in which ``models/build.py`` has put the models.
        output: folder for pictures and receipts.
        photo: a photograph of the user's own; None takes the sample.
        miners: how many miners.
    """

    models: Path
    output: Path
    photo: Path | None = None
    miners: int = 6


async def run_demo(options: Options, console: Console) -> None:
    """Start a network, publish two models, pay for jobs, show what happens, and leave nothing running.

    Raises:
        NesaError: something is not built, or a job did not end as it should.
    """
    folders = {name: str(options.models / name.partition("/")[2]) for name in (PHOTO, FILES)}
    for folder in folders.values():
        if not (Path(folder) / "manifest.json").is_file():
            raise NesaError(f"{folder} has no model; build the models with make setup")
    photo = photograph(options.photo)
    with tempfile.TemporaryDirectory(prefix="nesa-demo-") as scratch:
        console.print("[bold]A network on this machine[/]: one validator, a relay, a faucet and some miners")
        with Progress() as progress:
            topology = Topology(miners=options.miners, models=folders)
            async with running(topology, Path(scratch) / "net", progress.report) as localnet:
                progress.close()
                await _Demo(options, console, localnet, Path(scratch)).run(photo)
    console.print("\nThe network has ended; nothing is left running.")


class _Demo:
    """One demonstration on a running network."""

    def __init__(self, options: Options, console: Console, localnet: Localnet, scratch: Path) -> None:
        self.options = options
        self.localnet = localnet
        self.scratch = scratch
        self.miners = [localnet.miner(number) for number in range(localnet.topology.miners)]
        self.publisher = localnet.key("publisher")
        self.user = self._wallet()
        names = {keys.owner.address: f"miner-{number}" for number, keys in enumerate(self.miners)}
        names |= {self.user.address: "you", self.publisher.address: "publisher"}
        self.screen = Screen(console, Names(names))

    def _wallet(self) -> Key:
        store = Keystore(self.scratch / "wallet")
        password = secrets.token_hex(16)
        store.add("user", Key.generate(KeyType.ETHEREUM), password)
        return store.load("user", password)

    async def run(self, photo: bytes) -> None:
        """Fund the wallet, price and request the jobs, follow them, show what came of them."""
        screen, network = self.screen, self.localnet.network
        policy = Policy(allow_private=True, allow_files=True)
        async with Client(network, self.user, store=Store(self.scratch / "store"), policy=policy) as client:
            await self._show_models(client.chain)
            screen.title("A wallet of your own")
            gift = await ask_faucet(network, self.user.address)
            screen.say(f"{self.user.address} ({self.user.evm_address} in MetaMask)")
            screen.say(f"the faucet sends {amounts.format_nes(gift.amount)}, tx {gift.tx_hash}")
            before = await self._balances(client.chain)

            screen.title("What it will cost")
            requests = self._requests(photo)
            quotes = {name: await client.estimate(request) for name, request in requests.items()}
            screen.prices(quotes)
            screen.say("[yellow]Inputs and outputs stay public in the chain's history for ever.[/]")

            screen.title("The life of each job")
            jobs = await self._submit(client, requests, quotes)
            checked = await self._follow(client, jobs)

            screen.title("What came of it")
            results = {name: await client.result(job) for name, job in jobs.items()}
            await self._show_results(requests, results, checked)
            await screen.receipt(client, jobs["photo, check"], self.options.output / "receipt.json")

            screen.title("Who has what")
            screen.balances(before, await self._balances(client.chain))
            solvency = await client.chain.jobs.solvency()
            if not solvency.solvent:
                raise NesaError("the escrow account does not hold what it owes")
            screen.say("The escrow account holds exactly what open jobs are owed.")

    async def _show_models(self, chain: ChainClient) -> None:
        self.screen.title("Two models, published")
        async for version in chain.models.versions():
            totals = await chain.miners.totals(version.id)
            self.screen.say(
                f"{version.model}@{version.number}: manifest {version.manifest_digest.hex()[:16]}…, "
                f"royalty {version.royalty_bps / 100:g} %, served by {totals.miners} miners"
            )

    def _requests(self, photo: bytes) -> dict[str, JobRequest]:
        by_lottery, certain = _STYLES
        requests = {
            "photo": JobRequest(PHOTO, photo, {"style": by_lottery}),
            "photo, check": JobRequest(PHOTO, photo, {"style": certain}, check_bps=CERTAIN),
        }
        return requests | {name: JobRequest(FILES, data) for name, data in files().items()}

    async def _submit(
        self, client: Client, requests: Mapping[str, JobRequest], quotes: Mapping[str, Quote]
    ) -> dict[str, int]:
        submitted = await client.submit_all([(quotes[name], request.data) for name, request in requests.items()])
        tx = submitted[0]
        self.screen.say(f"{len(submitted)} requests in one transaction {tx.tx_hash} at height {tx.height}")
        return {name: item.job_id for name, item in zip(requests, submitted, strict=True)}

    async def _follow(self, client: Client, jobs: Mapping[str, int]) -> dict[str, bool]:
        """Print all jobs' steps as blocks bring them; return which were checked and upheld."""
        names = {job: (number, name) for number, (name, job) in enumerate(jobs.items())}
        checked = dict.fromkeys(jobs, False)

        async def follow(job: int) -> None:
            number, name = names[job]
            async for step in client.follow(job):
                self.screen.step(number, name, step)
                if isinstance(step.event, EventVerdict):
                    checked[name] = step.event.finding is Finding.UPHELD
                if isinstance(step.event, EventFinished) and step.event.status is not Status.SETTLED:
                    raise NesaError(f"the job {name!r} ended {step.event.status.name.lower()}")

        async with anyio.create_task_group() as tasks:
            for job in jobs.values():
                tasks.start_soon(follow, job)
        if not checked["photo, check"]:
            raise NesaError("the check that was asked for did not uphold the delivery")
        return checked

    async def _show_results(
        self, requests: Mapping[str, JobRequest], results: Mapping[str, JobResult], checked: Mapping[str, bool]
    ) -> None:
        folder = anyio.Path(self.options.output)
        await folder.mkdir(parents=True, exist_ok=True)
        for name, result in results.items():
            verdict = "checked and upheld" if checked[name] else "delivered, not drawn for a check"
            if requests[name].model == PHOTO:
                path = folder / f"{name.replace(', ', '-')}.png"
                await path.write_bytes(result.payload)
                self.screen.say(f"{name}: {verdict}; {len(result.payload)} bytes in {path}")
                self.screen.console.print(thumbnail(result.payload, columns=_COLUMNS))
                continue
            label = parse_label(result.payload)
            if label is None:
                raise NesaError(f"the answer for {name} is no label")
            self.screen.say(f"{name:12} is {label.label} ({label.score_ppm / 10_000:.2f} %): {verdict}")

    async def _balances(self, chain: ChainClient) -> Balances:
        found = {
            "you": await chain.bank.balance(self.user.address),
            "publisher": await chain.bank.balance(self.publisher.address),
            "levy pool": await chain.bank.balance(module_address("job_levy")),
        }
        for number, keys in enumerate(self.miners):
            spent = [await chain.bank.balance(key.address) for key in (keys.owner, keys.operator, keys.claim)]
            found[f"miner-{number}"] = sum(spent)
        return {**found, "all coins": await chain.bank.supply()}
