"""Whether an input satisfies a manifest, told before it is paid for."""

from nesa.engines._features import features
from nesa.engines._image import decode
from nesa.engines._int8 import tensor
from nesa.engines._options import feeds
from nesa.models import BytesInput, ImageInput, Manifest, TensorInput

__all__ = ["check_input"]


def check_input(manifest: Manifest, data: bytes, options: bytes = b"") -> None:
    """Do what every miner does with an input before it runs the model.

    Raises:
        InvalidInputError: the input or its options do not satisfy the manifest: a miner would answer INVALID_INPUT.
    """
    feeds(options, manifest.weights)
    match manifest.input:
        case ImageInput() as spec:
            decode(data, spec)
        case BytesInput() as spec:
            features(data, spec)
        case TensorInput() as spec:
            tensor(data, spec)
