"""Accounts of a network for play: the faucet, a publisher, and the three keys of each miner.

The password is no secret: whoever can read these files may as well have the coins, which are worth nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from nesa.chain import Key, Keystore, KeyType
from nesa.localnet._topology import Home

__all__ = ["FAUCET", "PASSWORD", "PUBLISHER", "MinerKeys", "load_or_create", "miner_keys", "shared_key"]

PASSWORD = "localnet"  # noqa: S105 - see above
FAUCET = "faucet"
PUBLISHER = "publisher"

_SCRYPT_N = 1 << 10  # what a password protects that everybody knows


@dataclass(frozen=True, slots=True)
class MinerKeys:
    """The keys of a miner."""

    owner: Key
    operator: Key
    claim: Key


def load_or_create(folder: Path, *names: str) -> list[Key]:
    """Return the keys of these names in the key store at ``folder``, made on first use."""
    store = Keystore(folder, scrypt_n=_SCRYPT_N)
    present = {stored.name for stored in store.list()}
    keys = []
    for name in names:
        if name not in present:
            store.add(name, Key.generate(KeyType.COSMOS), PASSWORD)
        keys.append(store.load(name, PASSWORD))
    return keys


def shared_key(home: Home, name: str) -> Key:
    """Return the key of one of the network's own accounts: ``faucet`` or ``publisher``."""
    return load_or_create(home.keys, name)[0]


def miner_keys(home: Home, number: int) -> MinerKeys:
    """Return a miner's keys."""
    return MinerKeys(*load_or_create(home.miner(number) / "keys", "owner", "operator", "claim"))
