"""Writes the manifest of a language model from what its exporters wrote beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

import onnx

from nesa.errors import TokenizerError, UnsupportedModelError
from nesa.models import (
    Engine,
    File,
    Hardware,
    Manifest,
    Profile,
    SamplingOption,
    TextInput,
    TextOutput,
)
from nesa.publish._folder import Source
from nesa.publish._graph import Decoding
from nesa.publish._inspect import Found
from nesa.publish._words import GENERATION, TOKENIZER, Words

__all__ = [
    "BYTES_PER_TOKEN",
    "ENGINES",
    "Terms",
    "context_of",
    "describe_text",
    "external_files",
    "needed_memory",
    "plain_name",
    "runtime",
]


_CONTEXT = 4096
ENGINES = ("onnx-text", "onnxruntime-genai")
"""That run a decoder; the first one unless another is chosen."""

BYTES_PER_TOKEN = 16
"""What an input may have for each token that a model has room for; texts have some four."""

_MAX_INPUT = 2**20
_ANSWER, _LIMIT = 256, 2048
_TEMPERATURE, _TOP_K = 700, 40
_MILLI = 1000
_HOTTEST = 2 * _MILLI
_MEBIBYTE = 2**20
_SPARE = 256 * _MEBIBYTE
_STEP = 64 * _MEBIBYTE
_CHUNK = 256  # tokens that the engine reads at once
_FLOAT = 4


@dataclass(frozen=True, slots=True)
class Terms:
    """What the publisher says of a model.

    Attributes:
        name: the manifest's.
        licence: SPDX expression.
        attribution: whom to name.
        prompt_bps: what a token of the prompt costs, in ten-thousandths of one of the answer.
        context: tokens of prompt and answer at most; 0 takes the model's own, up to 4096.
        engine: ``onnx-text`` or ``onnxruntime-genai``.
        run_window: blocks that a run may take.
    """

    name: str
    licence: str
    attribution: str
    prompt_bps: int = 2_500
    context: int = 0
    engine: str = ENGINES[0]
    run_window: int = 20


def external_files(model: onnx.ModelProto, graph: str) -> tuple[str, ...]:
    """Return the paths in which a judged graph keeps constants."""
    beside = PurePosixPath(graph).parent
    names = {
        entry.value for tensor in model.graph.initializer for entry in tensor.external_data if entry.key == "location"
    }
    return tuple(sorted(str(beside / name) for name in names))


def describe_text(
    source: Source, found: Found, words: Words, sizes: Decoding, files: tuple[File, ...], hidden: str, terms: Terms
) -> Manifest:
    """Return the manifest, with a profile that has yet to be measured; without hidden states nothing is verified.

    Raises:
        UnsupportedModelError: a size that nothing tells.
    """
    if sizes.vocabulary and words.size > sizes.vocabulary:
        raise TokenizerError(
            f"the tokenizer has {words.size} tokens, and the graph tells {sizes.vocabulary} apart; they belong to two "
            "models, so put the right one beside the other"
        )
    context = context_of(found, terms.context)
    head = sizes.head_size or _head_size(found)
    cache = 2 * sizes.layers * max(sizes.heads, 1) * head * context
    memory = needed_memory(files, 2 * cache + 2 * _CHUNK * max(sizes.vocabulary, words.size))
    profile = Profile(hidden, 2, 16, 4, 14, 6, 64, (64, 4_096, 1_024, 4, 0), terms.run_window, ("tee",))
    return Manifest(
        name=terms.name,
        task="text-generation",
        licence=terms.licence,
        attribution=terms.attribution,
        unit="token",
        engine=Engine(terms.engine, (runtime(),), "all", found.graph),
        files=files,
        input=TextInput(
            tokenizer=TOKENIZER,
            template=words.template,
            bos=words.bos,
            eos=words.eos,
            max_bytes=min(_MAX_INPUT, context * BYTES_PER_TOKEN),
            context=context,
            head_size=head,
            prompt_bps=terms.prompt_bps,
        ),
        options=(_sampling(source, context, sizes.vocabulary or words.size),),
        output=TextOutput("logits", words.stops, band=64, clip=2**16),
        hardware=Hardware(memory, ("cpu",)),
        profile=profile if hidden else Profile.unchecked(terms.run_window),
    )


def needed_memory(files: tuple[File, ...], numbers: int) -> int:
    """Return the bytes that a machine needs, in steps of 64 MiB, for a model's files and so many numbers beside."""
    weights = sum(file.size for file in files)
    return -(-(weights + weights // 4 + numbers * _FLOAT + _SPARE) // _STEP) * _STEP


def runtime() -> str:
    """Return the minor version of the ONNX Runtime that is installed here.

    Raises:
        UnsupportedModelError: there is none.
    """
    try:
        version = str(import_module("onnxruntime").__version__)
    except ImportError as error:
        raise UnsupportedModelError(
            "ONNX Runtime is not installed, so the model cannot be tried; install the extra 'cpu'"
        ) from error
    return ".".join(version.split(".")[:2])


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def context_of(found: Found, wanted: int) -> int:
    """Return how many tokens a model is offered with.

    Args:
        found: what is in its folder.
        wanted: by the publisher; 0 takes the model's own, up to 4096.

    Raises:
        UnsupportedModelError: nothing tells, or the model has room for fewer.
    """
    own = _number(found.generator.get("context_length")) or _number(found.config.get("max_position_embeddings"))
    own = own or _number(found.config.get("n_positions"))
    if not own and not wanted:
        raise UnsupportedModelError("nothing says how many tokens the model has room for; say so with --context")
    if own and wanted > own:
        raise UnsupportedModelError(f"the model has room for {own} tokens, fewer than the {wanted} of --context")
    return wanted or min(own, _CONTEXT)


def _head_size(found: Found) -> int:
    decoder = found.generator.get("decoder")
    own: Mapping[str, Any] = decoder if isinstance(decoder, Mapping) else {}
    width, heads = _number(found.config.get("hidden_size")), _number(found.config.get("num_attention_heads"))
    size = _number(own.get("head_size")) or _number(found.config.get("head_dim")) or (width // heads if heads else 0)
    if not size:
        raise UnsupportedModelError(
            "nothing says how large a head of the cache is; put the model's config.json beside it"
        )
    return size


def _sampling(source: Source, context: int, vocabulary: int) -> SamplingOption:
    """Return the defaults that the exporters recommend, as far as they can be drawn verifiably."""
    own = source.settings(GENERATION)
    temperature, top_k = own.get("temperature"), own.get("top_k")
    drawn = own.get("do_sample") is True
    warm = isinstance(temperature, int | float) and not isinstance(temperature, bool) and drawn
    answer = max(1, min(_ANSWER, context // 2))
    return SamplingOption(
        max_tokens=answer,
        limit=max(answer, min(_LIMIT, context - 1)),
        temperature=max(0, min(_HOTTEST, round(temperature * _MILLI))) if warm else _TEMPERATURE,  # type: ignore[operator]
        top_k=min(_number(top_k), vocabulary) if drawn and _number(top_k) else min(_TOP_K, vocabulary),
    )


def plain_name(text: str) -> str:
    """Return a name as manifests have it, made of any text."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text.lower())
    return "-".join(part for part in letters.split("-") if part)[:63].rstrip("-") or "model"
