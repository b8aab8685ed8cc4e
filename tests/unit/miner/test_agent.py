"""A miner's agent through whole jobs."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import anyio
import pytest

from nesa.chain import Outcome, Result
from nesa.engines import Model
from nesa.miner import Agent, Journal, Kind, Parts
from nesa.verify import fingerprint, fingerprint_seed
from unit.miner.fakes import CHAIN, NES, FakeChain, delivery_of, terms

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]
Running = Callable[[Parts], AbstractAsyncContextManager[Agent]]

TEXT = b"#!/usr/bin/env python3\nimport sys\n\nprint(sys.argv)\n" * 8


async def finished(chain: FakeChain, journal: Journal, jobs: int) -> None:
    with anyio.fail_after(20):
        while len(chain.records) < jobs or journal.open_duties():  # noqa: ASYNC110 - the chain is what is watched
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
