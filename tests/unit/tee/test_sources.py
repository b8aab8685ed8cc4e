import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import AttestationError
from nesa.tee import Places, Platform, Simulator, SnpReport, add_gpu, available, choose, quote_measurement, with_gpu
from nesa.tee._ioctl import SevGuest, TdxGuest
from nesa.tee._table import VCEK, VLEK, decode_table, encode_table, snp_quote
from nesa.tee._tdx import report_measurement
from nesa.tee._tsm import Tsm
from unit.tee.fakes import FakeTree, fake_nvml, refusing, sev_ioctl, sev_tree, table_of, tdx_ioctl, tdx_quote

DATA = bytes(range(64))


def device(tmp_path: Path) -> Path:
    path = tmp_path / "device"
    path.touch()
    return path


def test_configfs_of_amd(simulator: Simulator, tmp_path: Path) -> None:
    quote = Tsm(tmp_path, tree=sev_tree(simulator)).quote(DATA)
    assert (quote.platform, quote.product, len(quote.certificates)) == (Platform.SEV_SNP, "Milan", 3)
    assert SnpReport.parse(quote.report).report_data == DATA
    assert quote.certificates[1:] == simulator.roots()[::-1]
    assert not list(tmp_path.iterdir())  # the request is gone


def test_configfs_of_intel(tmp_path: Path) -> None:
    tree = FakeTree("tdx_guest", lambda data: (tdx_quote(data), None))
    quote = Tsm(tmp_path, tree=tree).quote(DATA)
    assert (quote.platform, quote.product, quote.certificates) == (Platform.TDX, "TDX", ())
    assert quote.report == tdx_quote(DATA)


def test_configfs_that_somebody_else_writes_to(simulator: Simulator, tmp_path: Path) -> None:
    with pytest.raises(AttestationError, match="somebody else"):
        Tsm(tmp_path, tree=sev_tree(simulator, steps=2)).quote(DATA)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("provider", ["sev_guest", "tdx_guest"])
def test_configfs_about_other_data(simulator: Simulator, tmp_path: Path, provider: str) -> None:
    quote = simulator.quote(bytes(64))
    answers = {"sev_guest": (quote.report, table_of(quote)), "tdx_guest": (tdx_quote(bytes(64)), None)}
    tree = FakeTree(provider, lambda _: answers[provider])
    with pytest.raises(AttestationError, match="other data"):
        Tsm(tmp_path, tree=tree).quote(DATA)


def test_configfs_of_hardware_that_the_chain_does_not_know(tmp_path: Path) -> None:
    tree = FakeTree("arm_cca_guest", lambda _: (b"token", None))
    with pytest.raises(AttestationError, match="arm_cca_guest makes quotes that the chain does not know"):
        Tsm(tmp_path, tree=tree).quote(DATA)
    (source,) = available(Places(tmp_path, tmp_path / "a", tmp_path / "b", tree=tree, nvml=None))
    assert not source.usable


@pytest.mark.parametrize("step", ["make", "inblob", "outblob"])
def test_configfs_that_refuses(simulator: Simulator, tmp_path: Path, step: str) -> None:
    error = OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    with pytest.raises(AttestationError, match=f"{tmp_path} gives no report: No such device or address"):
        Tsm(tmp_path, tree=sev_tree(simulator, errors={step: error})).quote(DATA)
    assert not list(tmp_path.iterdir())


def test_a_host_without_certificates(simulator: Simulator, tmp_path: Path) -> None:
    tree = FakeTree("sev_guest", lambda data: (simulator.quote(data).report, None))
    with pytest.raises(AttestationError) as refused:
        Tsm(tmp_path, tree=tree).quote(DATA)
    where = f"/vcek/v1/PRODUCT/{simulator.chip_id.hex()}?blSPL=3&teeSPL=0&snpSPL=8&ucodeSPL=115"
    assert where in str(refused.value)
    leaf = simulator.quote(DATA).certificates[0]
    pem = x509.load_der_x509_certificate(leaf).public_bytes(Encoding.PEM)
    for certificate in (leaf, pem):
        assert Tsm(tmp_path, certificate=certificate, tree=tree).quote(DATA).certificates == (leaf,)


def test_the_device_of_amd(simulator: Simulator, tmp_path: Path) -> None:
    quote = SevGuest(device(tmp_path), ioctl=sev_ioctl(simulator)).quote(DATA)
    assert SnpReport.parse(quote.report).report_data == DATA
    assert len(quote.certificates) == 3
    with pytest.raises(AttestationError, match="kdsintf"):
        SevGuest(device(tmp_path), ioctl=sev_ioctl(simulator, table=False)).quote(DATA)


def test_the_device_of_amd_refuses(simulator: Simulator, tmp_path: Path) -> None:
    with pytest.raises(AttestationError, match="No such file"):
        SevGuest(tmp_path / "none").quote(DATA)
    with pytest.raises(AttestationError, match="status 0x16"):
        SevGuest(device(tmp_path), ioctl=sev_ioctl(simulator, status=0x16)).quote(DATA)
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    with pytest.raises(AttestationError, match=r"Input/output error; firmware 0x5, host 0x2"):
        SevGuest(device(tmp_path), ioctl=refusing(error, 2 << 32 | 5)).quote(DATA)
    with pytest.raises(AttestationError, match="64 bytes"):
        SevGuest(device(tmp_path)).quote(b"")


def test_the_device_of_intel(tmp_path: Path) -> None:
    report = TdxGuest(device(tmp_path), ioctl=tdx_ioctl).report(DATA)
    expected = hashlib.sha384(b"".join(bytes((value,)) * 48 for value in (7, 11, 12, 13, 14))).digest()
    assert report_measurement(report) == quote_measurement(tdx_quote(DATA)) == expected
    error = OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    with pytest.raises(AttestationError, match="busy"):
        TdxGuest(device(tmp_path), ioctl=refusing(error)).report(DATA)


@pytest.mark.parametrize("quote", [b"", tdx_quote(DATA)[:600], b"\x05" + tdx_quote(DATA)[1:]])
def test_what_is_no_quote_of_intel(quote: bytes) -> None:
    with pytest.raises(AttestationError, match="TDX quote"):
        quote_measurement(quote)


@given(st.dictionaries(st.uuids(), st.binary(max_size=50), max_size=5), st.binary(max_size=5000))
def test_tables_of_certificates(table: dict[UUID, bytes], noise: bytes) -> None:
    encoded = encode_table(table)
    assert decode_table(encoded) == decode_table(encoded + bytes(100)) == table
    with suppress(AttestationError):
        decode_table(noise)


def test_tables_that_point_elsewhere(simulator: Simulator) -> None:
    encoded = encode_table({VCEK: b"certificate"})
    for broken in (encoded[:-1], encoded[:20], bytes(2 << 20)):
        with pytest.raises(AttestationError, match="table of certificates"):
            decode_table(broken)
    report = simulator.quote(DATA).report
    with pytest.raises(AttestationError, match="cannot be read"):
        snp_quote(report, encoded)
    ark, _ = simulator.roots()
    with pytest.raises(AttestationError, match="does not name a product"):
        snp_quote(report, encode_table({VLEK: ark}))


def test_a_gpu(simulator: Simulator) -> None:
    chain = b"".join(x509.load_der_x509_certificate(item).public_bytes(Encoding.PEM) for item in simulator.roots())
    quote = add_gpu(simulator.quote(DATA), DATA, fake_nvml(chain))
    assert quote.gpu_report[4:36] == hashlib.sha256(DATA).digest()
    assert quote.gpu_certificates == simulator.roots()
    for nvml, reason in (
        (fake_nvml(b"none"), "certificates cannot be read"),
        (fake_nvml(chain, nonce=bytes(32)), "other data"),
        (fake_nvml(chain, broken=True), "Not Found"),
    ):
        with pytest.raises(AttestationError, match=reason):
            add_gpu(simulator.quote(DATA), DATA, nvml)


def test_a_reader_with_a_gpu(simulator: Simulator) -> None:
    chain = x509.load_der_x509_certificate(simulator.roots()[0]).public_bytes(Encoding.PEM)
    quote = with_gpu(simulator, fake_nvml(chain)).quote(DATA)
    assert SnpReport.parse(quote.report).report_data == DATA
    assert hashlib.sha256(DATA).digest() in quote.gpu_report
    with pytest.raises(AttestationError, match="nvidia-ml-py"):
        with_gpu(simulator, None)


def test_a_machine_without_any(tmp_path: Path) -> None:
    none = Places(tmp_path / "a", tmp_path / "b", tmp_path / "c", nvml=None)
    assert available(none) == ()
    with pytest.raises(AttestationError, match="it is no confidential virtual machine"):
        choose(available(none))


def test_a_machine_with_all(simulator: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "tsm"
    folder.mkdir()
    places = Places(
        folder, device(tmp_path), device(tmp_path), ioctl=tdx_ioctl, tree=sev_tree(simulator), nvml=fake_nvml(b"")
    )
    found = available(places)
    assert [(source.name, source.usable, source.gpu) for source in found] == [
        ("configfs-tsm", True, False),
        ("sev-guest", True, False),
        ("tdx-guest", True, False),
        ("nvidia", True, True),
    ]
    assert quote_measurement(tdx_quote(DATA)).hex() in found[2].text
    assert SnpReport.parse(choose(found).quote(DATA).report).report_data == DATA
    assert choose(found[1:]) is found[1].reader
    with pytest.raises(AttestationError, match="quotes come from"):
        choose(found[2:])


def test_what_keeps_a_machine_from_attesting(simulator: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "tsm"
    folder.mkdir()
    error = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    places = Places(
        folder,
        tmp_path / "none",
        device(tmp_path),
        ioctl=refusing(error),
        tree=sev_tree(simulator, errors={"make": error}),
        nvml=fake_nvml(b"", confidential=False),
    )
    found = available(places)
    assert not any(source.usable for source in found)
    assert found[-1].text == "the GPU is not in confidential mode"
    with pytest.raises(AttestationError, match=f"{folder} gives no report: Permission denied; .*device gives no"):
        choose(found)
