"""The certificates that a host hands to a guest beside an SEV-SNP report.

Source: AMD publication 56421, *Guest Hypervisor Communication Block Standardization*, section on extended guest
requests: entries of a GUID, an offset and a length, up to one of zeros, and then what they point to.
"""

import struct
from collections.abc import Mapping
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from nesa.errors import AttestationError
from nesa.tee._certificates import oid
from nesa.tee._quote import Platform, Quote
from nesa.tee._report import REPORT_SIZE, SnpReport

__all__ = ["decode_table", "encode_table", "snp_quote"]

VCEK = UUID("63da758d-e664-4564-adc5-f4b93be8accd")
VLEK = UUID("a8074bc2-a25a-483e-aae6-39c045a0b8a1")
ASK = UUID("4ab7b379-bbac-4fe4-a02f-05aef327c782")
ARK = UUID("c0b406a4-a803-4952-9743-3fb6014cd0ae")

_ENTRY = struct.Struct("<16sII")  # the GUID in the order in which it is written, which is not Microsoft's
_LARGEST = 1 << 20
_PRODUCT = oid(2)
_IA5_STRING = 0x16
_ADDRESS = "https://kdsintf.amd.com/vcek/v1/PRODUCT/{chip}?blSPL={0}&teeSPL={1}&snpSPL={2}&ucodeSPL={3}"


def encode_table(certificates: Mapping[UUID, bytes]) -> bytes:
    """Return the table of certificates by their kind."""
    offset = _ENTRY.size * (len(certificates) + 1)
    entries = []
    for kind, certificate in certificates.items():
        entries.append(_ENTRY.pack(kind.bytes, offset, len(certificate)))
        offset += len(certificate)
    return b"".join((*entries, bytes(_ENTRY.size), *certificates.values()))


def decode_table(raw: bytes) -> dict[UUID, bytes]:
    """Return a host's certificates by their kind, of two of one kind the first; an empty table has none.

    Raises:
        AttestationError: it is cut short, or an entry points outside of it.
    """
    if len(raw) > _LARGEST:
        raise AttestationError(f"the host's table of certificates has {len(raw)} bytes")
    found: dict[UUID, bytes] = {}
    position = 0
    while position < len(raw):
        if position + _ENTRY.size > len(raw):
            raise AttestationError("the host's table of certificates is cut short")
        kind, offset, length = _ENTRY.unpack_from(raw, position)
        if not any((*kind, offset, length)):
            break
        if offset + length > len(raw):
            raise AttestationError("the host's table of certificates points outside of itself")
        found.setdefault(UUID(bytes=kind), raw[offset : offset + length])
        position += _ENTRY.size
    return found


def snp_quote(report: bytes, table: bytes, certificate: bytes = b"") -> Quote:
    """Return the quote of a report and its host's table.

    Args:
        report: 1184 bytes.
        table: the host's; empty where it gives none.
        certificate: of the processor's key, DER or PEM, which comes before the table's.

    Raises:
        AttestationError: one of them is malformed, or there is no certificate of the key that signed.
    """
    if len(report) != REPORT_SIZE:
        raise AttestationError(f"an SEV-SNP report has {REPORT_SIZE} bytes, not {len(report)}")
    parsed = SnpReport.parse(report)
    found = decode_table(table)
    signer = certificate or found.get(VCEK) or found.get(VLEK)
    if not signer:
        tcb = parsed.tcb
        address = _ADDRESS.format(tcb.bootloader, tcb.tee, tcb.snp, tcb.microcode, chip=parsed.chip_id.hex())
        raise AttestationError(
            f"the host gives no certificate of the processor: fetch it from {address}, where PRODUCT is such as Milan"
        )
    leaf = _load(signer)
    others = [_load(found[kind]) for kind in (ASK, ARK) if found.get(kind)]
    chain = tuple(item.public_bytes(Encoding.DER) for item in (leaf, *others))
    return Quote(Platform.SEV_SNP, _product(leaf), report, chain)


def _load(raw: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(raw) if b"BEGIN" in raw else x509.load_der_x509_certificate(raw)
    except ValueError as error:
        raise AttestationError("the certificate of the processor's key cannot be read") from error


def _product(certificate: x509.Certificate) -> str:
    """Return the line of processors, such as ``Milan``: AMD writes it with or without the stepping."""
    try:
        extension = certificate.extensions.get_extension_for_oid(_PRODUCT).value
    except (x509.ExtensionNotFound, ValueError) as error:
        raise AttestationError("the certificate does not name a product of AMD's") from error
    value = extension.value if isinstance(extension, x509.UnrecognizedExtension) else b""
    if len(value) < 3 or value[0] != _IA5_STRING or value[1] != len(value) - 2:  # noqa: PLR2004 - tag, length, text
        raise AttestationError("the certificate does not name a product of AMD's")
    return value[2:].decode("ascii", "replace").partition("-")[0]
