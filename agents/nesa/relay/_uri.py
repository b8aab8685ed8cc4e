"""Addresses of blobs: the relay that holds one, and its digest."""

import ipaddress
import re
from dataclasses import dataclass

from nesa.errors import RelayError

__all__ = ["SCHEMES", "BlobUri"]

SCHEMES = ("nats", "tls")

_URI = re.compile(r"(nats|tls)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})/([0-9a-f]{64})")
_MAX_PORT = 65535


def _is_host(text: str) -> bool:
    """Tell whether a name or bracketed address is one that can be looked up at all."""
    try:
        return bool(ipaddress.IPv6Address(text[1:-1]) if text[0] == "[" else text.encode("idna").decode("idna"))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class BlobUri:
    """``scheme://host:port/digest`` with the blob's SHA-256 in hexadecimal.

    Attributes:
        server: ``scheme://host:port``, what the client library dials.
        digest: 32 bytes.
    """

    server: str
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> "BlobUri":
        """Read a blob's address.

        Raises:
            RelayError: not of that form.
        """
        match = _URI.fullmatch(text)
        if match is None or not 0 < int(match[3]) <= _MAX_PORT or not _is_host(match[2]):
            raise RelayError("a blob's address has the form nats://host:port/sha256")
        return cls(f"{match[1]}://{match[2]}:{match[3]}", bytes.fromhex(match[4]))

    def __str__(self) -> str:
        return f"{self.server}/{self.digest.hex()}"
