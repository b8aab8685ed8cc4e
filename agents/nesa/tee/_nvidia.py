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
from nesa.tee._quote import Quote, Reader

__all__ = ["add_gpu", "gpu_problem", "load_nvml", "with_gpu"]


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


def with_gpu(reader: Reader, nvml: Any | None) -> Reader:  # noqa: ANN401 - as above
    """Return a reader whose quotes come with the first GPU's report.

    Raises:
        AttestationError: NVIDIA's management library is not installed.
    """
    if nvml is None:
        raise AttestationError("to attest a GPU, install NVIDIA's management library: pip install nvidia-ml-py")
    return _WithGpu(reader, nvml)


class _WithGpu:
    def __init__(self, reader: Reader, nvml: Any) -> None:  # noqa: ANN401 - as above
        self._reader = reader
        self._nvml = nvml

    def quote(self, report_data: bytes) -> Quote:
        return add_gpu(self._reader.quote(report_data), report_data, self._nvml)


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
