"""What an NVIDIA GPU says about itself in confidential mode, through NVIDIA's management library.

Source: ``nvml.h``, the functions whose names contain ``ConfCompute``; their Python form is the package nvidia-ml-py.
"""

import hashlib
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from nesa.errors import AttestationError
from nesa.tee._quote import Quote

__all__ = ["add_gpu", "gpu_problem", "load_nvml"]


def load_nvml() -> Any | None:  # noqa: ANN401 - a module without types
    """Return NVIDIA's management library; None where it is not installed."""
    try:
        return importlib.import_module("pynvml")
    except ImportError:
        return None


def gpu_problem(nvml: Any) -> str:  # noqa: ANN401 - a module without types
    """Return why the first GPU cannot attest itself; empty when it can."""
    try:
        with _device(nvml):
            state = nvml.nvmlSystemGetConfComputeState()
    except AttestationError as error:
        return str(error)
    return "" if state.ccFeature else "the GPU is not in confidential mode"


def add_gpu(quote: Quote, report_data: bytes, nvml: Any, *, index: int = 0) -> Quote:  # noqa: ANN401 - as above
    """Return a quote with the report of a GPU that belongs to the same machine.

    Args:
        quote: of the machine.
        report_data: that the quote is about; the GPU signs its SHA-256.
        nvml: NVIDIA's management library.
        index: of the GPU.

    Raises:
        AttestationError: the GPU does not attest itself.
    """
    nonce = hashlib.sha256(report_data).digest()
    with _device(nvml, index) as device:
        found = nvml.nvmlDeviceGetConfComputeGpuAttestationReport(device, nonce)
        chain = nvml.nvmlDeviceGetConfComputeGpuCertificate(device)
    report = bytes(found.attestationReport[: found.attestationReportSize])
    pem = bytes(chain.attestationCertChain[: chain.attestationCertChainSize])
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise AttestationError("the GPU's certificates cannot be read") from error
    if nonce not in report:
        raise AttestationError("the GPU's report is about other data than was asked for")
    encoded = tuple(item.public_bytes(Encoding.DER) for item in certificates)
    return replace(quote, gpu_report=report, gpu_certificates=encoded)


@contextmanager
def _device(nvml: Any, index: int = 0) -> Iterator[Any]:  # noqa: ANN401 - as above
    try:
        nvml.nvmlInit()
        try:
            yield nvml.nvmlDeviceGetHandleByIndex(index)
        finally:
            nvml.nvmlShutdown()
    except nvml.NVMLError as error:
        raise AttestationError(f"the GPU does not attest itself: {error}") from error
