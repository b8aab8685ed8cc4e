"""Whether an input satisfies a manifest, told before it is paid for."""

from nesa.engines._embedding import decode_sentence
from nesa.engines._features import features
from nesa.engines._image import decode
from nesa.engines._int8 import tensor
from nesa.engines._options import feeds
from nesa.models import BytesInput, ImageInput, Manifest, SentenceInput, TensorInput, TextInput
from nesa.text import parse_conversation, parse_options

__all__ = ["check_input"]


def check_input(manifest: Manifest, data: bytes, options: bytes = b"") -> None:
    """Do what every miner does with an input before it runs the model.

    Raises:
        InvalidInputError: the input or its options do not satisfy the manifest: a miner would answer INVALID_INPUT.
    """
    if isinstance(manifest.input, TextInput):
        # How many tokens it has only the tokenizer knows, which whoever asks need not have.
        parse_options(options, manifest)
        parse_conversation(data, manifest.input.max_bytes)
        return
    if isinstance(manifest.input, SentenceInput):
        decode_sentence(data, manifest.input)
        return
    feeds(options, manifest.weights)
    match manifest.input:
        case ImageInput() as spec:
            decode(data, spec)
        case BytesInput() as spec:
            features(data, spec)
        case TensorInput() as spec:
            tensor(data, spec)
