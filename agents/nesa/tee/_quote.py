"""What trusted hardware signs, and what its signature is verified by."""

from typing import Protocol

from nesa.chain import Platform, Quote
from nesa.errors import AttestationError

__all__ = ["REPORT_DATA_SIZE", "Platform", "Quote", "Reader", "check_report_data"]

REPORT_DATA_SIZE = 64  # of SEV-SNP and TDX alike


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
