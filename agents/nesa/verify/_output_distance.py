"""Distance of a delivered answer from a verifier's own run."""

import numpy as np

from nesa.engines import Output, parse_label, read_embedding, to_ppm
from nesa.errors import FingerprintError
from nesa.models import EmbeddingOutput, LabelOutput, Manifest, TensorOutput
from nesa.verify._image_distance import FAR, image_distance

__all__ = ["label_distance", "output_distance"]


def output_distance(manifest: Manifest, own: Output, delivered: bytes) -> int:
    """Return how far a delivered answer is from one's own run, in the unit of the manifest's kind of output.

    Images: see `nesa.verify.image_distance`. Labels: see `label_distance`. Embeddings: see `embedding_distance`.
    Tensors: 0 where every byte is the same, `FAR` otherwise.

    Raises:
        FingerprintError: one's own output lacks a tensor.
    """
    if isinstance(manifest.output, LabelOutput):
        return label_distance(manifest.output, own, delivered)
    if isinstance(manifest.output, EmbeddingOutput):
        return embedding_distance(manifest.output, own, delivered)
    if isinstance(manifest.output, TensorOutput):
        return 0 if delivered == own.payload else FAR
    return image_distance(own.payload, delivered)


def embedding_distance(spec: EmbeddingOutput, own: Output, delivered: bytes) -> int:
    """Return how far a delivered vector is from one's own, in millionths of its length; `FAR` where it is none."""
    theirs, mine = read_embedding(delivered, spec.size), read_embedding(own.payload, spec.size)
    if theirs is None or mine is None:
        return FAR
    return to_ppm(float(np.linalg.norm(theirs.astype(np.float64) - mine)))


def label_distance(spec: LabelOutput, own: Output, delivered: bytes) -> int:
    """Return how far a delivered label is from one's own run, in millionths of probability.

    The larger of: the difference between the score delivered and one's own probability of that label; and how much
    less probable that label is than one's own best. So two labels within rounding of each other are equally right,
    and a likely label with an invented score is not. No answer of that form, or an unknown label, is `FAR` away.
    """
    tensor = own.tensors.get(spec.tensor)
    if tensor is None:
        raise FingerprintError(f"the run did not give the tensor {spec.tensor}")
    answer = parse_label(delivered)
    if answer is None or answer.label not in spec.labels:
        return FAR
    row = tensor.astype(np.float64).ravel()
    mine = to_ppm(float(row[spec.labels.index(answer.label)]))
    return max(abs(answer.score_ppm - mine), to_ppm(float(row.max())) - mine)
