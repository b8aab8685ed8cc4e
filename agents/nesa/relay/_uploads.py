"""Uploads in progress: each is written to a file, piece by piece, until its digest can be checked."""

import hashlib
import tempfile
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import anyio.to_thread

from nesa.errors import RelayError, RelayRefusedError
from nesa.relay._store import Locks

if TYPE_CHECKING:
    from hashlib import _Hash
    from pathlib import Path

__all__ = ["Upload", "Uploads"]


@dataclass(slots=True)
class Upload:
    """One blob on its way in."""

    owner: str
    digest: str
    size: int
    touched: float
    file: IO[bytes]
    done: int = 0
    hasher: "_Hash" = field(default_factory=hashlib.sha256)


class Uploads:
    """A bounded number of uploads, each of which must make progress.

    Whoever begins, writes or drops one must `hold` it: a thread may be writing its file.
    """

    def __init__(self, folder: "Path", *, per_owner: int = 4, idle: float = 60.0) -> None:
        self._folder = folder
        self._per_owner = per_owner
        self._idle = idle
        self._open: dict[tuple[str, str], Upload] = {}
        self._locks = Locks()

    def hold(self, owner: str, digest: str) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else handles an account's copy of a blob, and keep others from it."""
        return self._locks.hold(f"{owner}/{digest}")

    def begin(self, owner: str, digest: str, size: int, now: float) -> Upload:
        """Start an upload, again if it was begun before.

        Raises:
            RelayRefusedError: the account has too many at once.
        """
        self.drop(owner, digest)
        if sum(upload.owner == owner for upload in self._open.values()) >= self._per_owner:
            raise RelayRefusedError(f"an account may have {self._per_owner} uploads at once")
        file: IO[bytes] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - lives as long as the upload
        upload = self._open[owner, digest] = Upload(owner, digest, size, now, file)
        return upload

    def get(self, owner: str, digest: str) -> Upload:
        """Return an upload that was begun.

        Raises:
            RelayError: it was not, or was given up since.
        """
        upload = self._open.get((owner, digest))
        if upload is None:
            raise RelayError("this upload was not begun, or made no progress and was given up")
        return upload

    async def write(self, upload: Upload, offset: int, data: bytes, now: float) -> bool:
        """Add a piece and tell whether the blob is whole and has its digest.

        Raises:
            RelayError: not the next piece, or what came is not what was announced.
        """
        if offset != upload.done:
            raise RelayError(f"the upload continues at {upload.done}, not at {offset}")
        if upload.done + len(data) > upload.size:
            raise RelayError(f"the upload is longer than the {upload.size} bytes announced")
        await anyio.to_thread.run_sync(upload.file.write, data)
        upload.hasher.update(data)
        upload.done += len(data)
        upload.touched = now
        if upload.done < upload.size:
            return False
        if upload.hasher.hexdigest() != upload.digest:
            raise RelayError("what was uploaded does not have the digest announced")
        upload.file.seek(0)
        return True

    def drop(self, owner: str, digest: str) -> None:
        """Forget an upload, finished or not."""
        if upload := self._open.pop((owner, digest), None):
            with suppress(OSError):  # closing writes what a full disk has not taken, once more
                upload.file.close()

    def idle(self, now: float) -> list[Upload]:
        """Return the uploads that made no progress for too long and that nobody holds."""
        return [
            upload
            for (owner, digest), upload in self._open.items()
            if upload.touched + self._idle < now and not self._locks.held(f"{owner}/{digest}")
        ]

    def close(self) -> None:
        """Forget all."""
        for owner, digest in tuple(self._open):
            self.drop(owner, digest)
