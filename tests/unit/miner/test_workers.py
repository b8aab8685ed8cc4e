"""How long a miner believes that work will take, before it promises any."""

import time
from threading import Barrier, Event

import anyio
import pytest

from nesa.engines._cancel import cancellation
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


async def test_runs_that_share_the_processor_do_not_wait_for_one_another() -> None:
    workers = Workers(1, 8)
    all_there = Barrier(4)

    def meet() -> int:
        return all_there.wait(20)

    async def run() -> None:
        await workers.run(VERSION, meet, together=4)

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(run)
    assert workers.backlog == 0
    assert not all_there.broken


async def test_a_run_is_told_that_nobody_waits_any_more() -> None:
    workers = Workers(1, 8)
    started, told = Event(), Event()

    def go_on() -> None:
        given_up = cancellation()
        started.set()
        while not given_up():
            time.sleep(0.001)
        told.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(workers.run, VERSION, go_on)
        assert await anyio.to_thread.run_sync(started.wait, 20)
        assert not told.is_set()
        tasks.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(told.wait, 20)
    assert workers.backlog == 0
