"""Lives of an agent that end before its work is done, and what must be true when the last one has done it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import anyio

from nesa.engines import Model
from nesa.errors import MinerError
from nesa.miner import Agent, Journal, Kind, Parts
from nesa.verify import fingerprint, fingerprint_seed
from unit.miner.conftest import make_blocks
from unit.miner.fakes import FakeChain
from unit.miner.records import CHAIN, delivery_of, terms

TEXT = b"#!/bin/sh\nset -eu\nfor f in *; do echo $f; done\n" * 8


class Killed(BaseException):
    """kill -9."""


async def live(chain: FakeChain, parts: Parts, done: Callable[[Journal], bool]) -> bool:
    """Run an agent until all is done, or it is killed or finds no room for its journal; tell which."""
    try:
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(make_blocks, chain)
                tasks.start_soon(Agent(parts).run)
                while not done(parts.journal):  # noqa: ASYNC110 - chain and journal are what is watched
                    await anyio.sleep(0.002)
                tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        rest = group.split((Killed, MinerError))[1]
        if rest is not None:
            raise rest from None
        return False
    except (Killed, MinerError):
        return False
    finally:
        parts.journal.close()
    return True


def open_jobs(chain: FakeChain, model: Model) -> None:
    """Request one job to execute and one to check."""
    chain.request(terms(TEXT))
    job = len(chain.jobs) + len(chain.records) + 1
    own = model.run(TEXT)
    seed = fingerprint_seed(CHAIN, chain_seed(job), job, 0)
    chain.request_check(terms(TEXT), delivery_of(own.payload, fingerprint(own, model.manifest.profile, seed, CHAIN)))


def chain_seed(job: int) -> bytes:
    return hashlib.sha256(bytes([job % 256, 0])).digest()


def sent(chain: FakeChain, hash_: str) -> list[tuple[Kind, Any]]:
    _, _, kind, entries = chain.wire[hash_]
    return [(kind, entry) for entry in entries]


def assert_honest(chain: FakeChain, jobs: int) -> None:
    """Every job that was taken on was paid for, and nothing that was said contradicts itself."""
    said: dict[tuple[Kind, int], set[object]] = defaultdict(set)
    for kind, entry in chain.offered:
        said[kind, entry.job_id].add(entry)
    for (kind, job), entries in said.items():
        assert len(entries) == 1, f"two different {kind.value}s for job {job}"
    paid_for = Counter((kind, entry.job_id) for hash_ in chain.included for kind, entry in sent(chain, hash_))
    assert max(paid_for.values()) == 1, "gas was paid twice for the same entry"
    assert not chain.missed
    assert chain.locked == 0
    assert len(chain.records) == jobs
    assert chain.paid.keys() == {job for kind, job in said if kind is not Kind.CLAIM}
