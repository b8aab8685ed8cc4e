"""Encoder-decoders: what their graphs are, and their manifest."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import cast

import onnx

from nesa.engines import WITH_PAST
from nesa.errors import UnsupportedModelError
from nesa.models import File, Manifest, SourceInput, TextInput
from nesa.publish._describe import Terms, describe_text
from nesa.publish._folder import Source
from nesa.publish._graph import hidden_name, read_pair
from nesa.publish._inspect import Found
from nesa.publish._words import GENERATION, Words

__all__ = ["describe_pair", "with_past"]

_START = "decoder_start_token_id"


def with_past(source: Source, found: Found) -> str:
    """Return the path of the graph that goes on with a cache, where it lies beside the decoder; else nothing."""
    path = str(PurePosixPath(found.graph).with_name(WITH_PAST))
    return path if path in source.files else ""


def describe_pair(
    source: Source,
    found: Found,
    words: Words,
    decoders: Sequence[onnx.ModelProto],
    files: tuple[File, ...],
    terms: Terms,
) -> Manifest:
    """Return the manifest, with a profile that has yet to be scaled.

    Args:
        source: the folder.
        found: what is in it.
        words: how its texts become tokens.
        decoders: the graph for an answer's first tokens and, where there is one, that which goes on with a cache.
        files: the model's.
        terms: what the publisher says of it.

    Raises:
        UnsupportedModelError: a size or the first token is nowhere told, or the graphs show no hidden states in common.
    """
    start = found.config.get(_START, source.settings(GENERATION).get(_START))
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise UnsupportedModelError(f"nothing says which token answers begin after; write {_START} into config.json")
    sizes = read_pair(decoders[0])
    hidden = {hidden_name(decoder) for decoder in decoders}
    if len(hidden) > 1:
        raise UnsupportedModelError(
            f"the decoder's two graphs call their hidden states {' and '.join(sorted(hidden))}; leave {WITH_PAST} away"
        )
    draft = describe_text(source, found, words, sizes, files, hidden.pop(), terms)
    spec = asdict(cast("TextInput", draft.input)) | {"head_size": 0}
    merged = len(decoders) > 1 and with_past(source, found) not in {file.path for file in files}
    # Two graphs are loaded of a merged one, each with what both share.
    twice = next(file.size for file in files if file.path == found.graph) if merged else 0
    return replace(
        draft,
        task="text2text-generation",
        engine=replace(draft.engine, name="onnx-seq2seq"),
        input=SourceInput(**spec, encoder=found.encoder, start=start),
        hardware=replace(draft.hardware, memory=draft.hardware.memory + twice),
    )
