"""Linux's common way to attestations, a folder of configfs.

Source: ``Documentation/ABI/testing/configfs-tsm-report`` of Linux 6.7 and later.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nesa.errors import AttestationError
from nesa.tee._quote import Platform, Quote, check_report_data
from nesa.tee._report import SnpReport
from nesa.tee._table import snp_quote
from nesa.tee._tdx import PRODUCT, check_quote

__all__ = ["TSM", "Tree", "Tsm"]

TSM = Path("/sys/kernel/config/tsm/report")

_SEV, _TDX = "sev_guest", "tdx_guest"


class Tree:
    """The calls on files that configfs gives a meaning to."""

    def make(self, path: Path) -> None:
        """Make a folder, which has the attributes of a request from then on."""
        path.mkdir()

    def write(self, path: Path, content: bytes) -> None:
        """Write an attribute in one call: a second one would begin it anew."""
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(file, content)
        finally:
            os.close(file)

    def read(self, path: Path) -> bytes:
        """Read an attribute."""
        return path.read_bytes()

    def remove(self, path: Path) -> None:
        """Remove a folder, whose attributes go with it."""
        path.rmdir()


class Tsm:
    """A guest's folder of attestation requests, whatever hardware stands behind it.

    Args:
        folder: where requests are made.
        certificate: of an AMD processor's key, where the host gives none.
        tree: the calls on files.
    """

    name = "configfs-tsm"

    def __init__(self, folder: Path = TSM, *, certificate: bytes = b"", tree: Tree | None = None) -> None:
        self._folder = folder
        self._certificate = certificate
        self._tree = Tree() if tree is None else tree

    def provider(self) -> str:
        """Return the name of the kernel's driver, such as ``sev_guest`` or ``tdx_guest``.

        Raises:
            AttestationError: no driver stands behind the folder, or this user may not ask.
        """
        with self._entry() as entry:
            return self._text(entry / "provider")

    def quote(self, report_data: bytes) -> Quote:
        """Return the hardware's quote on 64 bytes.

        Raises:
            AttestationError: the kernel, the host or the hardware refuses, or it is hardware that is not known here.
        """
        check_report_data(report_data)
        with self._entry() as entry:
            provider = self._text(entry / "provider")
            before = self._generation(entry)
            self._tree.write(entry / "inblob", report_data)
            report = self._tree.read(entry / "outblob")
            table = self._optional(entry / "auxblob")
            if self._generation(entry) != before + 1:
                raise AttestationError(f"somebody else changed the request {entry} meanwhile")
        if provider == _SEV:
            quote = snp_quote(report, table, self._certificate)
            if SnpReport.parse(report).report_data != report_data:
                raise AttestationError("the report is about other data than was asked for")
            return quote
        if provider == _TDX:
            check_quote(report, report_data)
            return Quote(Platform.TDX, PRODUCT, report)
        raise AttestationError(f"{provider} makes quotes that the chain does not know")

    @contextmanager
    def _entry(self) -> Iterator[Path]:
        entry = self._folder / f"nesa-{secrets.token_hex(8)}"
        try:
            self._tree.make(entry)
            try:
                yield entry
            finally:
                with suppress(OSError):  # it costs the kernel a few kilobytes, and is no reason to lose the quote
                    self._tree.remove(entry)
        except OSError as error:
            raise AttestationError(f"{self._folder} gives no report: {error.strerror}") from error

    def _generation(self, entry: Path) -> int:
        text = self._text(entry / "generation")
        if not (text.isascii() and text.isdigit()):
            raise AttestationError(f"{entry / 'generation'} holds no number")
        return int(text)

    def _text(self, path: Path) -> str:
        return self._tree.read(path).decode("ascii", "replace").strip()

    def _optional(self, path: Path) -> bytes:
        """Return an attribute that some hosts and some hardware do not have."""
        try:
            return self._tree.read(path)
        except OSError:
            return b""
