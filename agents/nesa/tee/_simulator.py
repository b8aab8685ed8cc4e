"""Imitates AMD SEV-SNP under a root of its own, for local networks and tests."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from nesa.errors import AttestationError
from nesa.files import write_private
from nesa.tee._certificates import Validity, ark, ask, vcek
from nesa.tee._quote import Platform, Quote, check_report_data
from nesa.tee._report import DEBUG, POLICY, SnpReport, TcbVersion, encode_signature
from nesa.untrusted import parse_json

__all__ = ["SIMULATED_MEASUREMENT", "SIMULATED_TCB", "Simulator"]

SIMULATED_MEASUREMENT = hashlib.sha384(b"nesa/simulated-enclave/v1").digest()
SIMULATED_TCB = TcbVersion(bootloader=3, tee=0, snp=8, microcode=115)

_FILE = "simulated-tee.json"
_PRODUCT, _STEPPING = "Milan", "B0"
_RSA_BITS = 4096
_DAY = timedelta(days=1)
_AUTHORITY_LIFE, _CHIP_LIFE = 25 * 365 * _DAY, 7 * 365 * _DAY  # as AMD's


def _now() -> datetime:
    return datetime.now(UTC)


class Simulator:
    """A processor that does not exist: it attests whatever it is asked to.

    Its reports verify as AMD's do, but under its own root, which no network of value may accept: whoever has its file
    can attest anything.

    Args:
        roots: the ARK and the ASK, DER.
        issuer: the key of the ASK.
        chip: the processor's key, on P-384.
        now: tells the time, from which certificates are valid.
    """

    product = _PRODUCT
    measurement = SIMULATED_MEASUREMENT
    tcb = SIMULATED_TCB

    def __init__(
        self,
        roots: tuple[bytes, bytes],
        issuer: rsa.RSAPrivateKey,
        chip: ec.EllipticCurvePrivateKey,
        *,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._roots = roots
        self._issuer = issuer
        self._chip = chip
        self._now = now
        public = chip.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._chip_id = hashlib.sha512(public).digest()

    @classmethod
    def create(cls, folder: Path, *, now: Callable[[], datetime] = _now) -> "Simulator":
        """Return the simulator of a folder, whose root is made at first; whoever comes next gets the same.

        Args:
            folder: where the keys are kept, in one file for its owner alone.
            now: tells the time.

        Raises:
            AttestationError: the file cannot be read or written, or is not of this kind.
        """
        path = folder / _FILE
        try:
            if not path.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(FileExistsError):  # another process was faster
                    write_private(path, _make(now()))
            return cls(*_read(path.read_bytes()), now=now)
        except OSError as error:
            raise AttestationError(f"the simulated root {path} cannot be kept: {error.strerror}") from error
        except (ValueError, TypeError, KeyError) as error:
            raise AttestationError(f"{path} holds no simulated root") from error

    @property
    def chip_id(self) -> bytes:
        """The 64 bytes that name the processor."""
        return self._chip_id

    def roots(self) -> tuple[bytes, bytes]:
        """Return the certificates of ARK and ASK, DER, that quotes are verified under."""
        return self._roots

    def quote(
        self,
        report_data: bytes,
        *,
        debug: bool = False,
        measurement: bytes | None = None,
        tcb: TcbVersion | None = None,
        certified_tcb: TcbVersion | None = None,
        certified_chip: bytes | None = None,
        vmpl: int = 0,
        valid_for: timedelta = _CHIP_LIFE,
    ) -> Quote:
        """Return an attestation of 64 bytes; every change is one that a verifier must refuse.

        Args:
            report_data: the 64 bytes.
            debug: let the host read the guest's memory.
            measurement: another guest's, 48 bytes.
            tcb: other security versions, in the report and the certificate.
            certified_tcb: security versions of the certificate alone.
            certified_chip: another chip's id, in the certificate alone.
            vmpl: a lower privilege level, 0 to 3.
            valid_for: how long the processor's certificate is valid; negative for one that has expired.

        Raises:
            AttestationError: the report data or a change has a length or value that no report can hold.
        """
        check_report_data(report_data)
        tcb = self.tcb if tcb is None else tcb
        report = SnpReport(
            report_data=report_data,
            measurement=self.measurement if measurement is None else measurement,
            chip_id=self.chip_id,
            tcb=tcb,
            policy=POLICY | DEBUG if debug else POLICY,
            vmpl=vmpl,
            report_id=hashlib.sha256(b"nesa/simulated-guest/v1").digest(),
        )
        now = self._now()
        certificate = vcek(
            self._chip.public_key(),
            self._issuer,
            product=_PRODUCT,
            stepping=_STEPPING,
            chip_id=self.chip_id if certified_chip is None else certified_chip,
            tcb=tcb if certified_tcb is None else certified_tcb,
            validity=Validity(min(now, now + valid_for) - _DAY, now + valid_for),  # a day for clocks that differ
        )
        body = report.body()
        signature = encode_signature(*decode_dss_signature(self._chip.sign(body, ec.ECDSA(hashes.SHA384()))))
        root, intermediate = self._roots
        return Quote(Platform.SEV_SNP, _PRODUCT, body + signature, (certificate, intermediate, root))


def _make(now: datetime) -> bytes:
    """Return the file of a new root; the root's own key is thrown away, since nothing else is to be signed by it."""
    validity = Validity(now - _DAY, now + _AUTHORITY_LIFE)
    root = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    issuer = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    chip = ec.generate_private_key(ec.SECP384R1())
    content = {
        "ark": ark(root, _PRODUCT, validity).hex(),
        "ask": ask(issuer.public_key(), root, _PRODUCT, validity).hex(),
        "ask_key": _pem(issuer),
        "vcek_key": _pem(chip),
    }
    return json.dumps(content, indent=1).encode()


def _read(content: bytes) -> tuple[tuple[bytes, bytes], rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey]:
    found = parse_json(content)
    if not isinstance(found, dict):
        raise TypeError("a table is expected")
    issuer = load_pem_private_key(found["ask_key"].encode(), None)
    chip = load_pem_private_key(found["vcek_key"].encode(), None)
    if not isinstance(issuer, rsa.RSAPrivateKey) or not isinstance(chip, ec.EllipticCurvePrivateKey):
        raise TypeError("keys of other kinds are expected")
    return (bytes.fromhex(found["ark"]), bytes.fromhex(found["ask"])), issuer, chip


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
