"""What a network consists of, and where its files lie."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.errors import NesaError

__all__ = ["DENOM", "NES", "Home", "Topology"]

DENOM = "anes"
NES = 10**18

_MAX_PROCESSES = 64


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
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise NesaError(f"{path} does not describe a network: {error}") from error

    def __post_init__(self) -> None:
        if self.validators < 1:
            raise NesaError("a network needs at least one validator")
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
