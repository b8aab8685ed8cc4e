"""A relay's settings, and the NATS server's configuration that follows from them."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.errors import RelayError
from nesa.relay._callout import CLIENTS
from nesa.relay._service import Limits

__all__ = ["RelayConfig", "ServerSecrets", "server_config"]


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """Settings of ``nesa relay serve``.

    Attributes:
        home: where blobs are kept.
        chain_id: the chain whose keys log in.
        host: address to listen on.
        port: port to listen on.
        advertise: names ``host:port`` under which users dial this relay, besides the one it listens on.
        server: the ``nats-server`` program.
        limits: sizes and times to live.
        quota: bytes for each account that may upload.
        min_balance: anes an account must hold to upload; miners may always.
        max_connections: at once.
        tls_certificate: PEM file, with its key in ``tls_key``; empty serves without TLS.
        tls_key: PEM file.
    """

    home: Path
    chain_id: str
    host: str = "127.0.0.1"
    port: int = 4222
    advertise: tuple[str, ...] = ()
    server: Path = Path("nats-server")
    limits: Limits = field(default_factory=Limits)
    quota: int = 256 * 2**20
    min_balance: int = 10**18
    max_connections: int = 1024
    tls_certificate: str = ""
    tls_key: str = ""

    @property
    def url(self) -> str:
        """Where this relay is dialled."""
        name = self.advertise[0] if self.advertise else f"{self.host}:{self.port}"
        return f"{'tls' if self.tls_certificate else 'nats'}://{name}"

    @property
    def names(self) -> tuple[str, ...]:
        """Names that a login may be made out to."""
        return (f"{self.host}:{self.port}", *self.advertise)

    @classmethod
    def load(cls, path: Path) -> "RelayConfig":
        """Read a TOML file; ``home`` is its folder unless it says otherwise, ``limits`` is a table.

        Raises:
            RelayError: not readable, or a setting is unknown or of the wrong type.
        """
        try:
            raw: dict[str, Any] = tomllib.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise RelayError(f"the relay's settings in {path} cannot be read: {error}") from error
        try:
            _check(raw, _SETTINGS)
            _check(raw.get("limits", {}), _LIMITS, "limits.")
            if "chain_id" not in raw:
                raise RelayError("chain_id is missing")  # noqa: TRY301 - gets the file's name below
            if bool(raw.get("tls_certificate")) != bool(raw.get("tls_key")):
                raise RelayError("tls_certificate and tls_key must be set together")  # noqa: TRY301 - as above
        except RelayError as error:
            raise RelayError(f"the relay's settings in {path} are wrong: {error}") from error
        raw["home"] = Path(raw.get("home", path.parent))
        raw["limits"] = Limits(**raw.get("limits", {}))
        raw["advertise"] = tuple(raw.get("advertise", ()))
        raw["server"] = Path(raw.get("server", "nats-server"))
        return cls(**raw)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a setting must be, in words and as a test."""

    text: str
    fits: Callable[[Any], bool]


def _whole(low: int, high: int) -> _Kind:
    # Python's truth values are numbers, too.
    return _Kind(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


_NAME = re.compile(r"[^\s/@]+:[0-9]{1,5}")
_TEXT = _Kind("a text that is not empty", lambda value: isinstance(value, str) and bool(value))
_TEXT_OR_EMPTY = _Kind("a text", lambda value: isinstance(value, str))
_NAMES = _Kind(
    "a list of names host:port",
    lambda value: isinstance(value, list) and all(isinstance(name, str) and _NAME.fullmatch(name) for name in value),
)
_BYTES = 2**60  # the server counts in 64 bits, and adds to what it is told
_YEARS = 10 * 365 * 24 * 3600
_SETTINGS = {
    "home": _TEXT,
    "chain_id": _TEXT,
    "host": _TEXT,
    "port": _whole(1, 65535),
    "advertise": _NAMES,
    "server": _TEXT,
    "limits": _Kind("a table", lambda value: isinstance(value, dict)),
    "quota": _whole(0, _BYTES),
    "min_balance": _whole(0, 2**128),
    "max_connections": _whole(1, 2**20),
    "tls_certificate": _TEXT_OR_EMPTY,
    "tls_key": _TEXT_OR_EMPTY,
}
_LIMITS = {
    "max_blob": _whole(1, _BYTES),
    "max_bytes": _whole(1, _BYTES),
    "ttl": _Kind(
        "a number of seconds up to ten years",
        lambda value: type(value) in {int, float} and 0 < value <= _YEARS,
    ),
}


def _check(values: Mapping[str, object], kinds: Mapping[str, _Kind], prefix: str = "") -> None:
    for name, value in values.items():
        kind = kinds.get(name)
        if kind is None:
            raise RelayError(f"there is no setting {prefix}{name}")
        if not kind.fits(value):
            raise RelayError(f"{prefix}{name} must be {kind.text}")


@dataclass(frozen=True, slots=True)
class ServerSecrets:
    """What the NATS server and the service beside it share; made anew at each start.

    Attributes:
        issuer: public account key whose answers the server trusts.
        challenged: a public user key that nobody holds; see `server_config`.
        service_password: of the user ``service``, which has the store and answers questions.
        client_password: of the user ``blobs``, which talks to users.
    """

    issuer: str
    challenged: str
    service_password: str
    client_password: str


def server_config(config: RelayConfig, secrets: ServerSecrets) -> str:
    """Return the NATS server's configuration file.

    One listed key is held by nobody. A server that knows any such key challenges every connection with a nonce, which
    is what users sign; it has no setting for that.
    """
    users = "SERVICE"
    settings: dict[str, Any] = {
        "server_name": "nesa-relay",
        "host": config.host,
        "port": config.port,
        "max_connections": config.max_connections,
        "max_payload": 2**20,
        "max_subscriptions": 64,  # the service has one for each blob that it fetches; users' logins allow fewer
        "write_deadline": "10s",
        "jetstream": {
            "store_dir": str(config.home / "jetstream"),
            "max_file_store": config.limits.max_bytes + config.limits.max_bytes // 8 + 2**26,
            "max_memory_store": 2**20,
        },
        "accounts": {
            users: {
                "jetstream": "enabled",
                "users": [{"user": "service", "password": secrets.service_password}, {"nkey": secrets.challenged}],
            },
            CLIENTS: {"users": [{"user": "blobs", "password": secrets.client_password}]},
        },
        "authorization": {
            "timeout": 5,
            "auth_callout": {"issuer": secrets.issuer, "auth_users": ["service", "blobs"], "account": users},
        },
    }
    if config.tls_certificate:
        settings["tls"] = {"cert_file": config.tls_certificate, "key_file": config.tls_key, "timeout": 5}
    return json.dumps(settings, indent=2) + "\n"  # the server reads JSON as its own format
