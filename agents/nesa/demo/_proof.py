"""One input settled four ways, a decision proven on private data, and a contract that asks and is answered."""

import secrets
import tempfile
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from rich.console import Console
from rich.table import Table

from nesa.chain import (
    Account,
    ChainClient,
    EventDelivered,
    EventFinished,
    EventPaid,
    EventRequested,
    EventVerdict,
    Key,
    KeyType,
    Proof,
    Role,
    Status,
    amounts,
    decode_address,
    messages,
)
from nesa.cli._steps import Names
from nesa.client import EVIDENCE, Client, JobRequest, Quote, Step, Wanted, ask_faucet, find_version, read_manifest
from nesa.demo._report import Screen
from nesa.engines import encode_features, read_scores
from nesa.errors import NesaError
from nesa.evm import call_back, connect, deploy, transact
from nesa.localnet import Localnet, Progress, Topology, running
from nesa.models import Manifest, Policy, Store, TensorInput, TensorOutput
from nesa.provable import (
    PROVING_KEYS,
    VerifyingKey,
    as_context,
    commitment,
    decision_digest,
    new_salt,
    prove,
    public_values,
    verify_proof,
)
from nesa.untrusted import parse_json

__all__ = ["ProofOptions", "run_proof_demo"]

CREDIT = "nesa/credit"
FILES = "nesa/file-type"
_NES = 10**18
_WAYS = ("lottery", "check", "tee", "zk")
_PROOF_SECONDS = 120.0
_CALLBACK_LEAST_PPM = 500_000
_PRAISE = "It was a lovely stay. The garden is quiet, the bread is good, and the hosts know every path of the valley.\n"
_SCRIPT = "<html><head><script>steal(document.cookie)</script></head><body><p>Look here!</p></body></html>\n"
_STATES = {1: "waiting", 2: "shown", 3: "rejected", 4: "undecided"}


@dataclass(frozen=True, slots=True)
class ProofOptions:
    """What may be chosen.

    Attributes:
        models: folder in which ``models/build.py`` has put the models.
        contracts: folder in which forge has put the contracts.
        miners: how many miners.
    """

    models: Path
    contracts: Path
    miners: int = 5


@dataclass(slots=True)
class _Course:
    """How one job went: its quote, heights, seconds, what was paid to whom, and what backs it."""

    quote: Quote
    seconds: float = 0.0
    answered: int = 0
    opened: int = 0
    settled: int = 0
    fee: int = 0
    executor: int = 0
    verifiers: int = 0
    backed: str = "the executor's bond"

    def saw(self, step: Step) -> None:
        """Note a step."""
        match step.event:
            case EventRequested():
                self.opened = step.height
            case EventDelivered(evidence=evidence):
                self.answered = step.height
                self.backed = EVIDENCE.get(evidence, self.backed)
            case EventVerdict(agreed=agreed, seats=seats):
                self.backed = f"{agreed} of {seats} verifiers agree"
            case EventPaid(role=Role.EXECUTOR, amount=amount):
                self.executor += amount
            case EventPaid(role=Role.VERIFIER, amount=amount):
                self.verifiers += amount
            case EventFinished(status=status, fee=fee):
                if status is not Status.SETTLED:
                    raise NesaError(f"a job ended {status.name.lower()}")
                self.settled, self.fee = step.height, fee


async def run_proof_demo(options: ProofOptions, console: Console) -> None:
    """Start a network, settle one input four ways, prove a private decision, answer a contract; leave nothing running.

    Raises:
        NesaError: something is not built, or did not end as it should.
    """
    folders = {name: options.models / name.partition("/")[2] for name in (CREDIT, FILES)}
    for folder in folders.values():
        if not (folder / "manifest.json").is_file():
            raise NesaError(f"{folder} has no model; build the models with make setup")
    with tempfile.TemporaryDirectory(prefix="nesa-proof-") as scratch:
        console.print("[bold]A network on this machine[/]: its miners' enclaves are simulated, which proves nothing")
        with Progress() as progress:
            topology = Topology(miners=options.miners, models={name: str(folder) for name, folder in folders.items()})
            async with running(topology, Path(scratch) / "net", progress.report) as localnet:
                progress.close()
                await _ProofDemo(options, console, localnet, Path(scratch)).run()
    console.print("\nThe network has ended; nothing is left running.")


class _ProofDemo:
    """One demonstration on a running network."""

    def __init__(self, options: ProofOptions, console: Console, localnet: Localnet, scratch: Path) -> None:
        self.options = options
        self.network = localnet.network
        self.scratch = scratch
        self.folder = options.models / CREDIT.partition("/")[2]
        self.user, self.keeper = Key.generate(KeyType.ETHEREUM), Key.generate(KeyType.COSMOS)
        miners = [localnet.miner(number).owner.address for number in range(localnet.topology.miners)]
        names = {address: f"miner-{number}" for number, address in enumerate(miners)}
        names |= {self.user.address: "you", localnet.key("publisher").address: "publisher"}
        self.screen = Screen(console, Names(names))

    async def run(self) -> None:
        """Show all three."""
        policy = Policy(allow_private=True, allow_files=True)
        async with Client(self.network, self.user, store=Store(self.scratch / "store"), policy=policy) as client:
            for key in (self.user, self.keeper):
                await ask_faucet(self.network, key.address)
            manifest, payload = await anyio.to_thread.run_sync(self._applicant)
            await self._four_ways(client, manifest, payload)
            await self._in_private(client.chain, manifest, payload)
            await self._contract(client)

    def _applicant(self) -> tuple[Manifest, bytes]:
        manifest = read_manifest(self.folder)
        found = parse_json((self.folder / "approve.json").read_bytes())
        if not isinstance(manifest.input, TensorInput) or not isinstance(found, dict):
            raise NesaError(f"{self.folder} is not the credit decision that models/build.py makes")
        return manifest, encode_features(manifest.input, found)

    # ------------------------------------------------------------ four ways

    async def _four_ways(self, client: Client, manifest: Manifest, payload: bytes) -> None:
        self.screen.title("One applicant, one model, four assurances")
        wanted = {way: Wanted.parse(way) for way in _WAYS}
        requests = {
            way: JobRequest(
                CREDIT, payload, check_bps=it.check_bps, verifiers=it.verifiers, evidence=it.evidence
            )
            for way, it in wanted.items()
        }  # fmt: skip
        courses = {way: _Course(await client.estimate(request)) for way, request in requests.items()}
        self.screen.say("[yellow]Inputs and outputs of these jobs stay public in the chain's history for ever.[/]")
        started = time.monotonic()
        submitted = await client.submit_all([(course.quote, payload) for course in courses.values()])
        jobs = {way: item.job_id for way, item in zip(courses, submitted, strict=True)}

        async def follow(number: int, way: str) -> None:
            async with aclosing(client.follow(jobs[way])) as steps:  # type: ignore[type-var]
                async for step in steps:
                    self.screen.step(number, way, step)
                    courses[way].saw(step)
            courses[way].seconds = time.monotonic() - started

        async with anyio.create_task_group() as tasks:
            for number, way in enumerate(jobs):
                tasks.start_soon(follow, number, way)
        answers = {way: (await client.result(job)).payload for way, job in jobs.items()}
        if len(set(answers.values())) != 1:
            raise NesaError("the four jobs gave different answers")
        self._compare(courses, jobs)
        self.screen.say(f"All four answer: {_label(manifest, answers['zk'])}.")

    def _compare(self, courses: Mapping[str, _Course], jobs: Mapping[str, int]) -> None:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("", "Job", "Paid", "Executor", "Verifiers", "Bond", "Answer", "Settled", "Seconds", "Backed by"):
            left = column in {"", "Backed by"}
            table.add_column(column, justify="left" if left else "right", no_wrap=not left)
        for way, course in courses.items():
            money = (course.fee, course.executor, course.verifiers, course.quote.estimate.bond)
            table.add_row(
                way,
                str(jobs[way]),
                *(amounts.format_nes(amount, 4)[:-4] for amount in money),
                f"+{course.answered - course.opened}",
                f"+{course.settled - course.opened}",
                f"{course.seconds:.1f}",
                course.backed,
            )
        self.screen.console.print(table)
        self.screen.say("[dim]Amounts in NES. Answer and settlement in blocks after the request.[/]")

    # ------------------------------------------------------------ in private

    async def _in_private(self, chain: ChainClient, manifest: Manifest, payload: bytes) -> None:
        self.screen.title("A decision on data that nobody else sees")
        version = await find_version(chain, CREDIT)
        label, salt = secrets.token_bytes(32), new_salt()
        account = decode_address(self.user.address)
        statement = decision_digest(self.network.chain_id, version=version.id, account=account, label=label)
        context, hidden = as_context(statement), commitment(salt, payload)
        graph, key = self.folder / manifest.engine.graph, self.folder / PROVING_KEYS[True]
        start = time.monotonic()
        proven = await anyio.to_thread.run_sync(
            lambda: prove(graph, key, payload, context, salt=salt, timeout=_PROOF_SECONDS)
        )
        self.screen.say(f"you prove on this machine, in {time.monotonic() - start:.1f} s: {len(proven.proof)} bytes")
        raw = [key.key async for key in chain.attestation.verifying_keys(version_id=version.id) if key.private_input]
        start = time.monotonic()
        values = public_values(context, hidden, proven.output)
        verifying = VerifyingKey.from_bytes(raw[0])
        if not await anyio.to_thread.run_sync(lambda: verify_proof(verifying, proven.proof, values)):
            raise NesaError("the proof does not hold under the chain's verifying key")
        self.screen.say(f"anybody verifies it in Python under the chain's key, in {time.monotonic() - start:.1f} s")
        message = messages.decide(
            self.user.address,
            version.id,
            label=label,
            commitment=hidden.to_bytes(32, "big"),
            output=proven.output,
            proof=Proof(proven.proof),
        )
        result = await Account(chain, self.user).send(message)
        self.screen.say(
            f"the chain verifies it and records: {_label(manifest, proven.output)}, for {result.gas_used:,} gas, "
            f"tx {result.hash[:16]}… at height {result.height}"
        )
        self.screen.say(f"it has seen a commitment, {hidden:x}"[:60] + "…, and nothing of the applicant")

    # ------------------------------------------------------------ a contract

    async def _contract(self, client: Client) -> None:
        self.screen.title("A contract asks, is called back, and acts")
        web3 = connect(self.network)
        quote = await client.estimate(JobRequest(FILES, _PRAISE.encode() * 3))
        book = await deploy(
            web3,
            self.user,
            self.options.contracts / "GuestBook.sol" / "GuestBook.json",
            quote.version.id,
            quote.terms.price,
            quote.terms.assurance.check_bps,
            "txt",
            _CALLBACK_LEAST_PPM,
        )
        self.screen.say(f"a guest book at {book.address}: it shows an entry only if a model takes it for plain text")
        jobs = {}
        for name, text in (("praise", _PRAISE * 3), ("a script", _SCRIPT * 3)):
            price = await book.functions.quote(text).call()
            jobs[name] = await self._sign(web3, book, text, price)
            self.screen.say(f"you sign it with {name}: job {jobs[name]}, {amounts.format_nes(price)} with the callback")
        account = Account(client.chain, self.keeper)
        shown = {}
        for name, job in jobs.items():
            await client.wait(job)
            called = await call_back(account, job)
            state = (await book.functions.entries(job).call())[1]
            shown[name] = _STATES.get(int(state), "unknown")
            self.screen.say(
                f"job {job} is over; a stranger makes the callback, {called.gas_used:,} gas, and earns "
                f"{amounts.format_nes(called.fee)}: {name} is {shown[name]}"
            )
        if shown != {"praise": "shown", "a script": "rejected"}:
            raise NesaError(f"the guest book did not act as it should: {shown}")

    async def _sign(self, web3: Any, book: Any, text: str, price: int) -> int:  # noqa: ANN401 - web3 makes its classes
        from web3.logs import DISCARD  # noqa: PLC0415 - an extra, and slow to import

        transaction = {"to": book.address, "data": book.encode_abi("sign", [text]), "value": price}
        receipt = await transact(web3, self.user, transaction)
        (signed,) = book.events.Signed().process_receipt(receipt, errors=DISCARD)
        return int(signed["args"]["jobId"])


def _label(manifest: Manifest, payload: bytes) -> str:
    found = read_scores(manifest.output, payload) if isinstance(manifest.output, TensorOutput) else None
    if found is None:
        raise NesaError("the answer is none of the model's")
    return str(found.label)
