"""Miners, as the chain keeps them. Amounts are in anes, times are heights."""

from dataclasses import dataclass, field

__all__ = [
    "Checkpoint",
    "EncryptionKey",
    "Miner",
    "MinerInfo",
    "MinerParams",
    "Served",
    "StakeSolvency",
    "Strike",
    "Totals",
    "Unbonding",
]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The stake that counts from an epoch on.

    Source: `nesa.miner.v1.Checkpoint`.
    """

    epoch: int
    stake: int


@dataclass(frozen=True, slots=True)
class Miner:
    """A staked worker.

    Its identity is the owner's address.

    Source: `nesa.miner.v1.Miner`.
    """

    owner: str
    operator: str
    claim_key: str
    withdraw_address: str
    moniker: str
    stake: int
    locked: int
    unbonding: int
    owed: int
    checkpoints: tuple[Checkpoint, ...]
    relays: tuple[str, ...]
    jailed_until: int
    retired: bool


@dataclass(frozen=True, slots=True)
class Served:
    """That a miner serves a version.

    Source: `nesa.miner.v1.Served`.
    """

    version_id: int
    miner: str
    ask: int
    since: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums up who serves a version.

    Source: `nesa.miner.v1.Totals`.
    """

    version_id: int
    miners: int
    slots: int


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """An HPKE public key of a miner, valid for a range of heights.

    Source: `nesa.miner.v1.EncryptionKey`.
    """

    miner: str
    id: int
    key: bytes
    from_height: int = field(metadata={"proto": "from"})
    to_height: int = field(metadata={"proto": "to"})


@dataclass(frozen=True, slots=True)
class Unbonding:
    """Stake on its way out.

    Source: `nesa.miner.v1.Unbonding`.
    """

    miner: str
    id: int
    amount: int
    complete_height: int


@dataclass(frozen=True, slots=True)
class Strike:
    """An upheld fault under a tolerance profile.

    Source: `nesa.miner.v1.Strike`.
    """

    miner: str
    job_id: int
    requester: str
    height: int


@dataclass(frozen=True, slots=True)
class MinerParams:
    """Parameters set by governance.

    Source: `nesa.miner.v1.Params`.
    """

    slot_unit: int
    min_stake: int
    epoch_blocks: int
    unbonding_blocks: int
    max_unbondings: int
    max_served: int
    max_keys: int
    slash_bps: int
    strikes_to_slash: int
    strike_window: int
    jail_blocks: int
    key_delay: int


@dataclass(frozen=True, slots=True)
class StakeSolvency:
    """Compares balance and obligations, in anes.

    Source: `nesa.miner.v1.QuerySolvencyResponse`.
    """

    balance: int
    stake: int
    unbonding: int
    solvent: bool


@dataclass(frozen=True, slots=True)
class MinerInfo:
    """A miner and where it stands in the present epoch.

    Source: `nesa.miner.v1.QueryMinerResponse`.
    """

    miner: Miner
    slots: int
    free: int
    epoch: int
