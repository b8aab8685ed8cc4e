"""Stand-ins for a confidential machine's interfaces, over real files as far as files go.

`FakeTree` behaves like configfs: a folder has its attributes as soon as it is made, writing one changes others, and
removing the folder takes them along. What no file can imitate is the kernel's own refusals: `errors` raises them.
"""

import ctypes
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nesa.tee import Quote, Simulator
from nesa.tee._table import ARK, ASK, VCEK, encode_table
from nesa.tee._tsm import Tree

EXT_REPORT, REPORT0 = 0xC0205302, 0xC4405401


def table_of(quote: Quote) -> bytes:
    return encode_table(dict(zip((VCEK, ASK, ARK), quote.certificates, strict=False)))


def tdx_quote(report_data: bytes, fill: int = 7) -> bytes:
    header = struct.pack("<HHI", 4, 2, 0x81).ljust(48, b"\0")
    registers = b"".join(bytes((fill + number,)) * 48 for number in range(8))  # MRTD, three others, RTMR 0 to 3
    return header + bytes(136) + registers + report_data + b"signature"


@dataclass
class FakeTree(Tree):
    """The kernel's side of a folder of configfs."""

    provider: str
    answer: Callable[[bytes], tuple[bytes, bytes | None]]
    steps: int = 1
    errors: Mapping[str, OSError] = field(default_factory=dict)

    def _refuse(self, name: str) -> None:
        if name in self.errors:
            raise self.errors[name]

    def make(self, path: Path) -> None:
        self._refuse("make")
        path.mkdir()
        (path / "provider").write_text(f"{self.provider}\n")
        (path / "generation").write_text("0\n")
        (path / "inblob").touch()

    def write(self, path: Path, content: bytes) -> None:
        self._refuse(path.name)
        super().write(path, content)
        report, table = self.answer(path.read_bytes())
        (path.parent / "outblob").write_bytes(report)
        if table is not None:
            (path.parent / "auxblob").write_bytes(table)
        generation = path.parent / "generation"
        generation.write_text(f"{int(generation.read_text()) + self.steps}\n")

    def read(self, path: Path) -> bytes:
        self._refuse(path.name)
        return super().read(path)

    def remove(self, path: Path) -> None:
        for attribute in path.iterdir():
            attribute.unlink()
        super().remove(path)


def sev_tree(simulator: Simulator, **changes: Any) -> FakeTree:
    def answer(data: bytes) -> tuple[bytes, bytes]:
        quote = simulator.quote(data)
        return quote.report, table_of(quote)

    return FakeTree("sev_guest", answer, **changes)


def sev_ioctl(simulator: Simulator, *, status: int = 0, table: bool = True) -> Callable[[int, int, bytearray], int]:
    """Return what answers as the driver of /dev/sev-guest does, through the same addresses."""

    def ioctl(_: int, number: int, request: bytearray) -> int:
        assert number == EXT_REPORT
        version, question, answer, errors = struct.unpack("<B7xQQQ", request)
        assert (version, errors) == (1, 0)
        data, vmpl, room, size = struct.unpack("<64sI28xQI", ctypes.string_at(question, 108))
        assert (vmpl, size % 4096) == (0, 0)
        quote = simulator.quote(data)
        written = struct.pack("<II24x", status, len(quote.report)) + quote.report
        ctypes.memmove(answer, written, len(written))
        if table:
            found = table_of(quote)
            assert len(found) <= size
            ctypes.memmove(room, found, len(found))
        return 0

    return ioctl


def tdx_ioctl(_: int, number: int, request: bytearray) -> int:
    assert number == REPORT0
    assert len(request) == 64 + 1024
    quote = tdx_quote(bytes(request[:64]))
    request[64 + 512 : 64 + 512 + 400] = quote[48 + 120 : 48 + 520]  # TDINFO_STRUCT has the same form in both
    return 0


def refusing(error: OSError, errors: int = 0) -> Callable[[int, int, bytearray], int]:
    def ioctl(_: int, __: int, request: bytearray) -> int:
        request[24:32] = errors.to_bytes(8, "little")
        raise error

    return ioctl


class NvmlError(Exception):
    pass


def fake_nvml(
    certificates: bytes, *, confidential: bool = True, nonce: bytes | None = None, broken: bool = False
) -> Any:
    """Return a module such as pynvml, with one GPU."""

    def handle(index: int) -> int:
        if index or broken:
            raise NvmlError("Not Found")
        return 1

    def report(_: int, asked: bytes) -> Any:
        content = b"\x11\xe0\x01\xff" + (nonce or asked) + b"measurements"
        room = content.ljust(8192, b"\0")
        return SimpleNamespace(attestationReport=list(room), attestationReportSize=len(content))

    def chain(_: int) -> Any:
        room = certificates.ljust(5120, b"\0")
        return SimpleNamespace(attestationCertChain=list(room), attestationCertChainSize=len(certificates))

    return SimpleNamespace(
        NVMLError=NvmlError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetHandleByIndex=handle,
        nvmlSystemGetConfComputeState=lambda: SimpleNamespace(ccFeature=int(confidential)),
        nvmlDeviceGetConfComputeGpuAttestationReport=report,
        nvmlDeviceGetConfComputeGpuCertificate=chain,
    )
