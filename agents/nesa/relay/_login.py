"""Logging in to a relay: a chain key signs the server's challenge.

The server sends a fresh nonce with every connection. What is signed names the relay as it was dialled, so a hostile
relay cannot pass somebody's answer on to another, and the inbox on which this connection will listen.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Protocol

import orjson

from nesa.chain import KeyType
from nesa.errors import RelayRefusedError
from nesa.hashing import digest, u8
from nesa.relay._signatures import address_of, verify

__all__ = ["Login", "Signer", "challenge", "inbox", "open_login", "read_login"]

_MAX_TOKEN = 1024
_INBOX_BYTES = 16


class Signer(Protocol):
    """A chain key; `nesa.chain.Key` is one."""

    @property
    def address(self) -> str:
        """The account's address."""
        ...

    @property
    def key_type(self) -> KeyType:
        """How the key signs and how its address is made."""
        ...

    @property
    def public_key(self) -> bytes:
        """33 bytes."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return a signature of 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Login:
    """Who a connection belongs to.

    Attributes:
        address: the account that signed the challenge; empty for a reader without an account.
        inbox: the prefix under which answers to this connection arrive.
    """

    address: str
    inbox: str


def inbox() -> str:
    """Return a new inbox prefix that nobody can guess."""
    return "_INBOX." + secrets.token_hex(_INBOX_BYTES)


def challenge(chain_id: str, relay: str, prefix: str, nonce: str) -> bytes:
    """Return the 32 bytes that a key signs to log in at ``relay``, a ``host:port``."""
    fields = (relay.encode(), prefix.encode(), nonce.encode())
    return digest("relay-login", chain_id, *(u8(len(field)) + field for field in fields))


def open_login(prefix: str, signer: Signer | None) -> str:
    """Return the token that goes with a connection; without a signer it asks to read only."""
    login = {"inbox": prefix}
    if signer is not None:
        login |= {"type": signer.key_type.value, "key": signer.public_key.hex()}
    return base64.urlsafe_b64encode(json.dumps(login).encode()).decode()


def read_login(token: str, signature: str, nonce: str, *, chain_id: str, relays: tuple[str, ...]) -> Login:
    """Return who logs in.

    Args:
        token: what `open_login` made.
        signature: base 64, of `challenge`; not looked at for readers.
        nonce: the server's, for this connection.
        chain_id: the chain's name.
        relays: the names under which this relay may have been dialled.

    Raises:
        RelayRefusedError: not a login, or signed by another key, for another connection or relay.
    """
    refused = RelayRefusedError("this login does not carry a valid signature")
    if len(token) > _MAX_TOKEN:
        raise refused
    try:
        fields = orjson.loads(base64.urlsafe_b64decode(token))
        prefix = str(fields["inbox"])
        claimed = fields.get("key", "")
        if len(prefix) != len(inbox()) or not prefix.startswith("_INBOX.") or not prefix[7:].isalnum():
            raise refused
        if not claimed:
            return Login("", prefix)
        key_type, public_key = KeyType(fields["type"]), bytes.fromhex(claimed)
        raw = base64.b64decode(signature, validate=True)
        signed = nonce and any(
            verify(public_key, key_type, challenge(chain_id, relay, prefix, nonce), raw) for relay in relays
        )
        if not signed:
            raise refused
        return Login(address_of(public_key, key_type), prefix)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise refused from error
