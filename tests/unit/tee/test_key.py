import hashlib
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from nesa.chain import encode_address
from nesa.errors import AttestationError
from nesa.tee import AttestedKey

OWNER = encode_address(bytes(range(20)))
DIGEST = hashlib.sha256(b"delivery").digest()


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "enclave.pem"
    key = AttestedKey.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert AttestedKey.create(path).key == key.key
    assert AttestedKey.create(tmp_path / "other.pem").key != key.key
    public = Ed25519PublicKey.from_public_bytes(key.key)
    public.verify(key.sign(DIGEST), DIGEST)
    with pytest.raises(InvalidSignature):
        public.verify(key.sign(DIGEST), bytes(32))


def test_what_report_data_binds(tmp_path: Path) -> None:
    key = AttestedKey.create(tmp_path / "enclave.pem")
    data = key.report_data("nesa-test-1", OWNER, 1000)
    frame = b"\x14nesa/attested-key/v1" + b"\x0bnesa-test-1"
    assert data == hashlib.sha256(frame + bytes(range(20)) + key.key + (1000).to_bytes(8, "big")).digest() + bytes(32)
    others = {
        data,
        key.report_data("nesa-test-1", OWNER, 1001),
        key.report_data("nesa-test-2", OWNER, 1000),
        key.report_data("nesa-test-1", encode_address(bytes(20)), 1000),
        AttestedKey.create(tmp_path / "other.pem").report_data("nesa-test-1", OWNER, 1000),
    }
    assert len(others) == 5


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_only_digests_are_signed(tmp_path: Path, size: int) -> None:
    key = AttestedKey.create(tmp_path / "enclave.pem")
    with pytest.raises(AttestationError, match="32 bytes"):
        key.sign(bytes(size))


def test_a_file_that_holds_no_key(tmp_path: Path) -> None:
    path = tmp_path / "enclave.pem"
    path.write_bytes(b"nothing")
    with pytest.raises(AttestationError, match="holds no key"):
        AttestedKey.create(path)
    other = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(AttestationError, match="another kind"):
        AttestedKey.create(path)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(AttestationError, match="cannot be kept"):
        AttestedKey.create(tmp_path / "none" / "enclave.pem")
