"""A miner's agent through whole jobs."""

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from nesa.chain import ChainUnreachableError, Outcome, Result, Seat, SignedTx, Version
from nesa.engines import EngineConfig, Model, Output, RunsAgain
from nesa.engines._cancel import cancellation
from nesa.errors import EngineError, ModelUnavailableError, RunCancelledError
from nesa.miner import Agent, Journal, Kind, ModelPool, Parts, Receipt, State
from nesa.miner._chain import OnSigned
from nesa.verify import fingerprint, fingerprint_seed
from unit.miner.fakes import FakeChain
from unit.miner.records import CHAIN, NES, OPERATOR, delivery_of, terms
from unit.miner.sender import FakeSender

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]
Running = Callable[[Parts], AbstractAsyncContextManager[Agent]]

TEXT = b"#!/usr/bin/env python3\nimport sys\n\nprint(sys.argv)\n" * 8


async def finished(chain: FakeChain, journal: Journal, jobs: int) -> None:
    await until(lambda: len(chain.records) >= jobs and not journal.open_duties())


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(20):
        while not condition():  # noqa: ASYNC110 - the chain is what is watched
            await anyio.sleep(0.005)


async def test_executes_a_job_and_is_paid(chain: FakeChain, parts: MakeParts, running: Running, model: Model) -> None:
    made = parts()
    async with running(made):
        job = chain.request(terms(TEXT))
        await finished(chain, made.journal, 1)
        totals = made.journal.totals()
    own = model.run(TEXT)
    (delivered,) = [entry for kind, entry in chain.offered if kind is Kind.DELIVER]
    seed = fingerprint_seed(CHAIN, hashlib.sha256(bytes([job, 0])).digest(), job, 0)
    assert delivered.output == own.payload
    assert delivered.fingerprint == fingerprint(own, model.manifest.profile, seed, CHAIN)
    assert delivered.units == 1
    assert (totals[0].jobs, totals[0].earned, totals[0].lost) == (1, NES // 100, 0)
    assert not chain.missed


def delivered(model: Model, job: int, text: bytes = TEXT) -> tuple[bytes, bytes]:
    """Return what an honest executor hands over: output, fingerprint."""
    own = model.run(text)
    seed = fingerprint_seed(CHAIN, hashlib.sha256(bytes([job, 0])).digest(), job, 0)
    return own.payload, fingerprint(own, model.manifest.profile, seed, CHAIN)


def revealed(chain: FakeChain) -> Result:
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.REVEAL]
    result: Result = entry.result
    return result


async def test_checks_an_honest_delivery(chain: FakeChain, parts: MakeParts, running: Running, model: Model) -> None:
    made = parts()
    async with running(made):
        job = chain.request_check(terms(TEXT), delivery_of(*delivered(model, 1)))
        await finished(chain, made.journal, 1)
        totals = made.journal.totals()
    result = revealed(chain)
    seed = fingerprint_seed(CHAIN, hashlib.sha256(bytes([job, 1])).digest(), job, 1)
    assert result.outcome is Outcome.OK
    assert result.scores == (0, 0, 0)
    assert result.fingerprint == fingerprint(model.run(TEXT), model.manifest.profile, seed, CHAIN)
    assert (totals[0].checks, totals[0].earned) == (1, NES // 100), "of several verifiers' pays, one is this miner's"
    assert not chain.missed


async def test_threat_31_scores_a_forged_output(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    made = parts()
    _, honest = delivered(model, 1)
    forged, _ = delivered(model, 1, b"%PDF-1.7\n" * 50)
    async with running(made):
        chain.request_check(terms(TEXT), delivery_of(forged, honest))
        await finished(chain, made.journal, 1)
    result = revealed(chain)
    assert result.scores[0] == 0
    assert result.scores[1] > model.manifest.profile.score_thresholds[1]


async def test_an_appeal_scores_the_first_committee(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    made = parts()
    profile = model.manifest.profile
    seed = fingerprint_seed(CHAIN, hashlib.sha256(bytes([1, 1])).digest(), 1, 1)
    good = Result(Outcome.OK, fingerprint(model.run(TEXT), profile, seed, CHAIN), (0, 0, 0))
    bad = Result(Outcome.OK, fingerprint(model.run(b"else" * 99), profile, seed, CHAIN), (0, 0, 0))
    failed = Result(Outcome.INVALID_INPUT, b"", (0, 0, 0))
    async with running(made):
        chain.request_check(terms(TEXT), delivery_of(*delivered(model, 1)), earlier=(good, bad, failed))
        await finished(chain, made.journal, 1)
    scores = revealed(chain).scores
    assert scores[:4] == (0, 0, 0, 0)
    assert len(scores) == 6
    assert scores[4] > profile.threshold
    assert scores[5] > profile.threshold


async def test_threat_41_an_output_that_cannot_be_had_is_unavailable(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    made = parts()
    output, mark = delivered(model, 1)
    gone = f"nats://127.0.0.1:1/{hashlib.sha256(output).hexdigest()}"
    delivery = replace(delivery_of(output, mark), output=b"", output_uri=gone)
    async with running(made):
        chain.request_check(terms(TEXT), delivery)
        await finished(chain, made.journal, 1)
    assert revealed(chain) == Result(Outcome.UNAVAILABLE, b"", (0, 0, 0))


async def test_threat_18_a_verifier_that_cannot_run_the_model_abstains(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    class Broken(RunsAgain):
        manifest = model.manifest

        def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
            del data, options, seed
            raise EngineError("the device has gone")

    pool = parts().pool
    pool._engine = lambda _manifest, _store, _config: Broken()
    made = parts(pool=pool)
    async with running(made):
        chain.request_check(terms(TEXT), delivery_of(*delivered(model, 1)))
        await until(lambda: any(duty.state is State.ABSTAINED for duty in made.journal.open_duties()))
        assert chain.locked == 0
    assert [kind for kind, _ in chain.offered] == [Kind.CLAIM, Kind.ABSTAIN]


async def test_a_run_ends_when_it_is_too_late_for_it(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    given_up = Event()

    class Endless(RunsAgain):
        manifest = model.manifest

        def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
            del data, options, seed
            cancelled = cancellation()
            while not cancelled():
                time.sleep(0.001)
            given_up.set()
            raise RunCancelledError("the run was cancelled")

    pool = parts().pool
    pool._engine = lambda _manifest, _store, _config: Endless()
    made = parts(pool=pool)
    with capture_logs() as logs:
        async with running(made):
            job = chain.request(terms(TEXT))
            await until(lambda: given_up.is_set() and made.workers.backlog == 0)
    assert chain.missed == [(job, 0)]
    assert [log["job"] for log in logs if log["event"] == "work_expired"] == [job]


async def test_an_invalid_input_is_an_outcome(chain: FakeChain, parts: MakeParts, running: Running) -> None:
    made = parts()
    async with running(made):
        chain.request(terms(TEXT, options=b'{"unknown":1}'))
        await finished(chain, made.journal, 1)
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.DELIVER]
    assert entry.outcome is Outcome.INVALID_INPUT
    assert not any((entry.output, entry.output_digest, entry.output_uri, entry.units, entry.fingerprint))


@pytest.mark.parametrize(
    ("changes", "chain_changes"),
    [
        ({"price": 0}, {}),  # below the ask
        ({"price": 10**24}, {}),  # a bond beyond the stake
        ({"version_id": 2}, {}),  # not served
        ({}, {"stake": 99 * NES}),  # below the least stake
    ],
)
async def test_does_not_claim_what_it_cannot_do(
    chain: FakeChain, parts: MakeParts, running: Running, changes: dict[str, int], chain_changes: dict[str, int]
) -> None:
    for name, value in chain_changes.items():
        setattr(chain, name, value)
    made = parts()
    async with running(made):
        chain.request(replace(terms(TEXT), **changes))  # type: ignore[arg-type]
        await finished(chain, made.journal, 1)
    assert chain.offered == []


async def test_threat_32_free_stake_bounds_what_is_claimed(
    chain: FakeChain, parts: MakeParts, running: Running
) -> None:
    price = 1000 * NES  # a bond of 2,000 for each of 20 jobs, of 10,000 staked
    made = parts()
    async with running(made):
        for _ in range(20):
            chain.request(terms(TEXT, price=price))
        await finished(chain, made.journal, 20)
    assert len([kind for kind, _ in chain.offered if kind is Kind.CLAIM]) == 5
    assert not chain.missed


async def test_claims_of_one_block_travel_together(chain: FakeChain, parts: MakeParts, running: Running) -> None:
    made = parts()
    async with running(made):
        for _ in range(8):
            chain.request(terms(TEXT))
        await finished(chain, made.journal, 8)
    claims = [entries for _, _, kind, entries in chain.wire.values() if kind is Kind.CLAIM]
    assert [len(entries) for entries in claims] == [8]


async def test_threat_25_works_without_any_event(chain: FakeChain, parts: MakeParts, running: Running) -> None:
    chain.events_work = False
    made = parts()
    async with running(made):
        for _ in range(3):
            chain.request(terms(TEXT))
        await finished(chain, made.journal, 3)
    assert len([kind for kind, _ in chain.offered if kind is Kind.DELIVER]) == 3


async def test_threat_25_survives_a_chain_that_does_not_answer(
    chain: FakeChain, parts: MakeParts, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = parts()
    answers = chain.duties
    calls = 0

    async def sometimes() -> Sequence[Seat]:
        nonlocal calls
        calls += 1
        if calls % 3:
            raise ChainUnreachableError("No node can be reached.")
        return await answers()

    monkeypatch.setattr(chain, "duties", sometimes)
    async with running(made):
        chain.request(terms(TEXT), phase_end=chain.height + 12)
        await finished(chain, made.journal, 1)
    assert not chain.missed
    assert made.metrics.registry.get_sample_value("nesa_miner_errors_total", {"what": "chain"})


async def test_drains(chain: FakeChain, parts: MakeParts) -> None:
    draining = False
    made = parts(claims_open=lambda: not draining)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_blocks, chain)
            async with anyio.create_task_group() as agent:
                agent.start_soon(Agent(made).run)
                chain.request(terms(TEXT))
                await until(lambda: bool(chain.jobs[1].executor))
                draining = True
                chain.request(terms(TEXT))
            tasks.cancel_scope.cancel()
    assert [entry.job_id for kind, entry in chain.offered if kind is Kind.CLAIM] == [1]
    assert [entry.job_id for kind, entry in chain.offered if kind is Kind.DELIVER] == [1]


async def _blocks(chain: FakeChain) -> None:
    while True:
        await anyio.sleep(0.004)
        chain.advance()


class Telling(FakeSender):
    """A sender whose signed transactions hold their outputs, as real ones do; it looks at the disk before each leaves.

    The transaction's bytes are what a journal keeps longest.
    """

    def __init__(self, chain: FakeChain, home: Path) -> None:
        super().__init__(chain, OPERATOR)
        self._home = home
        self.seen = b""

    async def submit(self, kind: Kind, entries: Sequence[Any], seats: Sequence[int], on_signed: OnSigned) -> Receipt:
        async def signed(tx: SignedTx) -> None:
            await on_signed(replace(tx, raw=tx.raw + b"".join(getattr(entry, "output", b"") for entry in entries)))
            self.seen += on_disk(self._home)

        return await super().submit(kind, entries, seats, signed)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_threat_30_neither_log_nor_journal_keeps_a_payload(
    chain: FakeChain,
    parts: MakeParts,
    running: Running,
    tmp_path: Path,
    model: Model,
    capfd: pytest.CaptureFixture[str],
) -> None:
    asked, answered = b"canary-5f1d " * 40, b"answer-9ab3 " * 40

    class Distinctive(RunsAgain):
        manifest = model.manifest

        def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
            return replace(model.run(data, options, seed), payload=answered)

    pool = parts().pool
    pool._engine = lambda _manifest, _store, _config: Distinctive()
    sender = Telling(chain, tmp_path)
    made = parts(pool=pool, operator=sender)
    with capture_logs() as logs:
        async with running(made):
            job = chain.request(terms(asked))
            await finished(chain, made.journal, 1)
            await until(lambda: not made.journal.pending())
            kept, modes = on_disk(tmp_path), {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}  # noqa: ASYNC240
        kept += on_disk(tmp_path)
    assert job in chain.paid
    assert answered[:12] in sender.seen, "it was on disk, where this test looks"
    assert modes == {0o600}
    said = repr(logs) + "".join(capfd.readouterr())
    assert "ready" in said
    shown = generate_latest(made.metrics.registry)
    assert b"nesa_miner_runs_total{" in shown
    for secret in (asked[:12], answered[:12]):
        for form in (secret, secret.hex().encode(), b64encode(secret)):
            assert form not in kept
            assert form not in shown
            assert form.decode() not in said
    assert asked[:12] not in sender.seen, "an input needs no place on disk at all"


async def test_a_version_that_is_served_from_now_on_is_loaded(
    chain: FakeChain, parts: MakeParts, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nesa.miner._agent._LOAD_POLL", 0.01)
    made = parts()
    async with running(made):
        assert not made.pool.loaded(2)
        chain.serves = (1, 2)
        await until(lambda: made.pool.loaded(2))
        chain.request(terms(TEXT, version_id=2))
        await finished(chain, made.journal, 1)
    assert not chain.missed


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 2**20},
        {"shift": 1, "scale_bits": 1},
        {"positions": 0, "projections": 0, "threshold": 0, "score_thresholds": (), "proof_systems": ("none",)},
    ],
)
async def test_threat_35_a_version_that_compares_otherwise_than_its_manifest_is_not_served(
    chain: FakeChain, parts: MakeParts, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    pool, honest = parts().pool, await chain.version(1)
    assert await pool.get(1)

    async def another(_: int) -> Version:
        return replace(honest, profile=replace(honest.profile, **changes))

    monkeypatch.setattr(chain, "version", another)
    with pytest.raises(ModelUnavailableError, match="version 2 compares results otherwise than its manifest says"):
        await pool.get(2)
    assert not pool.loaded(2)


async def test_a_model_that_cannot_be_loaded_is_tried_again_after_a_while(
    chain: FakeChain, parts: MakeParts, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nesa.miner._agent._LOAD_POLL", 0.002)
    tried: list[float] = []

    def engine(*_: object) -> Model:
        tried.append(chain.seconds)
        raise EngineError("no")

    made = parts()
    made = replace(made, pool=ModelPool(chain, made.pool._store, engine=engine, config=EngineConfig(), policy=None))
    async with running(made):
        await until(lambda: len(tried) == 3)
    assert all(later - earlier >= 30 for earlier, later in pairwise(tried))
