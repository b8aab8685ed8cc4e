import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

import nesa.tee
from nesa.errors import AttestationError
from nesa.tee import Platform, Quote, Simulator, SnpReport, TcbVersion
from nesa.tee._certificates import oid
from nesa.tee._report import BODY_SIZE, REPORT_SIZE, decode_signature

DATA = bytes(range(64))


def certificate(quote: Quote) -> x509.Certificate:
    return x509.load_der_x509_certificate(quote.certificates[0])


def extension(found: x509.Certificate, *numbers: int) -> bytes:
    value = found.extensions.get_extension_for_oid(oid(*numbers)).value
    assert isinstance(value, x509.UnrecognizedExtension)
    return value.value


def verify(quote: Quote) -> None:
    key = certificate(quote).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signature = encode_dss_signature(*decode_signature(quote.report))
    key.verify(signature, quote.report[:BODY_SIZE], ec.ECDSA(hashes.SHA384()))


def test_a_quote(simulator: Simulator) -> None:
    quote = simulator.quote(DATA)
    assert (quote.platform, quote.product) == (Platform.SEV_SNP, "Milan")
    assert len(quote.report) == REPORT_SIZE
    report = SnpReport.parse(quote.report)
    assert (report.report_data, report.measurement) == (DATA, simulator.measurement)
    assert (report.chip_id, report.tcb, report.debug, report.vmpl) == (simulator.chip_id, simulator.tcb, False, 0)
    verify(quote)
    ark, ask = simulator.roots()
    assert quote.certificates[1:] == (ask, ark)


def test_the_chain_of_certificates(simulator: Simulator) -> None:
    chip, intermediate, root = map(x509.load_der_x509_certificate, simulator.quote(DATA).certificates)
    chip.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    with pytest.raises((InvalidSignature, ValueError)):
        chip.verify_directly_issued_by(root)


def test_amds_extensions(simulator: Simulator) -> None:
    tcb = TcbVersion(1, 2, 3, 4, 5, 6, 7, 200)
    found = certificate(simulator.quote(DATA, tcb=tcb))
    assert extension(found, 1) == b"\x02\x01\x00"
    assert extension(found, 2) == b"\x16\x08Milan-B0"
    assert extension(found, 4) == simulator.chip_id
    parts = {1: tcb.bootloader, 2: tcb.tee, 3: tcb.snp, 4: tcb.spl_4, 5: tcb.spl_5, 6: tcb.spl_6, 7: tcb.spl_7}
    for number, value in parts.items():
        assert extension(found, 3, number) == bytes((2, 1, value))
    assert extension(found, 3, 8) == bytes((2, 2, 0, 200))
    assert len(found.extensions) == 11


def test_changes_that_a_verifier_must_refuse(simulator: Simulator) -> None:
    old = TcbVersion(bootloader=1)
    quote = simulator.quote(DATA, debug=True, measurement=b"m" * 48, tcb=old, vmpl=3)
    report = SnpReport.parse(quote.report)
    assert (report.debug, report.measurement, report.tcb, report.vmpl) == (True, b"m" * 48, old, 3)
    verify(quote)
    assert extension(certificate(quote), 3, 1) == b"\x02\x01\x01"
    quote = simulator.quote(DATA, certified_tcb=old, certified_chip=b"c" * 64)
    assert SnpReport.parse(quote.report).tcb == simulator.tcb
    assert extension(certificate(quote), 3, 1) == b"\x02\x01\x01"
    assert extension(certificate(quote), 4) == b"c" * 64


def test_when_the_certificate_is_valid(simulator: Simulator) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    fine = certificate(simulator.quote(DATA))
    assert fine.not_valid_before_utc < now < fine.not_valid_after_utc
    expired = certificate(simulator.quote(DATA, valid_for=timedelta(days=-2)))
    assert expired.not_valid_before_utc < expired.not_valid_after_utc == now - timedelta(days=2)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=64, max_size=64), st.integers(0, BODY_SIZE * 8 - 1))
def test_every_bit_is_signed(simulator: Simulator, data: bytes, bit: int) -> None:
    quote = simulator.quote(data)
    assert SnpReport.parse(quote.report).report_data == data
    verify(quote)
    changed = bytearray(quote.report)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidSignature):
        verify(Quote(quote.platform, quote.product, bytes(changed), quote.certificates))


@pytest.mark.parametrize("size", [0, 32, 63, 65])
def test_report_data_of_another_length(simulator: Simulator, size: int) -> None:
    with pytest.raises(AttestationError, match="64 bytes"):
        simulator.quote(bytes(size))


def test_a_root_is_made_once(root: Path, simulator: Simulator) -> None:
    again = Simulator.create(root)
    assert again.roots() == simulator.roots()
    assert again.chip_id == simulator.chip_id
    (file,) = root.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    verify(again.quote(DATA))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"ark": "00", "ask": "00", "ask_key": "", "vcek_key": ""}'])
def test_a_file_that_holds_something_else(tmp_path: Path, content: str) -> None:
    (tmp_path / "simulated-tee.json").write_text(content)
    with pytest.raises(AttestationError, match="holds no simulated root"):
        Simulator.create(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AttestationError, match="cannot be kept"):
        Simulator.create(tmp_path / "file" / "folder")


def test_exported_names() -> None:
    assert sorted(nesa.tee.__all__) == sorted(set(nesa.tee.__all__))
    assert all(hasattr(nesa.tee, name) for name in nesa.tee.__all__)
