"""Blobs in JetStream's object store, with the few last read kept as files to serve pieces from."""

import hashlib
import os
import tempfile
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext, api
from nats.js.object_store import ObjectStore

from nesa.errors import BlobUnavailableError, RelayError
from nesa.relay._index import Stored

__all__ = ["BlobStore", "Locks"]

_BUCKET = "blobs"
_STREAM = f"OBJ_{_BUCKET}"
_GRACE = 60.0  # the server forgets a blob a little after this program's books do
_READ_TIMEOUT = 60.0
_KEPT = 64


class Locks:
    """A lock per name; one that nobody holds or waits for is forgotten."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait for a name's lock and hold it."""
        lock = self._locks.setdefault(name, anyio.Lock())
        async with lock:
            yield

    def held(self, name: str) -> bool:
        """Tell whether somebody holds a name's lock."""
        lock = self._locks.get(name)
        return lock is not None and lock.locked()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A blob's file, and the user for whom it was fetched."""

    user: str
    file: IO[bytes]


class BlobStore:
    """The bucket. Names are those of `Stored`."""

    def __init__(self, jetstream: JetStreamContext, bucket: ObjectStore, folder: Path, ttl: float) -> None:
        self._jetstream = jetstream
        self._bucket = bucket
        self._folder = folder
        self._ttl = ttl
        self._files: OrderedDict[str, _Kept] = OrderedDict()
        self._locks = Locks()

    @classmethod
    async def open(cls, jetstream: JetStreamContext, folder: Path, *, ttl: float, max_bytes: int) -> "BlobStore":
        """Make the bucket, or bring an existing one to this time to live and size.

        Raises:
            RelayError: the server refuses.
        """
        config = api.StreamConfig(
            name=_STREAM,
            subjects=[f"$O.{_BUCKET}.C.>", f"$O.{_BUCKET}.M.>"],
            max_age=ttl + _GRACE,
            max_bytes=max_bytes + max_bytes // 16 + 2**20,  # framing and descriptions come on top of what is counted
            storage=api.StorageType.FILE,
            discard=api.DiscardPolicy.NEW,
            allow_rollup_hdrs=True,
            allow_direct=True,
        )
        try:
            try:
                await jetstream.update_stream(config)
            except nats.js.errors.NotFoundError:
                await jetstream.add_stream(config)
            return cls(jetstream, await jetstream.object_store(_BUCKET), folder, ttl)
        except nats.errors.Error as error:
            raise RelayError(f"the NATS server cannot keep blobs: {error}") from error

    async def list(self) -> list[Stored]:
        """Return all blobs."""
        try:
            found = await self._bucket.list(ignore_deletes=True)
        except nats.js.errors.NotFoundError:
            return []
        return [item for info in found if (item := self._stored(info))]

    def _stored(self, info: api.ObjectInfo) -> Stored | None:
        owner, _, digest = info.name.partition("/")
        if info.mtime is None or info.size is None or not digest:
            return None
        expires = datetime.fromisoformat(info.mtime) + timedelta(seconds=self._ttl)
        return Stored(owner, digest, info.size, expires.timestamp())

    async def put(self, item: Stored, file: IO[bytes]) -> None:
        """Store a file's content.

        Raises:
            RelayError: the server refuses; nothing is left behind.
        """
        try:
            async with self._locks.hold(item.name):
                await self._bucket.put(item.name, file)  # type: ignore[arg-type]  # any binary file will do
        except (nats.errors.Error, OSError) as error:
            raise RelayError(f"the relay could not keep the blob: {error}") from error

    async def delete(self, item: Stored) -> None:
        """Delete a blob.

        Raises:
            RelayError: the server refuses.
        """
        async with self._locks.hold(item.name):
            if kept := self._files.pop(item.name, None):
                _close(kept.file)
            try:
                await self._bucket.delete(item.name)
            except nats.js.errors.NotFoundError:
                return
            except nats.errors.Error as error:
                raise RelayError(f"the relay could not delete the blob: {error}") from error

    async def read(self, item: Stored, offset: int, size: int, user: str) -> bytes:
        """Return a piece of a blob to a user.

        Raises:
            BlobUnavailableError: it has gone.
        """
        async with self._locks.hold(item.name):
            # A descriptor of its own: the file may be closed, and its number used again, while a thread reads.
            descriptor = os.dup((await self._file(item, user)).fileno())
        try:
            return await anyio.to_thread.run_sync(os.pread, descriptor, size, offset)
        finally:
            os.close(descriptor)

    async def _file(self, item: Stored, user: str) -> IO[bytes]:
        if kept := self._files.get(item.name):
            self._files.move_to_end(item.name)
            return kept.file
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - kept for the next pieces
        try:
            with anyio.fail_after(_READ_TIMEOUT):
                await self._fetch(item, file)
            file.flush()
        except BaseException as error:
            _close(file)
            if isinstance(error, nats.errors.Error | TimeoutError):
                raise BlobUnavailableError("the relay does not have this blob any more") from error
            raise
        self._files[item.name] = _Kept(user, file)
        if len(self._files) > _KEPT:
            self._evict()
        return file

    async def _fetch(self, item: Stored, file: IO[bytes]) -> None:
        info = await self._bucket.get_info(item.name)
        pieces = await self._jetstream.subscribe(f"$O.{_BUCKET}.C.{info.nuid}", stream=_STREAM, ordered_consumer=True)
        done, hasher = 0, hashlib.sha256()
        try:
            while done < item.size:
                data = (await pieces.next_msg(timeout=None)).data
                await anyio.to_thread.run_sync(file.write, data)
                hasher.update(data)
                done += len(data)
        finally:
            # The library's own `get` leaves the subscription behind when it is cut short; a connection may have few.
            with anyio.CancelScope(shield=True), suppress(nats.errors.Error):
                await pieces.unsubscribe()
        if hasher.hexdigest() != item.digest:
            raise BlobUnavailableError("the relay has something else under this blob's name")

    def _evict(self) -> None:
        """Close the file not read for longest of the user with most: who reads much pushes out no one else's."""
        most = Counter(kept.user for kept in self._files.values()).most_common(1)[0][0]
        name = next(name for name, kept in self._files.items() if kept.user == most)
        _close(self._files.pop(name).file)

    def close(self) -> None:
        """Close the files."""
        while self._files:
            _close(self._files.popitem()[1].file)


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # closing writes what a full disk has not taken, once more
        file.close()
