"""Which ways to an attestation a machine has."""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nesa.errors import AttestationError
from nesa.tee._ioctl import SEV_GUEST, TDX_GUEST, Ioctl, SevGuest, TdxGuest
from nesa.tee._nvidia import gpu_problem, load_nvml
from nesa.tee._quote import REPORT_DATA_SIZE, Reader
from nesa.tee._tdx import report_measurement
from nesa.tee._tsm import TSM, Tree, Tsm

__all__ = ["Places", "Source", "available", "choose"]

_KNOWN = ("sev_guest", "tdx_guest")


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look.

    Attributes:
        tsm: the folder of configfs.
        sev_guest: the device of SEV-SNP guests.
        tdx_guest: the device of TDX guests.
        certificate: of an AMD processor's key, DER or PEM, for hosts that give none.
        ioctl: asks the devices.
        tree: the calls on files of configfs.
        nvml: NVIDIA's management library; None where it is not installed.
    """

    tsm: Path = TSM
    sev_guest: Path = SEV_GUEST
    tdx_guest: Path = TDX_GUEST
    certificate: bytes = field(default=b"", repr=False)
    ioctl: Ioctl = fcntl.ioctl
    tree: Tree = field(default_factory=Tree, repr=False)
    nvml: Any = field(default_factory=load_nvml, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A way to an attestation that a machine has.

    Attributes:
        name: of the interface.
        text: what it is, and what keeps it from being used.
        reader: makes its quotes; None when it cannot be used, or attests no more than a part of the machine.
        gpu: whether it attests a GPU, beside a quote of the machine.
        usable: whether it can be used as it is.
    """

    name: str
    text: str
    reader: Reader | None = None
    gpu: bool = False
    usable: bool = True


def available(places: Places | None = None) -> tuple[Source, ...]:
    """Return what this machine has, the best first; no quote is made. It reads files and may take a moment."""
    at = Places() if places is None else places
    found: list[Source] = []
    if at.tsm.is_dir():
        found.append(_tsm(at))
    if at.sev_guest.exists():
        reader = SevGuest(at.sev_guest, certificate=at.certificate, ioctl=at.ioctl)
        usable = os.access(at.sev_guest, os.R_OK | os.W_OK)
        text = f"{at.sev_guest} attests by AMD SEV-SNP" if usable else f"{at.sev_guest} is not this user's to open"
        found.append(Source("sev-guest", text, reader if usable else None, usable=usable))
    if at.tdx_guest.exists():
        found.append(_tdx(at))
    if at.nvml is not None:
        problem = gpu_problem(at.nvml)
        text = problem or "an NVIDIA GPU attests itself beside the machine"
        found.append(Source("nvidia", text, gpu=True, usable=not problem))
    return tuple(found)


def _tsm(places: Places) -> Source:
    reader = Tsm(places.tsm, certificate=places.certificate, tree=places.tree)
    try:
        provider = reader.provider()
    except AttestationError as error:
        return Source(Tsm.name, str(error), usable=False)
    if provider not in _KNOWN:
        return Source(Tsm.name, f"{provider} makes quotes that the chain does not know", usable=False)
    return Source(Tsm.name, f"{places.tsm} attests by {provider}", reader)


def _tdx(places: Places) -> Source:
    try:
        measurement = report_measurement(TdxGuest(places.tdx_guest, ioctl=places.ioctl).report(bytes(REPORT_DATA_SIZE)))
    except AttestationError as error:
        return Source("tdx-guest", str(error), usable=False)
    text = f"measures this machine as {measurement.hex()}; quotes come from {places.tsm}, with Linux 6.7 or later"
    return Source("tdx-guest", text)


def choose(sources: Sequence[Source]) -> Reader:
    """Return the first that makes quotes of the machine.

    Raises:
        AttestationError: none does; it says why.
    """
    for source in sources:
        if source.reader is not None:
            return source.reader
    reasons = "; ".join(source.text for source in sources if not source.gpu)
    raise AttestationError(f"this machine cannot attest itself: {reasons or 'it is no confidential virtual machine'}")
