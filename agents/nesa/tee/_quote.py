"""What trusted hardware signs, and what its signature is verified by."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from nesa.errors import AttestationError

__all__ = ["REPORT_DATA_SIZE", "Platform", "Quote", "Reader", "check_report_data"]

REPORT_DATA_SIZE = 64  # of SEV-SNP and TDX alike


class Platform(IntEnum):
    """The kind of hardware that makes a quote, numbered as in `nesa.attestation.v1.Platform`."""

    SEV_SNP = 1
    TDX = 2


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement of the hardware about what runs in it.

    Attributes:
        platform: the kind of hardware.
        product: names the vendor's roots to verify it under, such as ``Milan``; empty for TDX, which has one root.
        report: in the platform's own form: 1184 bytes of SEV-SNP, a version 4 quote of TDX.
        certificates: from the signer's up, DER; empty where the report carries them, as TDX's does.
        gpu_report: of a GPU whose nonce is the SHA-256 of the report data; empty without one.
        gpu_certificates: from the GPU's up, DER.

    Source: `nesa.attestation.v1.Quote`.
    """

    platform: Platform
    product: str
    report: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    gpu_report: bytes = field(default=b"", repr=False)
    gpu_certificates: tuple[bytes, ...] = field(default=(), repr=False)


class Reader(Protocol):
    """Makes quotes: hardware, or what imitates it."""

    def quote(self, report_data: bytes) -> Quote:
        """Return a quote on 64 bytes.

        Raises:
            AttestationError: there is none to be had.
        """
        ...


def check_report_data(report_data: bytes) -> None:
    """Refuse what is not 64 bytes.

    Raises:
        AttestationError: it is not.
    """
    if len(report_data) != REPORT_DATA_SIZE:
        raise AttestationError(f"report data has {REPORT_DATA_SIZE} bytes, not {len(report_data)}")
