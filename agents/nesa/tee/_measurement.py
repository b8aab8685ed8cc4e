"""What a quote says runs in an enclave, whatever platform made it."""

from nesa.tee._quote import Platform, Quote
from nesa.tee._report import SnpReport
from nesa.tee._tdx import quote_measurement

__all__ = ["measurement_of"]


def measurement_of(quote: Quote) -> bytes:
    """Return the 48 bytes by which the chain knows the enclave of a quote, which is not verified.

    Raises:
        AttestationError: the report is not of its platform's form.
    """
    if quote.platform is Platform.SEV_SNP:
        return SnpReport.parse(quote.report).measurement
    return quote_measurement(quote.report)
