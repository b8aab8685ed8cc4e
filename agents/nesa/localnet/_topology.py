"""What a network consists of, and where its files lie."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.errors import NesaError
from nesa.untrusted import parse_json

__all__ = ["DENOM", "NES", "Home", "Topology"]

DENOM = "anes"
NES = 10**18

_MAX_PROCESSES = 64
_MAX_AMOUNT = 2**256 - 1
_MAX_SECONDS = 3_600
_CHAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}")


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_AMOUNT


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MAX_SECONDS


def _maps_to(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, Mapping) and all(isinstance(key, str) and fits(item) for key, item in value.items())
    )


_WHOLE = ("a whole number", _is_amount)
_ANES = ("a whole number of anes", _is_amount)
_SHAPES: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "validators": _WHOLE,
    "miners": _WHOLE,
    "chain_id": (
        "a name of up to 50 letters, digits, dashes, dots and underscores",
        lambda value: isinstance(value, str) and _CHAIN_ID.fullmatch(value) is not None,
    ),
    "block_seconds": ("more than 0 and up to an hour", _is_time),
    "miner_stake": _ANES,
    "miner_funds": _ANES,
    "levy_pool": _ANES,
    "accounts": ("amounts in anes by address", _maps_to(_is_amount)),
    "params": ("parameters by module and name", _maps_to(_maps_to(lambda _: True))),
    "models": ("folders by name", _maps_to(lambda value: isinstance(value, str))),
}


def _object(path: Path) -> dict[str, Any]:
    found = parse_json(path.read_bytes())
    if not isinstance(found, dict):
        raise TypeError("it is no JSON object")
    return found


@dataclass(frozen=True, slots=True)
class Topology:
    """The shape of a network.

    Attributes:
        validators: nodes that make blocks, one at least.
        miners: miner agents, staked from the first block on.
        chain_id: name of the chain; the EVM's id follows from it.
        block_seconds: time between blocks that is aimed at.
        miner_stake: stake of each miner, in anes.
        miner_funds: what each miner's hot keys hold for gas, in anes.
        levy_pool: what the pool that pays for drawn checks starts with, in anes.
        accounts: balances in anes of further accounts by address, beside the faucet's.
        params: changes to modules' parameters in genesis, by module and name.
        models: folders of models to publish and to serve, by name.
    """

    validators: int = 1
    miners: int = 6
    chain_id: str = "nesa-local-1"
    block_seconds: float = 0.5
    miner_stake: int = 10_000 * NES
    miner_funds: int = 1_000 * NES
    levy_pool: int = 10_000 * NES
    accounts: Mapping[str, int] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Topology":
        """Read a topology from a JSON file with these attributes.

        Raises:
            NesaError: it is not that.
        """
        try:
            return cls(**_object(path))
        except (OSError, ValueError, TypeError, NesaError) as error:
            raise NesaError(f"{path} does not describe a network: {error}") from error

    def __post_init__(self) -> None:
        for name, (kind, fits) in _SHAPES.items():
            if not fits(getattr(self, name)):
                raise NesaError(f"{name} must be {kind}")
        if self.validators < 1:
            raise NesaError("a network needs validators: one at least")
        if self.miners < 0 or self.validators + self.miners > _MAX_PROCESSES:
            raise NesaError(f"a network on one machine has at most {_MAX_PROCESSES} validators and miners")


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a network and the places in it."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "Home":
        """Return the network's home at a path that may be relative."""
        return cls(root.absolute())

    @property
    def state(self) -> Path:
        """The file that says what runs where."""
        return self.root / "localnet.json"

    @property
    def marker(self) -> Path:
        """The file that says that the folder is a network's."""
        return self.root / "nesa-localnet"

    @property
    def network(self) -> Path:
        """The file with the addresses of the services."""
        return self.root / "network.json"

    @property
    def plan(self) -> Path:
        """The topology that a detached supervisor is given."""
        return self.root / "topology.json"

    @property
    def written(self) -> tuple[Path, ...]:
        """All that a network writes in its folder; the mark last, so that a removal can be tried again."""
        folders = tuple(self.root / name for name in ("nodes", "miners", "relay", "store", "keys", "enclaves", "logs"))
        draft = self.state.with_suffix(".new")
        return (*folders, self.state, draft, self.network, self.plan, self.lock, self.marker)

    @property
    def lock(self) -> Path:
        """The file that one supervisor at a time holds locked."""
        return self.root / "lock"

    @property
    def keys(self) -> Path:
        """The key store of the network's own accounts."""
        return self.root / "keys"

    @property
    def relay(self) -> Path:
        """The relay's folder."""
        return self.root / "relay"

    def node(self, number: int) -> Path:
        """The home of a validator."""
        return self.root / "nodes" / f"validator-{number}"

    def miner(self, number: int) -> Path:
        """The home of a miner."""
        return self.root / "miners" / f"miner-{number}"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.root / "logs" / f"{name}.log"
