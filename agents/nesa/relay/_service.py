"""The relay's requests: take in, hand out, delete.

The account in a subject is the one that signed the server's challenge: the server lets nobody publish under another's.
Users live in an account of the NATS server that has no JetStream, so neither their requests nor the subjects to which
they want their answers sent can reach the store.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
import structlog
from anyio.abc import TaskGroup
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from nesa.errors import BlobUnavailableError, NesaError, RelayError, RelayRefusedError
from nesa.relay._index import Index, Stored
from nesa.relay._store import BlobStore
from nesa.relay._subjects import CHUNK, DELETE, DIGEST, ERROR, GET, OFFSET, PUT, REFUSED, SIZE, STAT, UNAVAILABLE
from nesa.relay._uploaders import Uploaders
from nesa.relay._uploads import Upload, Uploads

__all__ = ["BlobService", "Limits"]

_log = structlog.get_logger("nesa.relay")

_HEX_DIGEST = 64
_HANDLERS = 32
_SWEEP = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a relay keeps.

    Attributes:
        max_blob: bytes of one blob at most.
        max_bytes: bytes in all.
        ttl: seconds after which a blob is forgotten.
    """

    max_blob: int = 64 * 2**20
    max_bytes: int = 4 * 2**30
    ttl: float = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Request:
    """A request taken apart."""

    owner: str
    digest: str
    size: int
    offset: int
    data: bytes

    @classmethod
    def read(cls, message: Msg) -> "_Request":
        headers = message.headers or {}
        digest = headers.get(DIGEST, "")
        size, offset = headers.get(SIZE, "0"), headers.get(OFFSET, "0")
        if digest and (len(digest) != _HEX_DIGEST or not set(digest) <= set("0123456789abcdef")):
            raise RelayError("a blob is named by its SHA-256 in lower-case hexadecimal")
        if not all(value.isascii() and value.isdigit() and len(value) <= 15 for value in (size, offset)):  # noqa: PLR2004
            raise RelayError("sizes and offsets are decimal numbers")
        return cls(message.subject.rpartition(".")[2], digest, int(size), int(offset), message.data)


_Handler = Callable[[_Request], Awaitable[tuple[dict[str, str], bytes]]]


class BlobService:
    """Serves blobs to one NATS connection."""

    def __init__(
        self,
        store: BlobStore,
        uploads: Uploads,
        uploaders: Uploaders,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._uploads = uploads
        self._uploaders = uploaders
        self._limits = limits
        self._clock = clock
        self._index = Index(limits.max_bytes)
        self._slots = anyio.Semaphore(_HANDLERS)

    async def run(self, connection: Client, tasks: TaskGroup) -> None:
        """Load the books, then answer requests in ``tasks`` until these are cancelled."""
        for item in await self._store.list():
            self._index.add(item)
        handlers: dict[str, _Handler] = {
            f"{PUT}.*": self._put,
            f"{DELETE}.*": self._delete,
            f"{STAT}.*": self._stat,
            GET: self._get,
        }
        for subject, handler in handlers.items():
            await connection.subscribe(subject, cb=self._callback(handler, tasks))
        tasks.start_soon(self._sweep)

    def _callback(self, handler: _Handler, tasks: TaskGroup) -> Callable[[Msg], Awaitable[None]]:
        async def receive(message: Msg) -> None:
            await self._slots.acquire()
            tasks.start_soon(self._handle, handler, message)

        return receive

    async def _handle(self, handler: _Handler, message: Msg) -> None:
        try:
            headers, data = await self._answer(handler, message)
            if message.reply:
                await message._client.publish(message.reply, data, headers=headers or None)  # noqa: SLF001 - respond() takes no headers
        except Error as error:
            _log.warning("reply_failed", error=str(error))
        finally:
            self._slots.release()

    @staticmethod
    async def _answer(handler: _Handler, message: Msg) -> tuple[dict[str, str], bytes]:
        try:
            return await handler(_Request.read(message))
        except RelayRefusedError as error:
            return {ERROR: REFUSED}, str(error).encode()
        except BlobUnavailableError as error:
            return {ERROR: UNAVAILABLE}, str(error).encode()
        except NesaError as error:
            return {ERROR: "failed"}, str(error).encode()

    async def _put(self, request: _Request) -> tuple[dict[str, str], bytes]:
        owner, digest, now = request.owner, request.digest, self._clock()
        if not digest or not 0 < request.size <= self._limits.max_blob:
            raise RelayRefusedError(f"this relay takes blobs of 1 to {self._limits.max_blob} bytes")
        if request.offset == 0:
            if self._index.get(owner, digest, now):
                return {OFFSET: str(request.size)}, b""
            quota = await self._uploaders.quota(owner)
            self._index.expire(now)
            self._index.reserve(owner, digest, request.size, quota)
            upload = self._begin(request, now)
        else:
            upload = self._uploads.get(owner, digest)
        async with upload.lock:
            try:
                if await self._uploads.write(upload, request.offset, request.data, now):
                    await self._keep(upload, now)
            except NesaError:
                self._give_up(upload)
                raise
        return {OFFSET: str(upload.done)}, b""

    def _begin(self, request: _Request, now: float) -> Upload:
        try:
            return self._uploads.begin(request.owner, request.digest, request.size, now)
        except RelayRefusedError:
            self._index.release(request.owner, request.digest)
            raise

    async def _keep(self, upload: Upload, now: float) -> None:
        item = Stored(upload.owner, upload.digest, upload.size, now + self._limits.ttl)
        await self._store.put(item, upload.file)
        self._index.add(item)
        self._uploads.drop(upload.owner, upload.digest)
        _log.info("stored", owner=item.owner, digest=item.digest, size=item.size)

    def _give_up(self, upload: Upload) -> None:
        self._index.release(upload.owner, upload.digest)
        self._uploads.drop(upload.owner, upload.digest)

    async def _get(self, request: _Request) -> tuple[dict[str, str], bytes]:
        item = self._index.find(request.digest, self._clock())
        if item is None:
            raise BlobUnavailableError("the relay does not have this blob")
        data = await self._store.read(item, request.offset, CHUNK) if request.offset < item.size else b""
        return {SIZE: str(item.size), OFFSET: str(request.offset)}, data

    async def _delete(self, request: _Request) -> tuple[dict[str, str], bytes]:
        item = self._index.get(request.owner, request.digest, self._clock())
        if item is None:
            raise RelayRefusedError("this account has no such blob on this relay")
        await self._store.delete(item)
        self._index.remove(item)
        _log.info("deleted", owner=item.owner, digest=item.digest)
        return {}, b""

    async def _stat(self, request: _Request) -> tuple[dict[str, str], bytes]:
        self._index.expire(self._clock())
        quota = await self._uploaders.quota(request.owner)
        return {}, f"{self._index.used(request.owner)} {quota}".encode()

    async def _sweep(self) -> None:
        while True:
            await anyio.sleep(_SWEEP)
            now = self._clock()
            self._index.expire(now)
            for upload in self._uploads.idle(now):
                self._give_up(upload)
