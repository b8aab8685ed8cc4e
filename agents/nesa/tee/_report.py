"""AMD SEV-SNP's attestation report, version 2.

Source: AMD publication 56860, *SEV Secure Nested Paging Firmware ABI Specification*, table "ATTESTATION_REPORT". All
integers are little-endian.
"""

import struct
from dataclasses import dataclass, field, fields

from nesa.errors import AttestationError

__all__ = [
    "BODY_SIZE",
    "DEBUG",
    "POLICY",
    "REPORT_SIZE",
    "SnpReport",
    "TcbVersion",
    "decode_signature",
    "encode_signature",
]

REPORT_SIZE = 1184
BODY_SIZE = 0x2A0  # what is signed
POLICY = 1 << 17 | 1 << 16  # of a guest: the bit that is always set, and simultaneous threads
DEBUG = 1 << 19  # of a guest's policy: the host may read the guest's memory

_COORDINATE = 72  # of a signature; P-384's numbers fill 48 of them
_SIGNATURE_SIZE = REPORT_SIZE - BODY_SIZE
_ECDSA_P384_SHA384 = 1
# version, guest SVN, policy, family, image, VMPL, algorithm, current TCB, platform, signer, zeros, report data,
# measurement, host data, digests of the two identity keys, the ids of the report and of a migration agent's, reported
# TCB, zeros, chip, committed TCB, current and committed version of the firmware, launch TCB, zeros
_BODY = struct.Struct("<IIQ16s16sIIQQII64s48s32s48s48s32s32sQ24s64sQ4s4sQ168s")
_SIZES = {"report_data": 64, "measurement": 48, "chip_id": 64, "host_data": 32, "report_id": 32}
_NO_AGENT = b"\xff" * 32


@dataclass(frozen=True, slots=True)
class TcbVersion:
    """Security versions of what a guest has to trust, each one byte.

    Source: AMD publication 56860, table "TCB_VERSION" of Milan and Genoa.
    """

    bootloader: int = 0
    tee: int = 0
    spl_4: int = 0
    spl_5: int = 0
    spl_6: int = 0
    spl_7: int = 0
    snp: int = 0
    microcode: int = 0

    def to_int(self) -> int:
        """Return the eight bytes as the number that reports carry, the bootloader's version lowest.

        Raises:
            ValueError: a version is no byte.
        """
        return int.from_bytes(bytes(getattr(self, part.name) for part in fields(self)), "little")

    @classmethod
    def from_int(cls, value: int) -> "TcbVersion":
        """Return what `to_int` made a number of."""
        return cls(*value.to_bytes(8, "little"))


@dataclass(frozen=True, slots=True)
class SnpReport:
    """The fields of a report that this package sets or reads; what it does not name is zero.

    Attributes:
        report_data: 64 bytes of the guest's choice.
        measurement: 48 bytes, the digest of what the guest was launched with.
        chip_id: 64 bytes that name the processor.
        tcb: reported, by which the signing key was derived; taken for the current, committed and launch one too.
        policy: of the guest. See `POLICY` and `DEBUG`.
        vmpl: privilege level that asked for the report, 0 the highest.
        guest_svn: security version of the guest's image.
        host_data: 32 bytes of the host's choice.
        report_id: 32 bytes that name the guest while it runs.
    """

    report_data: bytes
    measurement: bytes
    chip_id: bytes
    tcb: TcbVersion
    policy: int = POLICY
    vmpl: int = 0
    guest_svn: int = 0
    host_data: bytes = field(default=bytes(32))
    report_id: bytes = field(default=bytes(32))

    @property
    def debug(self) -> bool:
        """Whether the host may read the guest's memory."""
        return bool(self.policy & DEBUG)

    def body(self) -> bytes:
        """Return the 672 bytes that are signed.

        Raises:
            AttestationError: a field has another length than it should, or is out of its range.
        """
        for name, size in _SIZES.items():
            if len(getattr(self, name)) != size:
                raise AttestationError(f"a report's {name} has {size} bytes, not {len(getattr(self, name))}")
        try:
            tcb, firmware = self.tcb.to_int(), bytes((3, 49, 1, 0))
            return _BODY.pack(
                *(2, self.guest_svn, self.policy, bytes(16), bytes(16), self.vmpl, _ECDSA_P384_SHA384, tcb, 1, 0, 0),
                *(self.report_data, self.measurement, self.host_data, bytes(48), bytes(48), self.report_id, _NO_AGENT),
                *(tcb, bytes(24), self.chip_id, tcb, firmware, firmware, tcb, bytes(168)),
            )
        except (struct.error, ValueError) as error:
            raise AttestationError(f"a field of the report is out of range: {error}") from error

    @classmethod
    def parse(cls, raw: bytes) -> "SnpReport":
        """Read a report, or the part of it that is signed; nothing is verified.

        Raises:
            AttestationError: it has another size, version or kind of signature.
        """
        if len(raw) not in {REPORT_SIZE, BODY_SIZE}:
            raise AttestationError(f"an SEV-SNP report has {REPORT_SIZE} bytes, not {len(raw)}")
        found = _BODY.unpack_from(raw)
        version, guest_svn, policy, _, _, vmpl, algorithm = found[:7]
        if version < 2 or algorithm != _ECDSA_P384_SHA384:  # noqa: PLR2004 - the first that was published
            raise AttestationError(f"this is no SEV-SNP report: version {version}, signature algorithm {algorithm}")
        return cls(
            report_data=found[11],
            measurement=found[12],
            chip_id=found[20],
            tcb=TcbVersion.from_int(found[18]),
            policy=policy,
            vmpl=vmpl,
            guest_svn=guest_svn,
            host_data=found[13],
            report_id=found[16],
        )


def encode_signature(r: int, s: int) -> bytes:
    """Return an ECDSA signature as a report ends with it: two little-endian numbers of 72 bytes, then zeros."""
    return (r.to_bytes(_COORDINATE, "little") + s.to_bytes(_COORDINATE, "little")).ljust(_SIGNATURE_SIZE, b"\0")


def decode_signature(report: bytes) -> tuple[int, int]:
    """Return the two numbers of a whole report's signature."""
    r, s = report[BODY_SIZE : BODY_SIZE + _COORDINATE], report[BODY_SIZE + _COORDINATE : BODY_SIZE + 2 * _COORDINATE]
    return int.from_bytes(r, "little"), int.from_bytes(s, "little")
