"""What the model, miner, attestation and beacon modules announce. Amounts are in anes."""

from dataclasses import dataclass

from nesa.chain._enums import Platform, VersionStatus

__all__ = [
    "EventAnchor",
    "EventAttested",
    "EventDecision",
    "EventRevoked",
    "EventVerified",
    "EventVerifyingKey",
    "EventAccessChanged",
    "EventEncryptionKey",
    "EventJailed",
    "EventKeyRegistered",
    "EventModelRegistered",
    "EventModelRetired",
    "EventParamsUpdated",
    "EventRegistered",
    "EventRetired",
    "EventSeed",
    "EventServed",
    "EventStakeChanged",
    "EventStrike",
    "EventUnbonded",
    "EventUpdated",
    "EventVersionAdded",
    "EventVersionStatus",
]


@dataclass(frozen=True, slots=True)
class EventModelRegistered:
    """Emitted when a name is claimed.

    Source: `nesa.model.v1.EventModelRegistered`.
    """

    model: str
    owner: str


@dataclass(frozen=True, slots=True)
class EventVersionAdded:
    """Emitted when a version is released.

    Source: `nesa.model.v1.EventVersionAdded`.
    """

    version_id: int
    model: str
    number: int


@dataclass(frozen=True, slots=True)
class EventVersionStatus:
    """Emitted when a version's status changes.

    Source: `nesa.model.v1.EventVersionStatus`.
    """

    version_id: int
    status: VersionStatus


@dataclass(frozen=True, slots=True)
class EventAccessChanged:
    """Emitted when an access list changes.

    Source: `nesa.model.v1.EventAccessChanged`.
    """

    model: str
    private: bool


@dataclass(frozen=True, slots=True)
class EventModelRetired:
    """Emitted when a whole model is withdrawn.

    Source: `nesa.model.v1.EventModelRetired`.
    """

    model: str


@dataclass(frozen=True, slots=True)
class EventRegistered:
    """Emitted when a miner is created.

    Source: `nesa.miner.v1.EventRegistered`.
    """

    miner: str
    stake: int


@dataclass(frozen=True, slots=True)
class EventUpdated:
    """Emitted when keys, addresses or relays change.

    Source: `nesa.miner.v1.EventUpdated`.
    """

    miner: str


@dataclass(frozen=True, slots=True)
class EventStakeChanged:
    """Emitted when stake is added, unbonds or is burned.

    Source: `nesa.miner.v1.EventStakeChanged`.
    """

    miner: str
    stake: int
    reason: str


@dataclass(frozen=True, slots=True)
class EventUnbonded:
    """Emitted when unbonded stake is paid out.

    Source: `nesa.miner.v1.EventUnbonded`.
    """

    miner: str
    amount: int


@dataclass(frozen=True, slots=True)
class EventServed:
    """Emitted when a miner begins to serve a version, changes its ask or stops.

    Source: `nesa.miner.v1.EventServed`.
    """

    miner: str
    version_id: int
    ask: int
    dropped: bool


@dataclass(frozen=True, slots=True)
class EventEncryptionKey:
    """Emitted when a key is registered.

    Source: `nesa.miner.v1.EventEncryptionKey`.
    """

    miner: str
    id: int


@dataclass(frozen=True, slots=True)
class EventStrike:
    """Emitted when an upheld fault counts against a miner.

    Source: `nesa.miner.v1.EventStrike`.
    """

    miner: str
    job_id: int
    slashed: bool


@dataclass(frozen=True, slots=True)
class EventJailed:
    """Emitted when a miner is jailed, and with height 0 when it is released.

    Source: `nesa.miner.v1.EventJailed`.
    """

    miner: str
    until: int


@dataclass(frozen=True, slots=True)
class EventRetired:
    """Emitted when a miner retires.

    Source: `nesa.miner.v1.EventRetired`.
    """

    miner: str


@dataclass(frozen=True, slots=True)
class EventSeed:
    """Emitted in every block.

    Source: `nesa.beacon.v1.EventSeed`.
    """

    height: int
    value: bytes
    proposer: str
    contributed: bool


@dataclass(frozen=True, slots=True)
class EventKeyRegistered:
    """Emitted when a validator registers a VRF key.

    Source: `nesa.beacon.v1.EventKeyRegistered`.
    """

    validator: str
    consensus_address: str
    public_key: bytes
    effective_height: int


@dataclass(frozen=True, slots=True)
class EventParamsUpdated:
    """Emitted when governance replaces the parameters.

    Source: `nesa.beacon.v1.EventParamsUpdated`, and that of `nesa.attestation.v1`.
    """

    authority: str


@dataclass(frozen=True, slots=True)
class EventAttested:
    """Emitted when an enclave's key is admitted; ``expires`` is in seconds since 1970.

    Source: `nesa.attestation.v1.EventAttested`.
    """

    miner: str
    key: bytes
    platform: Platform
    product: str
    measurement: bytes
    gpu: bool
    expires: int


@dataclass(frozen=True, slots=True)
class EventRevoked:
    """Emitted when a key is given up or taken away.

    Source: `nesa.attestation.v1.EventRevoked`.
    """

    miner: str
    key: bytes


@dataclass(frozen=True, slots=True)
class EventVerified:
    """Emitted when a delivery's evidence holds.

    Source: `nesa.attestation.v1.EventVerified`.
    """

    job_id: int
    kind: str
    key: bytes
    measurement: bytes


@dataclass(frozen=True, slots=True)
class EventDecision:
    """Emitted when a decision on private data is proven.

    Source: `nesa.attestation.v1.EventDecision`.
    """

    prover: str
    version_id: int
    label: bytes
    commitment: bytes
    output: bytes


@dataclass(frozen=True, slots=True)
class EventVerifyingKey:
    """Emitted when a verifying key is admitted or retired.

    Source: `nesa.attestation.v1.EventVerifyingKey`.
    """

    version_id: int
    private_input: bool
    transcript_digest: bytes
    retired: bool


@dataclass(frozen=True, slots=True)
class EventAnchor:
    """Emitted when an anchor, its collateral, a measurement or a revoked machine changes; ``what`` says which.

    Source: `nesa.attestation.v1.EventAnchor`.
    """

    platform: Platform
    product: str
    what: str
    measurement: bytes
    removed: bool
    machine: bytes
