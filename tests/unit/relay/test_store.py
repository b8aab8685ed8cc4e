"""Readers of the store, with the real nats-server, neither wait for each other nor lose a file in use."""

import hashlib
import io
import os
import subprocess
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from nats.errors import Error

from nesa.errors import BlobUnavailableError
from nesa.relay import RelayConfig, _store
from nesa.relay._dial import dial, hang_up
from nesa.relay._index import Stored
from nesa.relay._store import BlobStore, Locks

pytestmark = pytest.mark.anyio

Keep = Callable[[bytes], Awaitable[Stored]]


@pytest.fixture
def server(settings: RelayConfig, tmp_path: Path) -> Iterator[str]:
    """Run a server that lets everybody at its store."""
    command = [str(settings.server), "-js", "-sd", str(tmp_path / "js"), "-a", "127.0.0.1", "-p", str(settings.port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        yield f"nats://127.0.0.1:{settings.port}"
        process.kill()


@pytest.fixture
async def store(server: str, tmp_path: Path) -> AsyncIterator[BlobStore]:
    with anyio.fail_after(10):
        while True:
            try:
                client = await dial(server, allow_reconnect=False, reconnect_time_wait=0.05)
                break
            except (OSError, Error):
                await anyio.sleep(0.05)
    found = await BlobStore.open(client.jetstream(), tmp_path, ttl=60.0, max_bytes=64 * 2**20)
    yield found
    found.close()
    await hang_up(client)


@pytest.fixture
def keep(store: BlobStore) -> Keep:
    """Return a function that stores a blob."""

    async def put(data: bytes) -> Stored:
        item = Stored("alice", hashlib.sha256(data).hexdigest(), len(data), 0.0)
        await store.put(item, io.BytesIO(data))
        return item

    return put


class _Gate:
    """Holds up whoever asks the server about one blob."""

    def __init__(self, store: BlobStore, item: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = anyio.Event(), anyio.Event()
        self.asked = 0
        ask = store._bucket.get_info

        async def get_info(name: str, *rest: Any) -> Any:
            if name == item.name:
                self.asked += 1
                self.reached.set()
                await self.opened.wait()
            return await ask(name, *rest)

        monkeypatch.setattr(store._bucket, "get_info", get_info)


async def test_pieces_are_read(store: BlobStore, keep: Keep) -> None:
    data = os.urandom(700_001)
    item = await keep(data)
    assert await store.read(item, 0, 300_000, "bob") == data[:300_000]
    assert await store.read(item, 600_000, 300_000, "bob") == data[600_000:]
    await store.delete(item)
    with pytest.raises(BlobUnavailableError):
        await store.read(item, 0, 1, "bob")


async def test_a_blob_that_must_be_fetched_holds_up_its_own_readers_only(
    store: BlobStore, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, other = await keep(b"slow"), await keep(b"other")
    gate = _Gate(store, slow, monkeypatch)
    found: list[bytes] = []

    async def read() -> None:
        found.append(await store.read(slow, 0, 10, "bob"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        tasks.start_soon(read)
        await gate.reached.wait()
        with anyio.fail_after(2):
            assert await store.read(other, 0, 10, "bob") == b"other"
        assert not found
        gate.opened.set()
    assert found == [b"slow", b"slow"]
    assert gate.asked == 1, "it is fetched once for all"
    assert len(store._locks) == 0


@pytest.mark.parametrize("end", ["deleted", "evicted", "closed"])
async def test_a_file_is_not_closed_under_a_reader(
    store: BlobStore, keep: Keep, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    item = await keep(b"here")
    others = [await keep(b"%d" % number) for number in range(3)]
    monkeypatch.setattr(_store, "_KEPT", 2)
    reached, opened = threading.Event(), threading.Event()
    pread = os.pread

    def late(descriptor: int, size: int, offset: int) -> bytes:
        if size == 4:
            reached.set()
            opened.wait(5)
        return pread(descriptor, size, offset)

    monkeypatch.setattr("os.pread", late)
    found: list[bytes] = []

    async def read() -> None:
        found.append(await store.read(item, 0, 4, "bob"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.to_thread.run_sync(reached.wait, 5)
        if end == "deleted":
            await store.delete(item)
        elif end == "closed":
            store.close()
        else:
            for other in others:
                with anyio.fail_after(2):
                    await store.read(other, 0, 1, "bob")
            assert item.name not in store._files
        opened.set()
    assert found == [b"here"]


async def test_who_reads_much_takes_no_kept_file_from_others(
    store: BlobStore, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_store, "_KEPT", 4)
    item = await keep(b"Bob's")
    await store.read(item, 0, 1, "bob")
    for number in range(8):
        await store.read(await keep(b"%d" % number), 0, 1, "eve")
    assert item.name in store._files
    assert len(store._files) == 4


async def test_many_blobs_are_fetched_at_once(store: BlobStore, keep: Keep) -> None:
    data = [os.urandom(300_000) for _ in range(24)]
    items = [await keep(blob) for blob in data]
    found: dict[str, bytes] = {}

    async def read(item: Stored) -> None:
        found[item.digest] = await store.read(item, 0, item.size, "bob")

    async with anyio.create_task_group() as tasks:
        for item in items:
            tasks.start_soon(read, item)
    assert [found[item.digest] for item in items] == data


async def test_a_fetch_that_ends_early_leaves_nothing_behind(
    store: BlobStore, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await keep(b"here")
    monkeypatch.setattr(_store, "_READ_TIMEOUT", 0.2)
    before = len(store._jetstream._nc._subs)
    info = await store._bucket.get_info(item.name)
    await store._jetstream.purge_stream("OBJ_blobs", subject=f"$O.blobs.C.{info.nuid}")
    with pytest.raises(BlobUnavailableError, match="any more"):
        await store.read(item, 0, 4, "bob")
    assert len(store._jetstream._nc._subs) == before
    assert not store._files


async def test_a_full_disk_ends_a_fetch_and_is_closed(
    store: BlobStore, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await keep(b"here")
    files = []

    def full(**_: object) -> io.BufferedRandom:
        files.append(Path("/dev/full").open("w+b"))  # noqa: SIM115 - the store closes it
        return files[-1]

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(OSError, match="No space"):
        await store.read(item, 0, 4, "bob")
    assert [file.closed for file in files] == [True]
    monkeypatch.undo()
    assert await store.read(item, 0, 4, "bob") == b"here"


async def test_a_lock_is_forgotten_when_nobody_holds_it() -> None:
    locks = Locks()
    order: list[str] = []

    async def hold(who: str) -> None:
        async with locks.hold("a"):
            order.append(who)
            await anyio.sleep(0.01)
            order.append(who)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, "x")
        tasks.start_soon(hold, "y")
        await anyio.sleep(0.005)
        assert locks.held("a")
        assert not locks.held("b")
    assert order == ["x", "x", "y", "y"]
    assert not locks.held("a")
    assert len(locks) == 0
