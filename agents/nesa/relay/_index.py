"""What a relay holds for whom: the books behind quotas and times to live."""

from collections.abc import Iterator
from dataclasses import dataclass

from nesa.errors import RelayRefusedError

__all__ = ["Index", "Stored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """One account's copy of a blob. Copies are apart, so that nobody can take away what another keeps.

    Attributes:
        owner: address of the account that uploaded it.
        digest: SHA-256, hexadecimal.
        size: in bytes.
        expires: seconds since the epoch.
    """

    owner: str
    digest: str
    size: int
    expires: float

    @property
    def name(self) -> str:
        """Its name in the object store."""
        return f"{self.owner}/{self.digest}"


class Index:
    """Copies by owner and digest. Space that an upload will need is reserved before its first byte is taken."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._stored: dict[tuple[str, str], Stored] = {}
        self._reserved: dict[tuple[str, str], int] = {}

    def __iter__(self) -> Iterator[Stored]:
        return iter(tuple(self._stored.values()))

    def used(self, owner: str = "") -> int:
        """Return the bytes held and reserved for an account, or for all."""
        stored = sum(item.size for item in self._stored.values() if owner in {"", item.owner})
        return stored + sum(size for (who, _), size in self._reserved.items() if owner in {"", who})

    def get(self, owner: str, digest: str, now: float) -> Stored | None:
        """Return an account's copy that has not expired."""
        item = self._stored.get((owner, digest))
        return item if item and item.expires > now else None

    def find(self, digest: str, now: float) -> Stored | None:
        """Return anybody's copy, the one that lives longest."""
        copies = [item for item in self._stored.values() if item.digest == digest and item.expires > now]
        return max(copies, key=lambda item: item.expires, default=None)

    def reserve(self, owner: str, digest: str, size: int, quota: int) -> None:
        """Set space aside for an upload; one that was begun before is taken to start again.

        Raises:
            RelayRefusedError: the account's quota or the whole store would be exceeded.
        """
        self._reserved.pop((owner, digest), None)
        if quota <= 0:
            raise RelayRefusedError("this account may not upload to this relay")
        if self.used(owner) + size > quota:
            raise RelayRefusedError(f"this account's quota of {quota} bytes does not leave room for {size} more")
        if self.used() + size > self._max_bytes:
            raise RelayRefusedError(f"the relay has no room for {size} bytes")
        self._reserved[owner, digest] = size

    def release(self, owner: str, digest: str) -> None:
        """Give back what was reserved for an upload that will not be finished."""
        self._reserved.pop((owner, digest), None)

    def add(self, item: Stored) -> None:
        """Enter a copy that is in the store; its reservation ends."""
        self.release(item.owner, item.digest)
        self._stored[item.owner, item.digest] = item

    def remove(self, item: Stored) -> None:
        """Strike a copy out."""
        self._stored.pop((item.owner, item.digest), None)

    def expire(self, now: float) -> None:
        """Strike out what has expired."""
        for item in self:
            if item.expires <= now:
                self.remove(item)
