"""A miner's settings: one folder, one ``config.toml``."""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.chain import Key, KeyFormatError, Keystore, KeyType, Network, decode_address, encode_address
from nesa.engines import EngineConfig
from nesa.errors import MinerError
from nesa.files import write_private

__all__ = ["HARDWARE", "PASSWORD_VARIABLE", "SIMULATED", "WITH_GPU", "MinerConfig", "init_home"]

HARDWARE, WITH_GPU, SIMULATED = "hardware", "hardware+gpu", "simulated:"
PASSWORD_VARIABLE = "NESA_PASSWORD"  # noqa: S105 - a variable's name
_OPTIMISATIONS = ("", "disabled", "basic", "extended", "all")
_PROVIDERS = ("cpu", "cuda", "coreml")
_WHOLE = re.compile("-?[0-9]{1,60}")
_VERSION = re.compile("[0-9]{1,18}")
_KINDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list of texts",
    dict: "a table",
}
_SETTINGS = {
    "network": str,
    "owner": str,
    "operator_key": str,
    "claim_key": str,
    "password_file": str,
    "serve": dict,
    "engine": dict,
    "workers": int,
    "queue": int,
    "store": str,
    "download": bool,
    "relays": list,
    "allow_private": bool,
    "enclave": str,
    "metrics_host": str,
    "metrics_port": int,
}
_ENGINE_SETTINGS = {"provider": str, "threads": int, "optimisation": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerConfig:
    """Settings of one miner.

    Attributes:
        home: its folder.
        network: the chain and its services.
        owner: the miner's address; its key need not be on this machine.
        operator_key: name of the key that signs deliveries, commitments, reveals and abstentions.
        claim_key: name of the key that signs claims.
        password_file: holds the key store's password; empty takes the environment's ``NESA_PASSWORD``.
        serve: the least price per unit, in anes, by version; empty leaves what the chain has.
        engine: how models are run.
        workers: model runs at once.
        queue: model runs that may wait.
        store: folder of the models' files.
        download: whether files that are missing may be downloaded.
        relays: where outputs too large for the chain are put, in order of preference.
        allow_private: whether relays and addresses of payloads and models may be private ones, as on a local network.
        enclave: what attests this machine for jobs that ask for it: nothing when empty, ``hardware``,
            ``hardware+gpu``, or ``simulated:`` and the folder of a root that a local network trusts.
        metrics_host: address of the metrics.
        metrics_port: port of the metrics; 0 serves none.
    """

    home: Path
    network: Network
    owner: str
    operator_key: str = "operator"
    claim_key: str = "claim"
    password_file: str = ""
    serve: Mapping[int, int] = field(default_factory=dict)
    engine: EngineConfig = field(default_factory=EngineConfig)
    workers: int = 2
    queue: int = 32
    store: Path
    download: bool = True
    relays: tuple[str, ...] = ()
    allow_private: bool = False
    enclave: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9464

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.home / "journal.db"

    @property
    def lock(self) -> Path:
        """A file that is locked while the agent runs."""
        return self.home / "miner.lock"

    @property
    def drain_flag(self) -> Path:
        """A file whose presence tells a running agent to take no new work."""
        return self.home / "drain"

    @property
    def keystore(self) -> Keystore:
        """The store of the two hot keys."""
        return Keystore(self.home / "keys")

    def keys(self) -> tuple[Key, Key]:
        """Return the operator's key and the claim key.

        Raises:
            MinerError: no password is given.
            KeystoreError: a key is missing or the password is wrong.
        """
        password = self.password()
        return self.keystore.load(self.operator_key, password), self.keystore.load(self.claim_key, password)

    def password(self) -> str:
        """Return the key store's password.

        Raises:
            MinerError: none is given.
        """
        if self.password_file:
            try:
                return (self.home / self.password_file).read_text().rstrip("\n")
            except OSError as error:
                raise MinerError(f"the password file {self.password_file} cannot be read: {error.strerror}") from error
        if password := os.environ.get(PASSWORD_VARIABLE):
            return password
        raise MinerError(f"the keys need their password: set {PASSWORD_VARIABLE}, or password_file in config.toml")

    @classmethod
    def load(cls, home: Path) -> "MinerConfig":
        """Read ``home/config.toml`` and ``home/network.json``, and close them to others.

        Raises:
            MinerError: missing, or a setting is unknown, of the wrong kind or out of range.
            ChainError: the network's description is wrong.
        """
        path = home / "config.toml"
        try:
            raw: dict[str, Any] = tomllib.loads(path.read_text())
        except OSError as error:
            raise MinerError(f"{path} cannot be read: {error.strerror}; nesa miner init makes it") from error
        except ValueError as error:  # of TOML, or of UTF-8
            raise MinerError(f"{path} is not TOML: {error}") from error
        for problem in _problems(raw):
            raise MinerError(f"{path} has a setting that is unknown, missing or of the wrong kind: {problem}")
        network = Network.load(home / raw.pop("network", "network.json"))
        raw["serve"] = {int(version): int(ask) for version, ask in raw.pop("serve", {}).items()}
        raw["engine"] = EngineConfig(**raw.pop("engine", {}))
        raw["relays"] = tuple(raw.pop("relays", ()))
        raw["store"] = home / raw.pop("store", "store")
        config = cls(home=home, network=network, **raw)
        config.validate()
        _close_to_others(home)
        return config

    def validate(self) -> None:
        """Check ranges.

        Raises:
            MinerError: naming the first setting that is out of range.
        """
        wrong = {
            "workers must be at least 1": self.workers < 1,
            "queue must not be negative": self.queue < 0,
            "metrics_port must be 0 to 65535": not 0 <= self.metrics_port <= 65535,  # noqa: PLR2004
            "operator_key and claim_key must differ": self.operator_key == self.claim_key,
            "an ask must not be negative": any(ask < 0 for ask in self.serve.values()),
            "engine.optimisation must be one of disabled, basic, extended, all": self.engine.optimisation
            not in _OPTIMISATIONS,
            "engine.provider must be one of cpu, cuda, coreml": self.engine.provider not in _PROVIDERS,
            "enclave must be empty, hardware, hardware+gpu or simulated:FOLDER": self.enclave
            not in {"", HARDWARE, WITH_GPU}
            and not (self.enclave.startswith(SIMULATED) and self.enclave != SIMULATED),
            "engine.threads must not be negative": self.engine.threads < 0,
            f"owner must be an address, but {self.owner[:90]!r} is none, or mistyped": not _is_address(self.owner),
        }
        for text, bad in wrong.items():
            if bad:
                raise MinerError(f"{self.home / 'config.toml'}: {text}")

    def to_toml(self) -> str:
        """Return ``config.toml``."""
        settings: dict[str, Any] = {
            "owner": self.owner,
            "operator_key": self.operator_key,
            "claim_key": self.claim_key,
            "password_file": self.password_file,
            "workers": self.workers,
            "queue": self.queue,
            "store": str(self.store),
            "download": self.download,
            "relays": list(self.relays),
            "allow_private": self.allow_private,
            "enclave": self.enclave,
            "metrics_host": self.metrics_host,
            "metrics_port": self.metrics_port,
        }
        engine = {
            "provider": self.engine.provider,
            "threads": self.engine.threads,
            "optimisation": self.engine.optimisation,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        lines += ["", "[engine]", *(f"{name} = {json.dumps(value)}" for name, value in engine.items())]
        lines += ["", "# The least price per unit, in anes, by version.", "[serve]"]
        lines += [
            f'{version} = "{ask}"' for version, ask in sorted(self.serve.items())
        ]  # TOML's integers are too small
        return "\n".join(lines) + "\n"


def init_home(
    home: Path,
    network: Network,
    *,
    owner: str,
    serve: Mapping[int, int] | None = None,
    engine: EngineConfig | None = None,
    relays: Sequence[str] | None = None,
    password: str = "",
    force: bool = False,
    **settings: Any,  # noqa: ANN401 - fields of several types
) -> MinerConfig:
    """Make a miner's folder: settings, the network's description, and the two hot keys unless they are there.

    The settings come last: one that fails can be repeated, and goes on with the keys that it finds. The folder and all
    in it are for their owner alone.

    Args:
        home: the folder.
        network: the chain; its relay is used unless ``relays`` names others.
        owner: the miner's address.
        serve: asks in anes by version.
        engine: how models are run.
        relays: see `MinerConfig`.
        password: of the key store; empty takes what the settings say.
        force: whether settings that are there are replaced. Keys never are.
        settings: other fields of `MinerConfig`.

    Raises:
        MinerError: the folder holds settings already, cannot be written, a setting is out of range, or no password is
            given for keys that are missing.
        KeystoreError: a key cannot be written, or the password does not open the one that is there.
    """
    if (home / "config.toml").exists() and not force:
        raise MinerError(f"{home} holds a miner already; --force writes its settings again and keeps its keys")
    chosen = tuple(relays) if relays is not None else tuple(filter(None, [network.relay]))
    settings.setdefault("store", Path("store"))
    config = MinerConfig(
        home=home,
        network=network,
        owner=owner,
        serve=dict(serve or {}),
        engine=engine or EngineConfig(),
        relays=chosen,
        **settings,
    )
    config.validate()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close_to_others(home)
        _add_keys(config, password)
        write_private(home / "network.json", network.to_json().encode(), replace=True)
        write_private(home / "config.toml", config.to_toml().encode(), replace=True)
    except OSError as error:
        raise MinerError(f"{home} cannot be written: {error.strerror}") from error
    return MinerConfig.load(home)


def _add_keys(config: MinerConfig, password: str) -> None:
    """Make the keys that are missing; one password opens both."""
    wanted = {config.operator_key, config.claim_key}
    present = wanted & {stored.name for stored in config.keystore.list()}
    if present == wanted:
        return
    password = password or config.password()
    for name in present:
        config.keystore.load(name, password)
    for name in sorted(wanted - present):
        config.keystore.add(name, Key.generate(KeyType.COSMOS), password)


def _close_to_others(home: Path) -> None:
    """Take away what older versions left open to others; where this is another's folder, that is the other's to do."""
    for path in (home, home / "config.toml", home / "network.json"):
        with suppress(OSError):
            if (mode := path.stat().st_mode) & 0o077:
                path.chmod(mode & 0o700)


def _is_address(text: str) -> bool:
    try:
        return encode_address(decode_address(text)) == text  # as the chain writes it, which is compared with it
    except KeyFormatError:
        return False


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the shape of a ``config.toml``; what comes later takes what came earlier to be right."""
    yield from _misfits(raw, _SETTINGS)
    if "owner" not in raw:
        yield "owner is missing"
    if not all(isinstance(relay, str) for relay in raw.get("relays", ())):
        yield "relays must be a list of texts"
    yield from _misfits(raw.get("engine", {}), _ENGINE_SETTINGS, "engine.")
    for version, ask in raw.get("serve", {}).items():
        if not _VERSION.fullmatch(version):
            yield f"serve.{_name(version)} must have a version's number for its name"
        if type(ask) is not int and not (isinstance(ask, str) and _WHOLE.fullmatch(ask)):
            yield f"serve.{_name(version)} must be a whole number of anes"


def _misfits(raw: Mapping[str, object], settings: Mapping[str, type], prefix: str = "") -> Iterator[str]:
    for name, value in raw.items():
        if name not in settings:
            yield f"{prefix}{_name(name)} is no setting"
        elif type(value) is not settings[name]:  # true is an int to isinstance
            yield f"{prefix}{name} must be {_KINDS[settings[name]]}"


def _name(text: str) -> str:
    """Return a name from a file so that it fits in a sentence."""
    return text if re.fullmatch("[A-Za-z0-9_-]{1,40}", text) else repr(text[:40])
