"""Distance of delivered text from a verifier's own reading of it."""

from nesa.engines import MARGINS, Output
from nesa.errors import FingerprintError
from nesa.models import TextOutput
from nesa.sampling import Margins

__all__ = ["text_distances"]


def text_distances(spec: TextOutput, own: Output) -> tuple[int, int, int]:
    """Return the clipped sum of margins, the largest of them, and how many tokens are not one's own choice.

    Raises:
        FingerprintError: one's own reading lacks the margins.
    """
    found = own.tensors.get(MARGINS)
    if found is None:
        raise FingerprintError("the reading did not give the margins")
    judged = Margins.of([int(value) for value in found], spec.clip)
    return judged.clipped, judged.largest, judged.mismatches
