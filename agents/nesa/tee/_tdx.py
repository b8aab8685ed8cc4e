"""What a TDX guest is measured as.

Source: Intel, *TDX DCAP Quoting Library API*, section A.3 (quote version 4), and *TDX Module Base Specification*,
TDREPORT_STRUCT.
"""

import hashlib

from nesa.errors import AttestationError

__all__ = ["PRODUCT", "check_quote", "quote_measurement", "report_measurement"]

PRODUCT = "TDX"  # all of Intel's processors have one root

_VERSION, _TEE = 4, 0x81
_HEADER = 48
_BODY = 584
_REPORT = 1024
_INFO = 512  # of a TDREPORT: where TDINFO_STRUCT begins
_DATA = slice(_HEADER + 520, _HEADER + _BODY)


def quote_measurement(quote: bytes) -> bytes:
    """Return the 48 bytes that stand for a quote's guest: SHA-384 of MRTD and RTMR 0 to 3.

    Raises:
        AttestationError: it is no TDX quote of version 4.
    """
    _check(quote)
    return _measurement(quote[_HEADER + 120 : _HEADER + _BODY])


def report_measurement(report: bytes) -> bytes:
    """Return the same of what the guest's device reports.

    Raises:
        AttestationError: it has not 1024 bytes.
    """
    if len(report) != _REPORT:
        raise AttestationError(f"a TDREPORT has {_REPORT} bytes, not {len(report)}")
    return _measurement(report[_INFO:])


def check_quote(quote: bytes, report_data: bytes) -> None:
    """Refuse what is no quote about the data that was asked for; its signature is the verifier's business.

    Raises:
        AttestationError: it is none, or about something else.
    """
    _check(quote)
    if quote[_DATA] != report_data:
        raise AttestationError("the quote is about other data than was asked for")


def _check(quote: bytes) -> None:
    if len(quote) < _HEADER + _BODY:
        raise AttestationError(f"a TDX quote has more than {len(quote)} bytes")
    version, tee = int.from_bytes(quote[:2], "little"), int.from_bytes(quote[4:8], "little")
    if (version, tee) != (_VERSION, _TEE):
        raise AttestationError(f"this is no TDX quote of version 4: version {version}, kind {tee:#x}")


def _measurement(info: bytes) -> bytes:
    """Hash the registers of what begins as TDINFO_STRUCT does: attributes and XFAM, 8 bytes each, come first."""
    return hashlib.sha384(info[16:64] + info[208:400]).digest()
