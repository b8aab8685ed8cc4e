"""Any bytes as a graph's features: their beginning and end without outer white space."""

import numpy as np
import numpy.typing as npt

from nesa.errors import InvalidInputError
from nesa.models import BytesInput

__all__ = ["features"]


def features(data: bytes, spec: BytesInput) -> npt.NDArray[np.int32]:
    """Return int32 [1, head + tail] as `nesa.models.BytesInput` describes it.

    Raises:
        InvalidInputError: too many bytes, or too few to tell anything.
    """
    if len(data) > spec.max_bytes:
        raise InvalidInputError(f"the input is larger than {spec.max_bytes} bytes")
    start = data[: spec.window].lstrip()
    if len(start) < spec.min_bytes:
        raise InvalidInputError(f"the input has fewer than {spec.min_bytes} bytes")
    end = data[-spec.window :].rstrip()
    head = np.frombuffer(start[: spec.head], np.uint8)
    tail = np.frombuffer(end[-spec.tail :] if spec.tail else b"", np.uint8)
    row = np.full(spec.head + spec.tail, spec.padding, np.int32)
    row[: len(head)] = head
    row[len(row) - len(tail) :] = tail
    return row[None]
