"""A relay's settings, and the NATS server's configuration that follows from them."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.errors import RelayError
from nesa.relay._callout import CLIENTS
from nesa.relay._service import Limits

__all__ = ["RelayConfig", "ServerSecrets", "server_config"]


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """Settings of ``nesa relay run``.

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
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise RelayError(f"the relay's settings in {path} cannot be read: {error}") from error
        try:
            raw["home"] = Path(raw.get("home", path.parent))
            raw["limits"] = Limits(**raw.get("limits", {}))
            raw["advertise"] = tuple(raw.get("advertise", ()))
            if "server" in raw:
                raw["server"] = Path(raw["server"])
            return cls(**raw)
        except TypeError as error:
            raise RelayError(f"the relay's settings in {path} are wrong: {error}") from error


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
        "max_subscriptions": 16,
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
