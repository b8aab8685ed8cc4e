"""The relay's requests: take in, hand out, delete.

The account in a subject is the one that signed the server's challenge: the server lets nobody publish under another's.
Users live in an account of the NATS server that has no JetStream, so neither their requests nor the subjects to which
they want their answers sent can reach the store.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import anyio
import structlog
from anyio.abc import TaskGroup
from nats.aio.client import Client
from nats.aio.msg import Msg

from nesa.errors import BlobUnavailableError, NesaError, RelayError, RelayRefusedError
from nesa.relay._index import Index, Stored
from nesa.relay._store import BlobStore
from nesa.relay._subjects import (
    CHUNK,
    DELETE,
    DIGEST,
    ERROR,
    GET,
    MAX_SIZE,
    OFFSET,
    PUT,
    REFUSED,
    SIZE,
    STAT,
    UNAVAILABLE,
)
from nesa.relay._uploaders import Uploaders
from nesa.relay._uploads import Upload, Uploads
from nesa.untrusted import parse_whole

__all__ = ["BlobService", "Limits"]

_log = structlog.get_logger("nesa.relay")

_HEX_DIGEST = 64
_HANDLERS = 32  # requests handled at once, each of which may fetch a blob from the store
_EACH = 8  # of these for one user
_IN_HAND = 64  # for one user, handled or waiting: twice as many as a miner fetches payloads at once
_IN_ALL = 512  # for all; each may carry a piece of a blob
_WAIT = 20.0
_INBOXES = 65536
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

    user: str
    owner: str
    digest: str
    size: int
    offset: int
    data: bytes

    @classmethod
    def read(cls, message: Msg, user: str) -> "_Request":
        headers = message.headers or {}
        digest = headers.get(DIGEST, "")
        size, offset = (parse_whole(headers.get(name, "0"), MAX_SIZE) for name in (SIZE, OFFSET))
        if digest and (len(digest) != _HEX_DIGEST or not set(digest) <= set("0123456789abcdef")):
            raise RelayError("a blob is named by its SHA-256 in lower-case hexadecimal")
        if size is None or offset is None:
            raise RelayError("sizes and offsets are decimal numbers")
        return cls(user, message.subject.rpartition(".")[2], digest, size, offset, message.data)


_Handler = Callable[[_Request], Awaitable[tuple[dict[str, str], bytes]]]


class _Turns:
    """Whose turn it is: one user neither takes the whole relay nor lets requests pile up."""

    def __init__(self) -> None:
        self._all = anyio.Semaphore(_HANDLERS)
        self._each: dict[str, anyio.Semaphore] = {}
        self._in_hand: Counter[str] = Counter()

    def enter(self, user: str) -> None:
        """Take a request in, to be handled or to wait; `leave` ends it.

        Raises:
            RelayError: too many are in hand.
        """
        if self._in_hand[user] >= _IN_HAND or self._in_hand.total() >= _IN_ALL:
            raise RelayError("too many requests at once; try again")
        self._in_hand[user] += 1

    def leave(self, user: str) -> None:
        """Let a request go."""
        self._in_hand[user] -= 1
        if not self._in_hand[user]:
            del self._in_hand[user]
            self._each.pop(user, None)

    @asynccontextmanager
    async def turn(self, user: str) -> AsyncIterator[None]:
        """Wait for a request's turn, which lasts as long as the context.

        Raises:
            RelayError: it did not come.
        """
        async with AsyncExitStack() as stack:
            try:
                with anyio.fail_after(_WAIT):
                    await stack.enter_async_context(self._each.setdefault(user, anyio.Semaphore(_EACH)))
                    await stack.enter_async_context(self._all)
            except TimeoutError as error:
                raise RelayError("too many requests at once; try again") from error
            yield


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
        self._turns = _Turns()
        self._inboxes: OrderedDict[str, None] = OrderedDict()

    def admit(self, inbox: str) -> None:
        """Learn of a connection by the prefix of its inbox, from its login."""
        self._inboxes[inbox] = None
        self._inboxes.move_to_end(inbox)
        if len(self._inboxes) > _INBOXES:
            self._inboxes.popitem(last=False)

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
            user = self._user(message)
            try:
                self._turns.enter(user)
            except RelayError as error:
                await self._reply(message, {ERROR: "failed"}, str(error).encode())
            else:
                tasks.start_soon(self._handle, handler, message, user)

        return receive

    def _user(self, message: Msg) -> str:
        """Return whose turn a request takes: an account's, or for reading, which needs none, a connection's.

        The server does not check where an answer is to go. Only who logged in with an inbox knows its name; requests
        with a made-up one, whose answers nobody hears, share one turn.
        """
        if message.subject != GET:
            return message.subject.rpartition(".")[2]
        inbox = ".".join(message.reply.split(".")[:2])
        if inbox not in self._inboxes:
            return ""
        self._inboxes.move_to_end(inbox)
        return inbox

    async def _handle(self, handler: _Handler, message: Msg, user: str) -> None:
        try:
            headers, data = await self._answer(handler, message, user)
            await self._reply(message, headers, data)
        finally:
            self._turns.leave(user)

    @staticmethod
    async def _reply(message: Msg, headers: dict[str, str], data: bytes) -> None:
        if not message.reply:
            return
        try:
            await message._client.publish(message.reply, data, headers=headers or None)  # noqa: SLF001 - respond() takes no headers
        except Exception as error:  # noqa: BLE001 - one user's answer must not end the relay
            _log.warning("reply_failed", kind=type(error).__name__)

    async def _answer(self, handler: _Handler, message: Msg, user: str) -> tuple[dict[str, str], bytes]:
        try:
            async with self._turns.turn(user):
                return await handler(_Request.read(message, user))
        except RelayRefusedError as error:
            return {ERROR: REFUSED}, str(error).encode()
        except BlobUnavailableError as error:
            return {ERROR: UNAVAILABLE}, str(error).encode()
        except NesaError as error:
            return {ERROR: "failed"}, str(error).encode()
        except Exception as error:  # noqa: BLE001 - one user's request must not end the relay
            # No traceback: it may show what was asked.
            _log.error("request_failed", kind=type(error).__name__)
            return {ERROR: "failed"}, b"the relay failed; try again"

    async def _put(self, request: _Request) -> tuple[dict[str, str], bytes]:
        owner, digest = request.owner, request.digest
        if not digest or not 0 < request.size <= self._limits.max_blob:
            raise RelayRefusedError(f"this relay takes blobs of 1 to {self._limits.max_blob} bytes")
        async with self._uploads.hold(owner, digest):
            now = self._clock()
            if request.offset == 0 and self._index.get(owner, digest, now):
                return {OFFSET: str(request.size)}, b""
            try:
                upload = self._uploads.get(owner, digest) if request.offset else await self._begin(request, now)
                if await self._uploads.write(upload, request.offset, request.data, now):
                    await self._keep(upload, now)
            except BaseException:
                self._give_up(owner, digest)
                raise
        return {OFFSET: str(upload.done)}, b""

    async def _begin(self, request: _Request, now: float) -> Upload:
        self._give_up(request.owner, request.digest)  # one that was begun before has no claim to its space any more
        quota = await self._uploaders.quota(request.owner)
        self._index.expire(now)
        self._index.reserve(request.owner, request.digest, request.size, quota)
        return self._uploads.begin(request.owner, request.digest, request.size, now)

    async def _keep(self, upload: Upload, now: float) -> None:
        item = Stored(upload.owner, upload.digest, upload.size, now + self._limits.ttl)
        await self._store.put(item, upload.file)
        self._index.add(item)
        self._uploads.drop(upload.owner, upload.digest)
        _log.info("stored", owner=item.owner, digest=item.digest, size=item.size)

    def _give_up(self, owner: str, digest: str) -> None:
        self._index.release(owner, digest)
        self._uploads.drop(owner, digest)

    async def _get(self, request: _Request) -> tuple[dict[str, str], bytes]:
        item = self._index.find(request.digest, self._clock())
        if item is None:
            raise BlobUnavailableError("the relay does not have this blob")
        data = b""
        if request.offset < item.size:
            data = await self._store.read(item, request.offset, CHUNK, request.user)
        return {SIZE: str(item.size), OFFSET: str(request.offset)}, data

    async def _delete(self, request: _Request) -> tuple[dict[str, str], bytes]:
        async with self._uploads.hold(request.owner, request.digest):
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
            try:
                now = self._clock()
                self._index.expire(now)
                for upload in self._uploads.idle(now):
                    self._give_up(upload.owner, upload.digest)
            except Exception as error:  # noqa: BLE001 - the next sweep may do better
                _log.error("sweep_failed", kind=type(error).__name__)
