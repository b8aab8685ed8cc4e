"""What a download may do, and how it reports its progress."""

from collections.abc import Callable
from dataclasses import dataclass

from nesa.models._addresses import Resolver, resolve

__all__ = ["Policy", "Progress", "Report"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of downloads.

    Attributes:
        allow_private: whether private, loopback and link-local addresses and plain http may be called.
        allow_files: whether ``file`` URIs may be read.
        max_bytes: the most that all files of a model may have together.
        timeout: seconds without any progress after which a transfer fails.
        max_redirects: how many redirects are followed.
        resolver: looks up addresses.
    """

    allow_private: bool = False
    allow_files: bool = False
    max_bytes: int = 8 * 2**30
    timeout: float = 30.0
    max_redirects: int = 5
    resolver: Resolver = resolve


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: its path, bytes done, bytes in all."""

    path: str
    done: int
    total: int


Report = Callable[[Progress], None]
