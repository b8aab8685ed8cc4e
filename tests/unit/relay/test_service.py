"""What one user does wrong, or the machine, is over with one answer: the relay serves on, and serves others."""

import errno
import hashlib
import io
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from nesa.chain import Key
from nesa.errors import RelayError
from nesa.relay import Blobs, FixedUploaders, Limits, RelayConfig, _service, run_relay
from nesa.relay._login import inbox
from nesa.relay._service import BlobService
from nesa.relay._store import BlobStore
from nesa.relay._uploads import Uploads

pytestmark = pytest.mark.anyio

Relay = Callable[..., AbstractAsyncContextManager[RelayConfig]]
User = Callable[[RelayConfig, Key | None], Blobs]

_PIECE = b"x" * 2**18
_FAILED = r"^the relay failed; try again$"


class _Raw:
    """A user's connection, for requests that no client would make."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self.prefix = connection._inbox_prefix.decode()

    async def put(self, key: Key, digest: str, size: int, offset: int, data: bytes) -> None:
        headers = {"Nesa-Digest": digest, "Nesa-Size": str(size), "Nesa-Offset": str(offset)}
        await self._connection.publish(f"nesa.blob.put.{key.address}", data, f"{self.prefix}.x", headers)

    async def delete(self, key: Key, digest: str) -> None:
        await self._connection.publish(
            f"nesa.blob.delete.{key.address}", b"", f"{self.prefix}.x", {"Nesa-Digest": digest}
        )

    async def get(self, digest: str, prefix: str = "") -> None:
        await self._connection.publish(
            "nesa.blob.get", b"", f"{prefix or self.prefix}.x", {"Nesa-Digest": digest, "Nesa-Offset": "0"}
        )

    async def listen(self) -> list[Msg]:
        found: list[Msg] = []

        async def note(message: Msg) -> None:
            found.append(message)

        await self._connection.subscribe(f"{self.prefix}.x", cb=note)
        return found


class _Log:
    """What the service logs."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))

    warning = error = info

    def of(self, event: str) -> list[dict[str, object]]:
        return [fields for found, fields in self.lines if found == event]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> _Log:
    found = _Log()
    monkeypatch.setattr(_service, "_log", found)
    return found


async def _raw(blobs: Blobs, config: RelayConfig) -> _Raw:
    return _Raw(await blobs._connection(config.url))


async def test_uploads_of_one_blob_at_once_are_taken_one_by_one(
    relay: Relay, user: User, alice: Key, bob: Key, log: _Log
) -> None:
    async with relay() as config, user(config, alice) as blobs, user(config, bob) as others:
        raw = await _raw(blobs, config)
        for _ in range(20):
            digest = secrets.token_hex(32)
            for _ in range(6):
                await raw.put(alice, digest, 900_000, 0, _PIECE)
                await raw.put(alice, digest, 900_000, len(_PIECE), _PIECE)
            await anyio.sleep(0.01)
        assert await others.get(await others.put(b"Bob's"), max_bytes=10) == b"Bob's"
    assert not log.of("request_failed")


async def test_a_blob_may_be_deleted_while_it_is_read(
    relay: Relay, user: User, alice: Key, bob: Key, log: _Log
) -> None:
    async with relay() as config, user(config, alice) as blobs, user(config, bob) as others:
        raw = await _raw(blobs, config)
        for _ in range(10):
            uri = await blobs.put(os.urandom(300_000))
            await blobs.get(uri, max_bytes=300_000)
            for _ in range(6):
                await raw.get(uri[-64:])
            await raw.delete(alice, uri[-64:])
            for _ in range(6):
                await raw.get(uri[-64:])
            await anyio.sleep(0.01)
        assert await others.get(await others.put(b"Bob's"), max_bytes=10) == b"Bob's"
    assert not log.of("request_failed")


class _SlowFile(io.BytesIO):
    """A file whose first write takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.written = threading.Event(), threading.Event()

    def write(self, data: Any) -> int:
        self.writing.set()
        self.written.wait(5)
        return super().write(data)


class _Kept(BlobStore):
    """A store that keeps anything."""

    def __init__(self) -> None:
        """Have no server."""

    async def put(self, *_: object) -> None:
        """Keep it."""


def _message(key: Key, digest: str, size: int, offset: int, data: bytes) -> Msg:
    headers = {"Nesa-Digest": digest, "Nesa-Size": str(size), "Nesa-Offset": str(offset)}
    found: Any = SimpleNamespace(subject=f"nesa.blob.put.{key.address}", reply="", headers=headers, data=data)
    return found  # type: ignore[no-any-return]


async def _put(service: BlobService, key: Key, digest: str, size: int, offset: int, data: bytes) -> dict[str, str]:
    headers, _ = await service._answer(service._put, _message(key, digest, size, offset, data), "user")
    return headers


@pytest.mark.parametrize("disturbed", ["by a restart", "by the sweep"])
async def test_an_upload_is_not_given_up_while_it_is_written(
    alice: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disturbed: str
) -> None:
    file, now = _SlowFile(), [1.0]
    files: list[io.BytesIO] = [io.BytesIO(), file]
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: files.pop())
    monkeypatch.setattr(_service, "_SWEEP", 0.01)
    uploaders = FixedUploaders({alice.address: 100})
    uploads = Uploads(tmp_path, idle=60.0)
    service = BlobService(_Kept(), uploads, uploaders, Limits(), clock=lambda: now[0])
    digest = hashlib.sha256(b"12").hexdigest()
    answers: list[dict[str, str]] = []

    async def put(offset: int, data: bytes) -> None:
        answers.append(await _put(service, alice, digest, 2, offset, data))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(put, 0, b"1")
        await anyio.to_thread.run_sync(file.writing.wait, 5)
        if disturbed == "by the sweep":
            now[0] += 100.0
            tasks.start_soon(service._sweep)
        else:
            tasks.start_soon(put, 0, b"1")
        await anyio.sleep(0.05)
        assert not file.closed
        file.written.set()
        await _until(lambda: len(answers) == 1 + (disturbed == "by a restart"))
        tasks.cancel_scope.cancel()
    assert all(answer == {"Nesa-Offset": "1"} for answer in answers)


async def test_an_upload_that_may_not_start_again_ends(alice: Key, tmp_path: Path) -> None:
    service = BlobService(_Kept(), Uploads(tmp_path), FixedUploaders({alice.address: 10}), Limits())
    assert await _put(service, alice, "0" * 64, 9, 0, b"1") == {"Nesa-Offset": "1"}
    assert await _put(service, alice, "0" * 64, 11, 0, b"1") == {"Nesa-Error": "refused"}
    assert await _put(service, alice, "0" * 64, 9, 1, b"2") == {"Nesa-Error": "failed"}, "no space is reserved for it"


async def test_the_sweep_outlives_a_failure(alice: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_service, "_SWEEP", 0.01)
    uploads = Uploads(tmp_path, idle=-1.0)
    service = BlobService(_Kept(), uploads, FixedUploaders({alice.address: 10}), Limits())
    swept = 0

    def fail(_: float) -> list[Any]:
        nonlocal swept
        swept += 1
        raise OSError(errno.EIO, "the disk's fault")

    monkeypatch.setattr(uploads, "idle", fail)
    with anyio.move_on_after(0.2):
        await service._sweep()
    assert swept > 1


class _Moody:
    """Fails in a way that nobody thought of, as often as told."""

    def __init__(self, key: Key, times: int) -> None:
        self._key = key
        self._times = times

    async def quota(self, address: str) -> int:
        self._times -= 1
        if self._times >= 0:
            raise ZeroDivisionError("canary " + address)
        return 1_000_000 if address == self._key.address else 0


async def test_a_fault_in_the_relay_is_one_answer_and_the_relay_lives(
    settings: RelayConfig, user: User, alice: Key, log: _Log
) -> None:
    async with anyio.create_task_group() as tasks:
        await tasks.start(run_relay, settings, _Moody(alice, 2))
        async with user(settings, alice) as blobs:
            with pytest.raises(RelayError, match=_FAILED):
                await blobs.put(b"Alice's")
            with pytest.raises(RelayError, match=_FAILED):
                await blobs.usage(settings.url)
            assert await blobs.get(await blobs.put(b"Alice's"), max_bytes=10) == b"Alice's"
        tasks.cancel_scope.cancel()
    assert log.of("request_failed") == [{"kind": "ZeroDivisionError"}] * 2


def _full(**_: object) -> io.BufferedRandom:
    return Path("/dev/full").open("w+b")


def _none_left(**_: object) -> io.BufferedRandom:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("size", [1, 300_000])
@pytest.mark.parametrize("disk", [_full, _none_left])
async def test_a_full_disk_refuses_an_upload_and_reserves_nothing(
    relay: Relay, user: User, alice: Key, monkeypatch: pytest.MonkeyPatch, disk: Callable[..., Any], size: int
) -> None:
    data = os.urandom(size)
    async with relay() as config, user(config, alice) as blobs:
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.TemporaryFile", disk)
            with pytest.raises(RelayError, match=_FAILED):
                await blobs.put(data)
        assert await blobs.usage(config.url) == (0, 1_000_000)
        assert await blobs.get(await blobs.put(data), max_bytes=size) == data


class _Stuck:
    """A store in which one blob is never found, and none is missed."""

    def __init__(self, digest: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = anyio.Event()
        self.waiting = 0
        read = BlobStore.read

        async def wait(store: BlobStore, item: Any, *rest: Any) -> bytes:
            if item.digest == digest:
                self.waiting += 1
                await self.opened.wait()
            return await read(store, item, *rest)

        monkeypatch.setattr(BlobStore, "read", wait)


@pytest.mark.parametrize("where", ["its own", "made up"])
async def test_one_reader_cannot_hold_the_relay(
    relay: Relay, user: User, alice: Key, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    async with relay() as config, user(config, alice) as blobs, user(config, None) as reader:
        slow, small = await blobs.put(b"slow"), await blobs.put(b"small")
        stuck = _Stuck(slow[-64:], monkeypatch)
        raw = await _raw(reader, config)
        heard = await raw.listen()
        for _ in range(300):
            await raw.get(slow[-64:], "" if where == "its own" else inbox())
        with anyio.fail_after(3):
            assert await blobs.get(small, max_bytes=10) == b"small"
            assert await blobs.get(await blobs.put(b"more"), max_bytes=10) == b"more"
            if where == "its own":
                await _until(lambda: len(heard) == 300 - _service._IN_HAND)
        assert stuck.waiting == _service._EACH
        assert all(answer.data == b"too many requests at once; try again" for answer in heard)
        assert all((answer.headers or {})["Nesa-Error"] == "failed" for answer in heard)
        stuck.opened.set()


async def test_who_asks_for_some_blobs_at_once_is_never_told_to_come_back(relay: Relay, user: User, alice: Key) -> None:
    data = [os.urandom(300_000) for _ in range(3)]
    async with relay() as config, user(config, alice) as blobs:
        uris = [await blobs.put(blob) for blob in data]
        found: list[bytes] = []

        async def get(uri: str) -> None:
            found.append(await blobs.get(uri, max_bytes=300_000))

        async with anyio.create_task_group() as tasks:
            for uri in uris * 8:
                tasks.start_soon(get, uri)
        assert sorted(found) == sorted(data * 8)


async def test_as_many_blobs_are_fetched_at_once_as_are_handled(
    relay: Relay, user: User, alice: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers, opened, fetching = 4, anyio.Event(), 0
    next_msg = JetStreamContext.PushSubscription.next_msg

    async def all_at_once(pieces: Any, **options: Any) -> Msg:
        nonlocal fetching
        fetching += 1
        if fetching == readers * _service._EACH:
            opened.set()
        await opened.wait()
        return await next_msg(pieces, **options)

    monkeypatch.setattr(JetStreamContext.PushSubscription, "next_msg", all_at_once)
    data = [os.urandom(1000) for _ in range(readers * _service._EACH)]
    found: list[bytes] = []
    async with relay() as config, user(config, alice) as blobs, AsyncExitStack() as stack:
        uris = [await blobs.put(blob) for blob in data]
        others = [await stack.enter_async_context(user(config, None)) for _ in range(readers)]

        async def get(number: int) -> None:
            found.append(await others[number % readers].get(uris[number], max_bytes=1000))

        async with anyio.create_task_group() as tasks:
            for number in range(len(uris)):
                tasks.start_soon(get, number)
    assert sorted(found) == sorted(data)


async def test_who_waits_too_long_is_told_to_come_back(
    relay: Relay, user: User, alice: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_service, "_WAIT", 0.1)
    async with relay() as config, user(config, alice) as blobs, user(config, None) as reader:
        slow = await blobs.put(b"slow")
        stuck = _Stuck(slow[-64:], monkeypatch)
        raw = await _raw(reader, config)
        for _ in range(_service._EACH):
            await raw.get(slow[-64:])
        with pytest.raises(RelayError, match="too many requests at once; try again"):
            await reader.get(slow, max_bytes=10)
        stuck.opened.set()
        assert await reader.get(slow, max_bytes=10) == b"slow"


async def test_accounts_wait_for_themselves_only(
    relay: Relay, user: User, alice: Key, bob: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with relay() as config, user(config, alice) as blobs, user(config, bob) as others:
        opened = anyio.Event()
        put = BlobStore.put

        async def wait(store: BlobStore, item: Any, *rest: Any) -> None:
            if item.owner == alice.address:
                await opened.wait()
            await put(store, item, *rest)

        monkeypatch.setattr(BlobStore, "put", wait)
        raw = await _raw(blobs, config)
        for _ in range(100):
            await raw.put(alice, hashlib.sha256(b"1").hexdigest(), 1, 0, b"1")
        with anyio.fail_after(3):
            assert await others.get(await others.put(b"Bob's"), max_bytes=10) == b"Bob's"
            with pytest.raises(RelayError, match="too many requests"):
                await blobs.delete(f"{config.url}/{'0' * 64}")
        opened.set()


async def _until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not condition():  # noqa: ASYNC110 - threads and the server have no event for it
            await anyio.sleep(0.01)
