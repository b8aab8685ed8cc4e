"""How long a miner believes that work will take, before it promises any."""

import anyio
import pytest

from nesa.miner._pool import Workers

pytestmark = pytest.mark.anyio

VERSION = 7


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_proofs_are_counted_and_wait_for_one_another() -> None:
    clock = Clock()
    workers = Workers(2, 8, clock=clock)
    assert workers.expected(VERSION, 0) == 0
    unknown = workers.expected(VERSION, 0, proven=True)
    assert unknown > 0
    assert workers.expected(VERSION, 3, proven=True) == 4 * unknown  # what was claimed may come before
    ready = anyio.Event()
    during: list[float] = []

    async def prove() -> bytes:
        await ready.wait()
        return b"proof"

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(workers.prove, VERSION, prove)
        await anyio.wait_all_tasks_blocked()
        during.append(workers.expected(VERSION, 0, proven=True))
        clock.now += 3.0
        ready.set()
    assert during == [2 * unknown]
    assert workers.expected(VERSION, 0, proven=True) == pytest.approx(3)
    assert workers.expected(VERSION, 2, proven=True) == pytest.approx(9)
    assert workers.expected(VERSION, 2) == 0


async def test_a_proof_that_failed_leaves_the_queue() -> None:
    workers = Workers(2, 8, clock=Clock())

    async def fail() -> bytes:
        raise RuntimeError

    before = workers.expected(VERSION, 0, proven=True)
    with pytest.raises(RuntimeError):
        await workers.prove(VERSION, fail)
    assert workers.expected(VERSION, 0, proven=True) == before
