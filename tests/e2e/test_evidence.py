"""Jobs that evidence settles, decisions on private data, and enclaves' keys, on a running network."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from e2e.conftest import LOCAL, Net, Shell
from nesa._programs import find_program
from nesa.chain import (
    Account,
    ChainClient,
    EventDecision,
    EventDelivered,
    EventFinished,
    EventPaid,
    JobView,
    Key,
    Keystore,
    KeyType,
    Role,
    Status,
    TxFailedError,
    messages,
)
from nesa.client import (
    CERTAIN,
    Client,
    JobRequest,
    JobResult,
    RequestError,
    Step,
    Submitted,
    Wanted,
    ask_faucet,
    verify_receipt,
)
from nesa.engines import encode_features
from nesa.errors import InvalidInputError
from nesa.localnet import PASSWORD
from nesa.models import Manifest, Store, TensorInput
from nesa.provable import read_provable, run_integers
from nesa.tee import AttestedKey, Simulator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CREDIT, FILES = "nesa/credit", "nesa/file-type"
KINDS = {"tee": "tee", "zk": "zk", "zk or tee": "tee"}  # the signature takes a moment, a proof takes seconds
UNITS = 3  # more than a run has


def application(credit: Path, name: str) -> bytes:
    spec = Manifest.from_json((credit / "manifest.json").read_bytes()).input
    assert isinstance(spec, TensorInput)
    return encode_features(spec, json.loads((credit / name).read_bytes()))


# ---------------------------------------------------------------- jobs


@dataclass(frozen=True, slots=True)
class Settled:
    """A job from its request to its end."""

    submitted: Submitted
    steps: tuple[Step, ...]
    result: JobResult
    view: JobView

    @property
    def names(self) -> list[str]:
        return [step.name for step in self.steps]

    @property
    def paid(self) -> dict[Role, int]:
        return {step.event.role: step.event.amount for step in self.steps if isinstance(step.event, EventPaid)}


@pytest.fixture(scope="module")
def requester() -> Key:
    return Key.generate(KeyType.ETHEREUM)


@pytest.fixture(scope="module")
def settled(net: Net, credit: Path, requester: Key, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Settled]:
    """One job for each way of asking for evidence, all requested in one transaction."""
    data = application(credit, "approve.json")
    store = Store(tmp_path_factory.mktemp("requester") / "store")

    async def settle() -> dict[str, Settled]:
        await ask_faucet(net.network, requester.address)
        found: dict[str, Settled] = {}
        async with Client(net.network, requester, store=store, policy=LOCAL) as client:
            asked = [JobRequest(CREDIT, data, max_units=UNITS, evidence=Wanted.parse(kind).evidence) for kind in KINDS]
            submitted = await client.submit_all([(await client.estimate(request), data) for request in asked])

            async def follow(kind: str, job: Submitted) -> None:
                steps = await client.wait(job.job_id)
                found[kind] = Settled(
                    job, steps, await client.result(job.job_id), await client.chain.jobs.get(job.job_id)
                )

            async with anyio.create_task_group() as tasks:
                for kind, job in zip(KINDS, submitted, strict=True):
                    tasks.start_soon(follow, kind, job)
        return found

    return anyio.run(settle)


@pytest.mark.parametrize("kind", KINDS)
def test_evidence_settles_a_job_with_its_delivery(settled: Mapping[str, Settled], credit: Path, kind: str) -> None:
    job = settled[kind]
    (delivered,) = [step for step in job.steps if isinstance(step.event, EventDelivered)]
    assert isinstance(delivered.event, EventDelivered)
    finished = job.steps[-1]
    assert isinstance(finished.event, EventFinished)
    assert job.view.record is not None
    assert delivered.event.evidence == job.view.record.evidence == KINDS[kind]
    assert (finished.event.status, finished.height) == (Status.SETTLED, delivered.height)
    assert delivered.event.executor == job.view.record.executor == job.result.executor

    ordered = [job.names.index(name) for name in ("requested", "drawn", "claimed", "seated", "delivered", "paid")]
    assert ordered == sorted(ordered)
    assert job.names[-1] == "finished"
    assert not {"lottery", "verdict", "committed", "challenged", "missed"} & set(job.names)

    graph = read_provable((credit / "model.onnx").read_bytes())
    assert job.result.payload == run_integers(graph, application(credit, "approve.json"))
    assert job.view.record.output_digest == hashlib.sha256(job.result.payload).digest()


@pytest.mark.parametrize("kind", KINDS)
def test_threat_22_a_job_by_evidence_costs_what_its_units_cost_and_no_levy(
    settled: Mapping[str, Settled], kind: str
) -> None:
    job, estimate = settled[kind], settled[kind].submitted.quote.estimate
    assert (estimate.premium, estimate.reserve, estimate.levy, estimate.verifiers) == (0, 0, 0, 0)
    assert estimate.escrow == estimate.fee
    record, paid = job.view.record, job.paid
    assert record is not None
    assert record.units == 1
    assert record.fee * UNITS == estimate.fee
    assert record.fee + record.refunded == estimate.escrow
    assert Role.LEVY not in paid
    parts = [paid[role] for role in (Role.EXECUTOR, Role.ROYALTY, Role.BURN)]
    assert sum(parts) == record.fee
    assert all(parts)
    assert paid[Role.EXECUTOR] > record.fee * 9 // 10


@pytest.mark.parametrize("kind", KINDS)
def test_what_evidence_has_settled_is_not_challenged(
    settled: Mapping[str, Settled], net: Net, requester: Key, kind: str
) -> None:
    async def challenge() -> None:
        async with Client(net.network, requester) as client:
            await client.challenge(settled[kind].submitted.job_id)

    with pytest.raises(TxFailedError, match=r"not found|no such job|not open"):
        anyio.run(challenge)


def test_a_job_by_evidence_is_told_again_and_has_a_receipt(settled: Mapping[str, Settled], net: Net) -> None:
    async def export() -> None:
        async with Client(net.network) as client:
            for job in settled.values():
                assert await client.wait(job.submitted.job_id) == job.steps
                proved = verify_receipt(await client.receipt(job.submitted.job_id))
                assert (proved.status, proved.output_digest) == (Status.SETTLED, job.result.digest)

    anyio.run(export)


# ---------------------------------------------------------------- estimates and refusals


def test_every_assurance_is_priced_beside_the_others(shell: Shell, credit: Path) -> None:
    arguments = ("job", "estimate", CREDIT, str(credit / "approve.json"), "--compare")
    quotes = shell.json(*arguments)
    prices = []
    for quote in quotes:
        found = {name: int(value) for name, value in quote["estimate"].items() if str(value).isdigit()}
        assert not quote["estimate"]["refusal"]
        assert found["executor"] + found["royalty"] + found["levy"] + found["burn"] == found["fee"]
        assert found["escrow"] == found["fee"] + found["premium"] + found["reserve"]
        prices.append((found["levy"] > 0, found["reserve"] > 0, found["executor"]))
    lottery, check, tee, zk = prices
    assert (lottery[0], check[1], tee[:2], zk[:2]) == (True, True, (False, False), (False, False))
    assert tee[2] == zk[2] > lottery[2]
    table = shell(*arguments)
    assert table.returncode == 0, table.stderr
    for name in ("lottery(5%", "check(3)", "tee", "zk"):
        assert name in table.stdout


class TestRefused:
    """Requests for evidence that nobody could give, each with one sentence that says why."""

    def test_a_proof_of_a_model_that_is_not_provable(self, shell: Shell) -> None:
        arguments = (FILES, __file__, "--assurance", "zk")
        sentence = shell.refused("job", "request", *arguments, "--from", "me", "--yes")
        assert 'does not admit "zk"; it admits ["tee"]' in sentence
        estimate = shell("job", "estimate", *arguments)
        assert (estimate.returncode, 'does not admit "zk"' in estimate.stdout) == (1, True)

    @pytest.mark.anyio
    async def test_an_input_of_another_size(self, shell: Shell, client: Client, credit: Path, tmp_path: Path) -> None:
        data = application(credit, "approve.json")
        short = tmp_path / "short.bin"
        short.write_bytes(data[:-1])
        arguments = ("job", "request", CREDIT, str(short), "--assurance", "zk", "--from", "me", "--yes")
        assert "23 bytes" in await anyio.to_thread.run_sync(shell.refused, *arguments)
        with pytest.raises(InvalidInputError):
            await client.estimate(JobRequest(CREDIT, data + b"\0", evidence=("tee", "zk")))
        terms = (await client.estimate(JobRequest(CREDIT, data, evidence=("zk",)))).terms
        asked = replace(terms, input=data[:-1], input_digest=hashlib.sha256(data[:-1]).digest())
        estimate = await client.chain.jobs.estimate(asked, requester=client.address)
        assert "input of 23 bytes, a proof is about 24" in estimate.refusal

    @pytest.mark.anyio
    async def test_evidence_beside_a_check(self, client: Client, credit: Path) -> None:
        data = application(credit, "approve.json")
        wanted = JobRequest(CREDIT, data, evidence=("tee",))
        for request in (replace(wanted, check_bps=CERTAIN), replace(wanted, verifiers=3)):
            quote = await client.estimate(request)
            with pytest.raises(RequestError, match="asked for instead of a check, not beside one"):
                await client.submit(quote, data)
            with pytest.raises(TxFailedError, match="asked for instead of a check, not beside one"):
                await client.account.send(messages.request(client.address, [quote.terms]))

    @pytest.mark.anyio
    async def test_evidence_that_does_not_exist(self, shell: Shell, client: Client, credit: Path) -> None:
        file = str(credit / "approve.json")
        arguments = ("job", "estimate", CREDIT, file, "--assurance", "fhe")
        assert "not 'fhe'" in await anyio.to_thread.run_sync(lambda: shell.refused(*arguments, status=2))
        data = application(credit, "approve.json")
        quote = await client.estimate(JobRequest(CREDIT, data, evidence=("fhe",)))
        with pytest.raises(RequestError, match='does not admit "fhe"; it admits'):
            await client.submit(quote, data)


# ---------------------------------------------------------------- decisions on private data


@dataclass(frozen=True, slots=True)
class Decided:
    """Files of a decision that somebody has proven."""

    shell: Shell
    key: Key
    file: Path
    salt: Path

    @property
    def fields(self) -> dict[str, Any]:
        return dict(json.loads(self.file.read_bytes()))

    def changed(self, file: Path, **changes: object) -> str:
        """Write the decision with other contents, and return the file's name."""
        file.write_text(json.dumps(self.fields | changes))
        return str(file)


@pytest.fixture(scope="module")
def decided(net: Net, credit: Path, requester: Key, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    folder = tmp_path_factory.mktemp("bank")
    shell = Shell(net, folder)
    Keystore(shell.keys, scrypt_n=1024).add("me", requester, "secret")
    file, salt = folder / "decision.json", folder / "salt.json"
    made = shell.json(
        "proof", "make", str(credit), str(credit / "decline.json"), "--version", CREDIT,
        "--account", requester.address, "--salt", str(salt), "-o", str(file),
    )  # fmt: skip
    assert made["answer"] == "decline"
    return Decided(shell, requester, file, salt)


@pytest.mark.usefixtures("settled")  # which fund the account
def test_a_decision_on_private_data_is_verified_and_recorded(decided: Decided, credit: Path, net: Net) -> None:
    arguments = ("proof", "verify", "--proof", str(decided.file), "--model", str(credit))
    found = decided.shell.json(*arguments)
    assert (found["holds"], found["answer"], found["account"]) == (True, "decline", decided.key.address)
    private = application(credit, "decline.json")
    kept = json.loads(decided.salt.read_bytes())
    assert (kept["input"], kept["commitment"]) == (private.hex(), found["commitment"])
    assert private not in decided.file.read_bytes()
    assert private.hex() not in decided.file.read_text()

    sent = decided.shell.json("proof", "publish", str(decided.file), "--from", "me")

    async def events() -> list[Any]:
        async with ChainClient(net.network) as chain:
            return [event.data for event in await chain.events(sent["height"]) if event.tx_hash == sent["tx"]]

    (recorded,) = [event for event in anyio.run(events) if isinstance(event, EventDecision)]
    assert recorded.prover == decided.key.address
    assert recorded.output.hex() == decided.fields["output"]
    assert str(int.from_bytes(recorded.commitment, "big")) == decided.fields["commitment"]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("field", ["output", "commitment", "label", "proof"])
def test_a_forged_decision_is_refused_here_and_by_the_chain(decided: Decided, tmp_path: Path, field: str) -> None:
    text = decided.fields[field]
    if field == "commitment":
        forged: str = str(int(text) + 1)
    elif field == "proof":
        forged = text[128:192] + text[64:128] + text[128:]  # no point of the curve
    else:
        forged = bytes([bytes.fromhex(text)[0] ^ 1, *bytes.fromhex(text)[1:]]).hex()
    file = decided.changed(tmp_path / "forged.json", **{field: forged})
    assert decided.shell.refused("proof", "verify", "--proof", file)
    sentence = decided.shell.refused("proof", "publish", file, "--from", "me")
    assert "proof does not hold" in sentence


@pytest.mark.usefixtures("settled")
def test_a_decision_is_its_accounts_own(decided: Decided, shell: Shell, user: Key, tmp_path: Path) -> None:
    sentence = shell.refused("proof", "publish", str(decided.file), "--from", "me")
    assert f"only {decided.key.address} can record this decision" in sentence
    taken = decided.changed(tmp_path / "taken.json", account=user.address)
    assert "does not hold" in shell.refused("proof", "verify", "--proof", taken)
    assert "proof does not hold" in shell.refused("proof", "publish", taken, "--from", "me")
    other = decided.changed(tmp_path / "other.json", version_id=2)
    assert "no verifying key for private inputs of version 2" in shell.refused("proof", "verify", "--proof", other)
    assert "no verifying key" in decided.shell.refused("proof", "publish", other, "--from", "me")


@pytest.mark.usefixtures("settled")
def test_threat_43_a_proof_under_a_key_of_ones_own_making_proves_nothing(
    decided: Decided, credit: Path, tmp_path: Path
) -> None:
    proving, verifying, file = (str(tmp_path / name) for name in ("proving.key", "verifying.key", "decision.json"))
    program = find_program("NESA_PROVE", "nesa-prove", "build/bin")
    command = (program, "setup", str(credit / "model.onnx"), "--private", "--pk", proving, "--vk", verifying)
    subprocess.run(command, check=True, capture_output=True)
    shell = decided.shell
    shell.json(
        "proof", "make", str(credit), str(credit / "approve.json"), "--version", CREDIT, "--key", proving,
        "--account", decided.key.address, "--salt", str(tmp_path / "salt"), "-o", file,
    )  # fmt: skip
    assert shell.json("proof", "verify", "--proof", file, "--vk", verifying)["holds"]
    assert "does not hold" in shell.refused("proof", "verify", "--proof", file)
    assert "proof does not hold" in shell.refused("proof", "publish", file, "--from", "me")


# ---------------------------------------------------------------- enclaves' keys

LAST = 5  # the miner whose key is given up; the others go on


def miner(shell: Shell, command: str, home: Path) -> Any:
    done = shell("miner", command, "--home", str(home), "--json", NESA_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def voids(net: Net, owner: str) -> dict[str, str]:
    """Why each key of a miner is not in force, by key; empty for those that are."""
    async with ChainClient(net.network) as chain:
        return {state.key.key.hex(): state.void for state in await chain.attestation.keys(owner)}


def test_threat_44_a_key_that_was_given_up_is_refused_for_good(shell: Shell, net: Net) -> None:
    home, owner = net.home.miner(LAST), net.miner(LAST).owner.address
    attested = miner(shell, "attest", home)
    key, file = attested["key"], home / "enclave.pem"
    assert anyio.run(voids, net, owner)[key] == ""
    kept = file.read_bytes()
    assert miner(shell, "revoke-key", home)["revoked"] == key
    assert "revoked" in anyio.run(voids, net, owner)[key]
    assert not file.exists()

    file.write_bytes(kept)
    file.chmod(0o600)
    for command, sentence in (("attest", "key is revoked"), ("revoke-key", "key is revoked")):
        arguments = ("miner", command, "--home", str(home))
        assert sentence in shell.refused(*arguments, NESA_PASSWORD=PASSWORD)
    file.unlink()
    again = miner(shell, "attest", home)["key"]
    assert again != key
    found = anyio.run(voids, net, owner)
    assert (found[again], bool(found[key])) == ("", True)


def test_threat_44_a_quote_is_one_miners_and_one_times(net: Net, tmp_path: Path) -> None:
    simulator = Simulator.create(net.home.root / "enclaves")
    key = AttestedKey.create(tmp_path / "key.pem")
    mine, other = net.miner(LAST), net.miner(LAST - 1)

    async def attest(owner: str, chain_id: str, later: int) -> None:
        async with ChainClient(net.network) as chain:
            now = int((await chain.block(await chain.height())).time.timestamp())
            expires = now + 600
            quote = simulator.quote(key.report_data(chain_id, owner, expires))
            message = messages.attest(mine.operator.address, key.key, quote, expires + later)
            await Account(chain, mine.operator).send(message)

    chain_id = net.network.chain_id
    for case in (
        (other.owner.address, chain_id, 0),  # another miner's
        (mine.owner.address, "nesa-local-2", 0),  # another chain's
        (mine.owner.address, chain_id, 60),  # for longer than it says
    ):
        with pytest.raises(TxFailedError, match="quote is about something else"):
            anyio.run(attest, *case)
    with pytest.raises(TxFailedError, match="attestation expires in the past, or too far ahead"):
        anyio.run(attest, mine.owner.address, chain_id, 10**8)
