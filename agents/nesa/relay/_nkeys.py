"""NATS keys and tokens: Ed25519 keys in the server's text form, and the JSON web tokens that it accepts from them."""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nesa.errors import RelayError

__all__ = ["ACCOUNT", "USER", "NatsKey", "decode_claims"]

ACCOUNT = 0  # 'A' in the first five bits
USER = 20 << 3  # 'U'

_SEED_BYTES = 32
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


def _text(raw: bytes) -> str:
    checked = raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(checked).decode().rstrip("=")


def _segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unsegment(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True)
class NatsKey:
    """An Ed25519 key in one of the server's roles.

    Attributes:
        role: `ACCOUNT` or `USER`.
        seed: 32 bytes.
    """

    role: int
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, role: int) -> "NatsKey":
        """Make a new key."""
        return cls(role, secrets.token_bytes(_SEED_BYTES))

    @property
    def public(self) -> str:
        """The public key in the server's text form."""
        return _text(bytes([self.role]) + self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def token(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token that this key issues."""
        body: dict[str, Any] = {**claims, "iss": self.public}
        body["jti"] = base64.b32encode(hashlib.sha512(json.dumps(body).encode()).digest()[:32]).decode().rstrip("=")
        signed = f"{_segment(json.dumps(_HEADER).encode())}.{_segment(json.dumps(body).encode())}"
        return f"{signed}.{_segment(self._private.sign(signed.encode()))}"


def decode_claims(token: str) -> dict[str, Any]:
    """Return a token's claims, unverified: it came from the server, on a connection that this process opened.

    Raises:
        RelayError: not a token.
    """
    try:
        claims = orjson.loads(_unsegment(token.split(".")[1]))
    except (IndexError, ValueError) as error:
        raise RelayError("the NATS server sent something that is not a token") from error
    if not isinstance(claims, dict):
        raise RelayError("the NATS server sent a token without claims")
    return claims
