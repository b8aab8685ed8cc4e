"""Evidence: what a miner can give, what it is about, and that it goes with the delivery, once."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from prometheus_client import generate_latest

from nesa.chain import Assurance, DeliverEntry, Evidence, Job, decode_address, encode_address
from nesa.engines import Model
from nesa.errors import MinerError
from nesa.miner import Agent, Journal, Kind, Notary, Parts
from nesa.miner._evidence import Ran, read_evidence
from nesa.models import Manifest
from nesa.provable import delivery_digest
from nesa.tee import AttestedKey
from unit.miner.fakes import FakeChain
from unit.miner.lives import TEXT, Killed, live
from unit.miner.records import CHAIN, CLAIM_WINDOW, OWNER, terms

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]
Running = Callable[[Parts], AbstractAsyncContextManager[Agent]]

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "statements.json").read_bytes())["deliveries"]


@dataclass
class FakeEnclave:
    """An enclave whose key is attested, or not."""

    secret: AttestedKey
    live: bool = True

    @property
    def key(self) -> bytes:
        return self.secret.key

    async def attested(self) -> bool:
        return self.live

    def sign(self, digest: bytes) -> bytes:
        return self.secret.sign(digest)


@dataclass
class FakeProver:
    """Proves as nobody can: each proof of the same is another one, as real ones are."""

    able: bool = True
    proven: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)

    async def can_prove(self, version: int, manifest: Manifest) -> bool:
        del version, manifest
        return self.able

    async def prove(self, manifest: Manifest, data: bytes, output: bytes, context: bytes) -> bytes:
        assert self.able
        assert manifest.files
        self.proven.append((data, output, context))
        return len(self.proven).to_bytes(256, "big")


@pytest.fixture
def enclave(tmp_path: Path) -> FakeEnclave:
    return FakeEnclave(AttestedKey.create(tmp_path / "enclave.pem"))


@pytest.fixture
def prover() -> FakeProver:
    return FakeProver()


def asking(*kinds: str, data: bytes = TEXT) -> Any:
    return terms(data, assurance=Assurance(0, 0, kinds), seed=bytes(32), options=b"")


@pytest.fixture
def ask(chain: FakeChain) -> Callable[..., Job]:
    return lambda *kinds: chain.jobs[chain.request(asking(*kinds))]


RAN = Ran(1, b"an output", 1)


def bound_to(job: Job, ran: Ran = RAN) -> bytes:
    return delivery_digest(
        CHAIN,
        job=job.id,
        version=job.terms.version_id,
        miner=decode_address(OWNER),
        input_digest=job.terms.input_digest,
        options=job.terms.options,
        seed=job.terms.seed,
        outcome=ran.outcome,
        output_digest=ran.output_digest,
        units=ran.units,
    )


async def given(notary: Notary, job: Job, manifest: Manifest) -> Evidence:
    found = read_evidence(await notary.attest(job, RAN, TEXT, manifest))
    assert found is not None
    return found


# ---------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("wanted", "attested", "able", "kind"),
    [
        (("tee",), True, False, "key"),
        (("zk",), False, True, "proof"),
        (("zk",), True, True, "proof"),
        (("zk", "tee"), True, True, "key"),  # a signature takes a moment, a proof takes seconds
        (("tee", "zk"), False, True, "proof"),
        (("tee", "zk"), True, False, "key"),
        (("tee",), False, True, None),
        (("zk",), True, False, None),
        (("tee", "zk"), False, False, None),
        (("fhe",), True, True, None),
    ],
)
async def test_the_kind_is_one_that_is_asked_for_and_can_be_given(
    ask: Callable[..., Job],
    enclave: FakeEnclave,
    prover: FakeProver,
    file_manifest: Manifest,
    wanted: tuple[str, ...],
    attested: bool,  # noqa: FBT001 - a parameter of a table
    able: bool,  # noqa: FBT001 - as above
    kind: str | None,
) -> None:
    enclave.live, prover.able, job = attested, able, ask(*wanted)
    notary = Notary(CHAIN, OWNER, enclave=enclave, prover=prover)
    assert await notary.can_give(wanted, 1, file_manifest) == (kind is not None)
    if kind is None:
        with pytest.raises(MinerError, match=f"asks for {' or '.join(wanted)}, which this machine cannot give"):
            await notary.attest(job, RAN, TEXT, file_manifest)
        return
    found = await given(notary, job, file_manifest)
    assert [name for name in ("key", "quote", "proof") if getattr(found, name) is not None] == [kind]


async def test_a_machine_that_has_neither(ask: Callable[..., Job], file_manifest: Manifest) -> None:
    notary = Notary(CHAIN, OWNER)
    for wanted in (("tee",), ("zk",), ("zk", "tee")):
        assert not await notary.can_give(wanted, 1, file_manifest)
        with pytest.raises(MinerError, match="cannot give"):
            await notary.attest(ask(*wanted), RAN, TEXT, file_manifest)
    assert await notary.can_give((), 1, file_manifest)
    assert await notary.can_give(("none",), 1, file_manifest)


async def test_no_evidence_for_a_job_that_asks_for_none(
    ask: Callable[..., Job], enclave: FakeEnclave, prover: FakeProver, file_manifest: Manifest
) -> None:
    notary = Notary(CHAIN, OWNER, enclave=enclave, prover=prover)
    assert await notary.attest(ask(), RAN, TEXT, file_manifest) == b""
    assert await notary.attest(ask("none"), RAN, TEXT, file_manifest) == b""
    assert read_evidence(b"") is None
    assert prover.proven == []


# ---------------------------------------------------------------- what it is about


async def test_threat_44_a_signature_is_about_this_delivery_alone(
    ask: Callable[..., Job], enclave: FakeEnclave, file_manifest: Manifest
) -> None:
    job = ask("tee")
    found = (await given(Notary(CHAIN, OWNER, enclave=enclave), job, file_manifest)).key
    assert found is not None
    assert found.key == enclave.key
    Ed25519PublicKey.from_public_bytes(found.key).verify(found.signature, bound_to(job))


async def test_a_proof_is_about_this_delivery_alone(
    ask: Callable[..., Job], prover: FakeProver, file_manifest: Manifest
) -> None:
    job = ask("zk")
    found = await given(Notary(CHAIN, OWNER, prover=prover), job, file_manifest)
    assert found.proof is not None
    assert found.proof.groth16 == (1).to_bytes(256, "big")
    assert prover.proven == [(TEXT, RAN.output, bound_to(job))]


class Known(Ran):
    """A run of whose output the digest alone is known."""

    __slots__ = ("known",)

    def __init__(self, outcome: int, units: int, known: bytes) -> None:
        super().__init__(outcome, b"?", units)
        object.__setattr__(self, "known", known)

    @property
    def output_digest(self) -> bytes:
        known: bytes = self.known  # type: ignore[attr-defined]
        return known


@pytest.mark.parametrize("case", VECTORS)
async def test_threat_44_the_digest_is_the_chains(
    chain: FakeChain, prover: FakeProver, file_manifest: Manifest, case: dict[str, Any]
) -> None:
    read = {name: bytes.fromhex(case[name]) for name in ("miner", "input_digest", "options", "seed", "output_digest")}
    job = chain.jobs[chain.request(asking("zk"))]
    job = replace(
        job,
        id=case["job"],
        terms=replace(
            job.terms,
            version_id=case["version"],
            input_digest=read["input_digest"],
            options=read["options"],
            seed=read["seed"],
        ),
    )
    empty = read["output_digest"] == bytes(32)
    ran = (
        Ran(case["outcome"], b"", case["units"])
        if empty
        else Known(case["outcome"], case["units"], read["output_digest"])
    )
    await Notary(case["chain_id"], encode_address(read["miner"]), prover=prover).attest(job, ran, TEXT, file_manifest)
    assert [context.hex() for _, _, context in prover.proven] == [case["digest"]]


# ---------------------------------------------------------------- the agent


async def test_a_job_whose_evidence_cannot_be_given_is_not_claimed(
    chain: FakeChain, parts: MakeParts, running: Running, enclave: FakeEnclave, prover: FakeProver
) -> None:
    enclave.live, prover.able = False, False
    made = parts(notary=Notary(CHAIN, OWNER, enclave=enclave, prover=prover))
    async with running(made):
        for kinds in (("tee",), ("zk",), ("tee", "zk")):
            chain.request(asking(*kinds))
        end = chain.height + CLAIM_WINDOW + 2
        with anyio.fail_after(20):
            while chain.height < end:  # noqa: ASYNC110 - the chain is what is watched
                await anyio.sleep(0.005)
    assert chain.offered == []
    assert "the job asks for evidence that this machine cannot give" in generate_latest(made.metrics.registry).decode()


async def deliver(
    chain: FakeChain, parts: MakeParts, running: Running, notary: Notary, *kinds: str
) -> tuple[Job, DeliverEntry]:
    made = parts(notary=notary)
    async with running(made):
        job = chain.jobs[chain.request(asking(*kinds))]
        with anyio.fail_after(20):
            while not chain.records or made.journal.open_duties():  # noqa: ASYNC110 - the chain is what is watched
                await anyio.sleep(0.005)
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.DELIVER]
    assert not chain.missed
    return job, entry


async def test_a_delivery_carries_its_evidence_and_no_fingerprint(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model, enclave: FakeEnclave
) -> None:
    job, entry = await deliver(chain, parts, running, Notary(CHAIN, OWNER, enclave=enclave), "tee")
    assert entry.output == model.run(TEXT, b"", bytes(32)).payload
    assert entry.fingerprint == b""
    assert entry.evidence is not None
    assert entry.evidence.key is not None
    bound = bound_to(job, Ran(int(entry.outcome), entry.output, entry.units))
    Ed25519PublicKey.from_public_bytes(enclave.key).verify(entry.evidence.key.signature, bound)


async def test_a_delivery_without_evidence_has_a_fingerprint(
    chain: FakeChain, parts: MakeParts, running: Running, enclave: FakeEnclave
) -> None:
    _, entry = await deliver(chain, parts, running, Notary(CHAIN, OWNER, enclave=enclave))
    assert entry.evidence is None
    assert entry.fingerprint


async def test_what_nobody_checks_is_delivered_with_nothing(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    _, entry = await deliver(chain, parts, running, Notary(CHAIN, OWNER), "none")
    assert entry.output == model.run(TEXT, b"", bytes(32)).payload
    assert (entry.evidence, entry.fingerprint) == (None, b"")


@pytest.mark.parametrize("point", ["signed deliver", "sent deliver", "acknowledged deliver"])
async def test_a_restart_delivers_the_same_evidence(
    chain: FakeChain, parts: MakeParts, prover: FakeProver, point: str
) -> None:
    notary = Notary(CHAIN, OWNER, prover=prover)
    killed: list[str] = []

    def once(passed: str) -> None:
        if passed == point and not killed:
            killed.append(point)
            raise Killed(point)

    def done(journal: Journal) -> bool:
        return bool(chain.records) and not journal.open_duties()

    chain.request(asking("zk"))
    assert not await live(chain, parts(notary=notary, probe=once), done)
    assert await live(chain, parts(notary=notary), done)
    delivered = {entry for kind, entry in chain.offered if kind is Kind.DELIVER}
    assert len(delivered) == 1, "the evidence is not what was promised before"
    assert len(prover.proven) == 1, "what was proven is proven again"
    assert not chain.missed
