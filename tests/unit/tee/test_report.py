from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import AttestationError
from nesa.tee import SnpReport, TcbVersion
from nesa.tee._report import BODY_SIZE, DEBUG, POLICY, REPORT_SIZE, decode_signature, encode_signature

# the signed part of a report that an AMD processor made, zeros as counts; from go-sev-guest's verify/testdata
REAL = (
    bytes.fromhex("020000000000000000000b0000000000"),
    bytes(32),
    bytes.fromhex("00000000010000000200000000000544010000000000000000000000000000000102030405"),
    bytes(59),
    bytes.fromhex("b07af9620f3b839b47996422ddec6058338951d984e312115131ea82705eaf5b"),
    bytes.fromhex("6bdf8a9ece31a5a608eb0cf2e4872b01"),
    bytes(128),
    bytes.fromhex("8edc638e1857c555d21f6b11bda3c8b1b5a09dba4852b4c8ee7aa2f16f22cc0a"),
    b"\xff" * 32,
    bytes.fromhex("0200000000000544"),
    bytes(24),
    bytes.fromhex("3ac3fe21e13fb0990eb28a802e3fb6a29483a6b0753590c951bdd3b8e5378618"),
    bytes.fromhex("4ca39e359669a2b76a1936776b564ea464cdce40c05f63c9b610c5068b006b5d"),
    bytes.fromhex("020000000000054403310100033101000200000000000544"),
    bytes(168),
)

OLD = b"\x01" + b"".join(REAL)[1:]

bytes_of = [st.binary(min_size=size, max_size=size) for size in range(65)]
tcbs = st.builds(TcbVersion, *[st.integers(0, 255) for _ in fields(TcbVersion)])
reports = st.builds(
    SnpReport,
    report_data=bytes_of[64],
    measurement=bytes_of[48],
    chip_id=bytes_of[64],
    tcb=tcbs,
    policy=st.integers(0, 2**64 - 1),
    vmpl=st.integers(0, 3),
    guest_svn=st.integers(0, 2**32 - 1),
    host_data=bytes_of[32],
    report_id=bytes_of[32],
)


def test_a_real_processors_report() -> None:
    body = b"".join(REAL)
    assert len(body) == BODY_SIZE
    found = SnpReport.parse(body)
    assert found.body() == body
    assert found.report_data == bytes((1, 2, 3, 4, 5)).ljust(64, b"\0")
    assert found.measurement.hex().startswith("b07af962")
    assert found.chip_id.hex().startswith("3ac3fe21")
    assert found.tcb == TcbVersion(bootloader=2, snp=5, microcode=0x44)
    assert (found.policy, found.vmpl, found.guest_svn) == (0xB0000, 0, 0)
    assert found.debug


@given(reports)
def test_reports_read_back(report: SnpReport) -> None:
    body = report.body()
    assert len(body) == BODY_SIZE
    assert SnpReport.parse(body) == report
    assert SnpReport.parse(body.ljust(REPORT_SIZE, b"\0")) == report
    assert body[0x50:0x90] == report.report_data
    assert body[0x90:0xC0] == report.measurement
    assert body[0x1A0:0x1E0] == report.chip_id
    versions = report.tcb.to_int().to_bytes(8, "little")
    assert body[0x38:0x40] == body[0x180:0x188] == body[0x1E0:0x1E8] == body[0x1F0:0x1F8] == versions


@given(st.integers(0, 2**64 - 1))
def test_security_versions(value: int) -> None:
    found = TcbVersion.from_int(value)
    assert found.to_int() == value
    assert found.microcode == value >> 56
    assert found.snp == value >> 48 & 255
    assert found.bootloader == value & 255


@given(st.integers(0, 2**384 - 1), st.integers(0, 2**384 - 1))
def test_signatures(r: int, s: int) -> None:
    encoded = encode_signature(r, s)
    assert len(encoded) == REPORT_SIZE - BODY_SIZE == 512
    assert decode_signature(bytes(BODY_SIZE) + encoded) == (r, s)
    assert not any(encoded[144:])


def test_debug() -> None:
    plain = SnpReport(bytes(64), bytes(48), bytes(64), TcbVersion())
    assert not plain.debug
    assert SnpReport(bytes(64), bytes(48), bytes(64), TcbVersion(), policy=POLICY | DEBUG).debug


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(BODY_SIZE - 1), bytes(REPORT_SIZE + 1), bytes(REPORT_SIZE), b"\x02".ljust(REPORT_SIZE, b"\0"), OLD],
)
def test_what_is_no_report(raw: bytes) -> None:
    with pytest.raises(AttestationError, match="SEV-SNP report"):
        SnpReport.parse(raw)


@pytest.mark.parametrize(
    "report",
    [
        SnpReport(bytes(63), bytes(48), bytes(64), TcbVersion()),
        SnpReport(bytes(64), bytes(47), bytes(64), TcbVersion()),
        SnpReport(bytes(64), bytes(48), bytes(65), TcbVersion()),
        SnpReport(bytes(64), bytes(48), bytes(64), TcbVersion(), report_id=bytes(33)),
        SnpReport(bytes(64), bytes(48), bytes(64), TcbVersion(), vmpl=-1),
        SnpReport(bytes(64), bytes(48), bytes(64), TcbVersion(microcode=256)),
    ],
)
def test_fields_that_do_not_fit(report: SnpReport) -> None:
    with pytest.raises(AttestationError):
        report.body()
