"""Linux's devices of confidential guests, which are asked through ``ioctl``.

Source: ``include/uapi/linux/sev-guest.h`` and ``include/uapi/linux/tdx-guest.h``.
"""

import ctypes
import fcntl
import os
import struct
from collections.abc import Callable
from pathlib import Path

from nesa.errors import AttestationError
from nesa.tee._quote import Quote, check_report_data
from nesa.tee._report import REPORT_SIZE
from nesa.tee._table import snp_quote

__all__ = ["SEV_GUEST", "TDX_GUEST", "Ioctl", "SevGuest", "TdxGuest"]

Ioctl = Callable[[int, int, bytearray], int]
"""What ``fcntl.ioctl`` does with a buffer that it may change."""

SEV_GUEST, TDX_GUEST = Path("/dev/sev-guest"), Path("/dev/tdx_guest")

_SNP_GET_EXT_REPORT = 0xC0205302
_TDX_GET_REPORT0 = 0xC4405401
_REQUEST = struct.Struct("<B7xQQQ")  # version of the message, addresses of request and response, errors
_QUESTION = struct.Struct("<64sI28xQI4x")  # report data, VMPL, address and size of the certificates' room
_ANSWER = struct.Struct("<II24x")  # status and size, before the report
_ANSWER_SIZE = 4000
_CERTIFICATES_SIZE = 0x4000  # the most that the driver takes
_TD_REPORT_SIZE = 1024


class SevGuest:
    """An SEV-SNP guest's device.

    Args:
        path: of the device.
        certificate: of the processor's key, where the host gives none.
        ioctl: asks the device.
    """

    name = "sev-guest"

    def __init__(self, path: Path = SEV_GUEST, *, certificate: bytes = b"", ioctl: Ioctl = fcntl.ioctl) -> None:
        self._path = path
        self._certificate = certificate
        self._ioctl = ioctl

    def quote(self, report_data: bytes) -> Quote:
        """Return the processor's report on 64 bytes, at the highest privilege level.

        Raises:
            AttestationError: the device or the host refuses, or gives no certificate.
        """
        check_report_data(report_data)
        answer = ctypes.create_string_buffer(_ANSWER_SIZE)
        table = ctypes.create_string_buffer(_CERTIFICATES_SIZE)
        question = ctypes.create_string_buffer(
            _QUESTION.pack(report_data, 0, ctypes.addressof(table), _CERTIFICATES_SIZE), _QUESTION.size
        )
        request = bytearray(_REQUEST.pack(1, ctypes.addressof(question), ctypes.addressof(answer), 0))
        try:
            _ask(self._path, _SNP_GET_EXT_REPORT, request, self._ioctl)
        except OSError as error:
            errors = _REQUEST.unpack(request)[3]
            raise AttestationError(
                f"{self._path} gives no report: {error.strerror}; firmware {errors & 0xFFFFFFFF:#x}, "
                f"host {errors >> 32:#x}"
            ) from error
        status, size = _ANSWER.unpack_from(answer.raw)
        if status or size != REPORT_SIZE:
            raise AttestationError(f"{self._path} gives no report: status {status:#x}, {size} bytes")
        report = answer.raw[_ANSWER.size : _ANSWER.size + REPORT_SIZE]
        return snp_quote(report, table.raw, self._certificate)


class TdxGuest:
    """A TDX guest's device, which reports to its own machine only; quotes come from configfs.

    Args:
        path: of the device.
        ioctl: asks the device.
    """

    def __init__(self, path: Path = TDX_GUEST, *, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._path = path
        self._ioctl = ioctl

    def report(self, report_data: bytes) -> bytes:
        """Return the 1024 bytes of TDREPORT_STRUCT, which say what this guest is measured as.

        Raises:
            AttestationError: the device refuses.
        """
        check_report_data(report_data)
        request = bytearray(report_data) + bytes(_TD_REPORT_SIZE)
        try:
            _ask(self._path, _TDX_GET_REPORT0, request, self._ioctl)
        except OSError as error:
            raise AttestationError(f"{self._path} gives no report: {error.strerror}") from error
        return bytes(request[len(report_data) :])


def _ask(path: Path, number: int, request: bytearray, ioctl: Ioctl) -> None:
    device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        ioctl(device, number, request)
    finally:
        os.close(device)
