"""Blobs in JetStream's object store, with the few last read kept as files to serve pieces from."""

import os
import tempfile
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import anyio
import anyio.to_thread
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext, api
from nats.js.object_store import ObjectStore

from nesa.errors import BlobUnavailableError, RelayError
from nesa.relay._index import Stored

__all__ = ["BlobStore"]

_BUCKET = "blobs"
_GRACE = 60.0  # the server forgets a blob a little after this program's books do
_READ_TIMEOUT = 60.0
_KEPT = 16


class BlobStore:
    """The bucket. Names are those of `Stored`."""

    def __init__(self, bucket: ObjectStore, folder: Path, ttl: float) -> None:
        self._bucket = bucket
        self._folder = folder
        self._ttl = ttl
        self._files: OrderedDict[str, IO[bytes]] = OrderedDict()
        self._lock = anyio.Lock()

    @classmethod
    async def open(cls, jetstream: JetStreamContext, folder: Path, *, ttl: float, max_bytes: int) -> "BlobStore":
        """Make the bucket, or bring an existing one to this time to live and size.

        Raises:
            RelayError: the server refuses.
        """
        config = api.StreamConfig(
            name=f"OBJ_{_BUCKET}",
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
            return cls(await jetstream.object_store(_BUCKET), folder, ttl)
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
            await self._bucket.put(item.name, file)  # type: ignore[arg-type]  # any binary file will do
        except (nats.errors.Error, OSError) as error:
            raise RelayError(f"the relay could not keep the blob: {error}") from error

    async def delete(self, item: Stored) -> None:
        """Delete a blob."""
        if file := self._files.pop(item.name, None):
            file.close()
        try:
            await self._bucket.delete(item.name)
        except nats.js.errors.NotFoundError:
            return
        except nats.errors.Error as error:
            raise RelayError(f"the relay could not delete the blob: {error}") from error

    async def read(self, item: Stored, offset: int, size: int) -> bytes:
        """Return a piece of a blob.

        Raises:
            BlobUnavailableError: it has gone.
        """
        async with self._lock:
            file = await self._file(item)
            return await anyio.to_thread.run_sync(os.pread, file.fileno(), size, offset)

    async def _file(self, item: Stored) -> IO[bytes]:
        if file := self._files.get(item.name):
            self._files.move_to_end(item.name)
            return file
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - kept for the next pieces
        try:
            with anyio.fail_after(_READ_TIMEOUT):
                await self._bucket.get(item.name, writeinto=file)
        except (nats.errors.Error, TimeoutError) as error:
            file.close()
            raise BlobUnavailableError("the relay does not have this blob any more") from error
        file.flush()
        self._files[item.name] = file
        if len(self._files) > _KEPT:
            self._files.popitem(last=False)[1].close()
        return file

    def close(self) -> None:
        """Close the files."""
        while self._files:
            self._files.popitem()[1].close()
