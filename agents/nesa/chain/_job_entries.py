"""Entries of the job module's batch messages, and what became of them."""

from dataclasses import dataclass, field

from nesa.chain._enums import Outcome
from nesa.chain._attestation_types import Evidence
from nesa.chain._job_types import Result

__all__ = [
    "Claim",
    "CommitEntry",
    "DeliverEntry",
    "ItemResult",
    "RevealEntry",
    "SeatEntry",
]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one entry of a batch.

    Source: `nesa.job.v1.ItemResult`.
    """

    job_id: int
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One ticket.

    Source: `nesa.job.v1.ClaimEntry`.
    """

    job_id: int
    round: int
    slot: int


@dataclass(frozen=True, slots=True)
class DeliverEntry:
    """One output.

    Source: `nesa.job.v1.DeliverEntry`.
    """

    job_id: int
    outcome: Outcome
    output: bytes = field(default=b"", repr=False)
    output_digest: bytes = b""
    output_uri: str = ""
    units: int = 0
    fingerprint: bytes = b""
    input_uri: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """Names a seat of the signer's miner.

    Source: `nesa.job.v1.SeatEntry`.
    """

    job_id: int
    round: int


@dataclass(frozen=True, slots=True)
class CommitEntry:
    """One commitment.

    Source: `nesa.job.v1.CommitEntry`.
    """

    job_id: int
    round: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class RevealEntry:
    """Opens one commitment.

    Source: `nesa.job.v1.RevealEntry`.
    """

    job_id: int
    round: int
    result: Result
    salt: bytes = field(repr=False)
