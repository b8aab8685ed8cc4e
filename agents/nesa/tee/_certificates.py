"""Certificates of the form that AMD gives its processors' keys, under a root of one's own.

Source: AMD publication 57230, *Versioned Chip Endorsement Key (VCEK) Certificate and KDS Interface Specification*.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nesa.tee._report import TcbVersion

__all__ = ["Validity", "ark", "ask", "oid", "vcek"]

_CRL = "https://kdsintf.amd.com/vcek/v1/{product}/crl"  # which nobody calls: verifiers compare the text
_PARTS = {  # numbers below 1.3.6.1.4.1.3704.1.3, which are not in the order of TCB_VERSION's bytes
    "bootloader": 1,
    "tee": 2,
    "spl_4": 4,
    "spl_5": 5,
    "spl_6": 6,
    "spl_7": 7,
    "snp": 3,
    "microcode": 8,
}


@dataclass(frozen=True, slots=True)
class Validity:
    """When a certificate is valid, from the first moment to the last."""

    start: datetime
    end: datetime


def ark(key: rsa.RSAPrivateKey, product: str, validity: Validity) -> bytes:
    """Return the root's certificate, by itself, as DER."""
    name = _name(f"ARK-{product}")
    usage = _usage(crl_sign=True)
    built = _authority(name, name, 0x10000, key.public_key(), product, validity)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return _sign(built.add_extension(usage, critical=True), key)


def ask(key: rsa.RSAPublicKey, root: rsa.RSAPrivateKey, product: str, validity: Validity) -> bytes:
    """Return the certificate of the key that signs processors' certificates, by the root, as DER."""
    built = _authority(_name(f"SEV-{product}"), _name(f"ARK-{product}"), 0x10001, key, product, validity)
    built = built.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _sign(built.add_extension(_usage(crl_sign=False), critical=True), root)


def vcek(
    key: ec.EllipticCurvePublicKey,
    issuer: rsa.RSAPrivateKey,
    *,
    product: str,
    stepping: str,
    chip_id: bytes,
    tcb: TcbVersion,
    validity: Validity,
) -> bytes:
    """Return the certificate of a processor's key at one level of security, as DER.

    Args:
        key: on P-384.
        issuer: the key of the ASK.
        product: the processor's line, such as ``Milan``.
        stepping: of the processor, such as ``B0``.
        chip_id: its 64 bytes.
        tcb: the security versions that the key is derived by.
        validity: of the certificate.
    """
    built = (
        x509.CertificateBuilder()
        .subject_name(_name("SEV-VCEK"))
        .issuer_name(_name(f"SEV-{product}"))
        .serial_number(1)  # AMD's are 0, which this library refuses to write
        .public_key(key)
        .not_valid_before(validity.start)
        .not_valid_after(validity.end)
    )
    line = f"{product}-{stepping}".encode("ascii")
    values = {
        oid(1): _integer(0),
        oid(2): bytes((0x16, len(line))) + line,  # an IA5String
        **{oid(3, number): _integer(getattr(tcb, part)) for part, number in _PARTS.items()},
        oid(4): chip_id,  # as AMD writes it: without a tag of its own
    }
    for identifier, value in values.items():
        built = built.add_extension(x509.UnrecognizedExtension(identifier, value), critical=False)
    return _sign(built, issuer)


def oid(*numbers: int) -> x509.ObjectIdentifier:
    """Return one of AMD's object identifiers."""
    return x509.ObjectIdentifier(".".join(map(str, (1, 3, 6, 1, 4, 1, 3704, 1, *numbers))))


def _authority(
    subject: x509.Name, issuer: x509.Name, serial: int, key: rsa.RSAPublicKey, product: str, validity: Validity
) -> x509.CertificateBuilder:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(_CRL.format(product=product))], None, None, None)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(serial)
        .public_key(key)
        .not_valid_before(validity.start)
        .not_valid_after(validity.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )


def _usage(*, crl_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        key_cert_sign=True,
        crl_sign=crl_sign,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    parts = (
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Engineering"),
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.LOCALITY_NAME, "Santa Clara"),
        (NameOID.STATE_OR_PROVINCE_NAME, "CA"),
        (NameOID.ORGANIZATION_NAME, "Advanced Micro Devices"),
        (NameOID.COMMON_NAME, common),
    )
    return x509.Name([x509.NameAttribute(identifier, value) for identifier, value in parts])


def _integer(value: int) -> bytes:
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")  # with room for the sign
    return bytes((0x02, len(content))) + content


def _sign(builder: x509.CertificateBuilder, key: rsa.RSAPrivateKey) -> bytes:
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=hashes.SHA384.digest_size)
    return builder.sign(key, hashes.SHA384(), rsa_padding=pss).public_bytes(Encoding.DER)
