"""Embedding models: told from others by their graphs, and described."""

import onnx

from nesa.errors import UnsupportedModelError
from nesa.models import EmbeddingOutput, Engine, File, Hardware, Manifest, Profile, SentenceInput
from nesa.publish._describe import BYTES_PER_TOKEN, Terms, context_of, needed_memory, runtime
from nesa.publish._folder import Source
from nesa.publish._inspect import Found
from nesa.publish._words import TOKENIZER

__all__ = ["describe_encoder", "encoder_size"]

_STATES = "last_hidden_state"
_INPUTS = {"attention_mask", "input_ids", "token_type_ids"}
_POOLING = "1_Pooling/config.json"
_MEAN = "pooling_mode_mean_tokens"
_FURTHER = "2_Dense/config.json"
_MOST_CONTEXT = 2**16
_MAX_INPUT = 2**20


def encoder_size(model: onnx.ModelProto) -> int | None:
    """Return how many numbers a token's state has in a graph that encodes text as BERT does; None of other graphs."""
    inputs = {value.name for value in model.graph.input}
    states = next((value for value in model.graph.output if value.name == _STATES), None)
    if states is None or "input_ids" not in inputs or not inputs <= _INPUTS:
        return None
    sides = [dim.dim_value for dim in states.type.tensor_type.shape.dim]
    return sides[-1] if sides else 0


def describe_encoder(source: Source, found: Found, size: int, files: tuple[File, ...], terms: Terms) -> Manifest:
    """Return the manifest, with a profile that has yet to be scaled.

    Args:
        source: the folder.
        found: what is in it.
        size: numbers of a token's state; 0 where the graph does not say.
        files: the model's.
        terms: what the publisher says of it.

    Raises:
        UnsupportedModelError: it makes its vector otherwise than by the mean over tokens, or a size that nothing tells.
    """
    _check_pooling(source)
    width = size or found.config.get("hidden_size")
    if not isinstance(width, int) or width < 1:
        raise UnsupportedModelError("nothing says how long the vectors are; put the model's config.json beside it")
    context = min(context_of(found, terms.context), _MOST_CONTEXT)
    return Manifest(
        name=terms.name,
        task="feature-extraction",
        licence=terms.licence,
        attribution=terms.attribution,
        unit="request",
        engine=Engine("onnx-embedding", (runtime(),), "all", found.graph),
        files=files,
        input=SentenceInput(TOKENIZER, min(_MAX_INPUT, context * BYTES_PER_TOKEN), context),
        options=(),
        output=EmbeddingOutput(_STATES, width),
        hardware=Hardware(needed_memory(files, context * width), ("cpu",)),
        profile=Profile(_STATES, 2, 16, 4, 14, 6, 64, (64, 100, 0), terms.run_window, ("tee",)),
    )


def _check_pooling(source: Source) -> None:
    pooling = source.settings(_POOLING)
    if (pooling and pooling.get(_MEAN) is not True) or _FURTHER in source.files:
        raise UnsupportedModelError(
            "the model makes its vectors otherwise than by the mean over tokens, as miners do; choose one that does so"
        )
