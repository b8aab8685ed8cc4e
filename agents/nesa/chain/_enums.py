"""Enumerations of the chain, without their prefixes; numbers are the protobuf numbers."""

from enum import IntEnum

__all__ = [
    "CallbackState",
    "CheckCause",
    "Finding",
    "Outcome",
    "Phase",
    "Platform",
    "Role",
    "SeatState",
    "Standing",
    "Status",
    "Unit",
    "VersionStatus",
]


class Status(IntEnum):
    """Where a job stands; the last four are ends."""

    UNSPECIFIED = 0
    REQUESTED = 1
    CLAIMED = 2
    DELIVERED = 3
    CHECKING = 4
    DECIDED = 5
    APPEALED = 6
    SETTLED = 7
    REFUNDED = 8
    EXPIRED = 9
    CANCELLED = 10

    @property
    def final(self) -> bool:
        """Whether nothing can happen to the job any more."""
        return self >= Status.SETTLED


class Platform(IntEnum):
    """The kind of hardware that makes a quote."""

    UNSPECIFIED = 0
    SEV_SNP = 1
    TDX = 2


class Phase(IntEnum):
    """What a job waits for."""

    UNSPECIFIED = 0
    SEED = 1
    CLAIM = 2
    RUN = 3
    LOTTERY = 4
    CHALLENGE = 5
    COMMIT = 6
    REVEAL = 7
    APPEAL = 8


class Outcome(IntEnum):
    """What came of running a model."""

    UNSPECIFIED = 0
    OK = 1
    INVALID_INPUT = 2
    NON_FINITE = 3
    OVER_LIMIT = 4
    UNAVAILABLE = 5


class SeatState(IntEnum):
    """Where a seat stands."""

    UNSPECIFIED = 0
    STANDBY = 1
    SEATED = 2
    COMMITTED = 3
    REVEALED = 4
    ABSTAINED = 5
    MISSING = 6


class Standing(IntEnum):
    """How a verdict treats a seat."""

    UNSPECIFIED = 0
    GOOD = 1
    NEUTRAL = 2
    FAULT = 3


class Finding(IntEnum):
    """What a committee finds about the executor."""

    UNSPECIFIED = 0
    UPHELD = 1
    FAULT = 2
    INCONCLUSIVE = 3
    UNAVAILABLE = 4


class CheckCause(IntEnum):
    """Why a delivery is checked."""

    UNSPECIFIED = 0
    DRAWN = 1
    REQUESTED = 2
    CHALLENGED = 3


class Role(IntEnum):
    """What a payment is for."""

    UNSPECIFIED = 0
    EXECUTOR = 1
    VERIFIER = 2
    ROYALTY = 3
    LEVY = 4
    BURN = 5
    REFUND = 6
    DEPOSIT = 7
    BOND = 8


class Unit(IntEnum):
    """What a price counts."""

    UNSPECIFIED = 0
    REQUEST = 1
    TOKEN = 2
    IMAGE = 3
    SECOND = 4


class VersionStatus(IntEnum):
    """Where a version stands with the checks made of it."""

    UNSPECIFIED = 0
    PROBATION = 1
    ACTIVE = 2
    SUSPENDED = 3
    RETIRED = 4


class CallbackState(IntEnum):
    """Where a contract's wish to be answered stands; one whose callback succeeded is gone."""

    UNSPECIFIED = 0
    WAITING = 1
    READY = 2
    KEPT = 3
    FAILED = 4
