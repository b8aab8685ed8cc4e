"""Labels: a graph's probabilities as a JSON answer, and back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson
import rfc8785

__all__ = ["PPM", "Label", "encode_label", "parse_label", "to_ppm"]

PPM = 1_000_000
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Label:
    """An answer: one of the manifest's labels and its probability in millionths."""

    label: str
    score_ppm: int


def to_ppm(probability: float) -> int:
    """Return a probability in millionths, rounded half up, from 0 to 1,000,000."""
    return min(PPM, max(0, int(probability * PPM + 0.5)))


def encode_label(probabilities: npt.NDArray[np.float32], labels: tuple[str, ...]) -> bytes:
    """Return canonical JSON for float32 [1, labels]: the largest probability, the first of equals."""
    row = probabilities[0]
    best = int(np.argmax(row))
    return rfc8785.dumps({"label": labels[best], "score_ppm": to_ppm(float(row[best]))})


def parse_label(payload: bytes) -> Label | None:
    """Read an answer; None if it is not one."""
    if len(payload) > _MAX_BYTES:
        return None
    try:
        found = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or set(found) != {"label", "score_ppm"}:
        return None
    label, score = found["label"], found["score_ppm"]
    if not isinstance(label, str) or not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= PPM:
        return None
    return Label(label, score)
