"""The engine onnxruntime-genai: its graph and cache handling, and the same sampler as the plain loop's."""

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nesa.engines._alone import Alone, Reader
from nesa.engines._decoder import Decoder, Reading, floats
from nesa.engines._draft import Task, Writer
from nesa.engines._text import TextEngine, TextModel
from nesa.errors import EngineError, HostileModelError, ManifestError, ModelUnavailableError, ProviderError
from nesa.models import Manifest
from nesa.text import Prompter
from nesa.untrusted import parse_json

__all__ = ["GenaiEngine"]

_CONFIG = "genai_config.json"
_MAX_CONFIG = 2**16
_DECODER = {
    "filename", "head_size", "hidden_size", "inputs", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
    "outputs", "session_options", "sliding_window",
}  # fmt: skip
_SESSION = {"log_id", "provider_options"}
_MODEL = {
    "bor_token_id", "bos_token_id", "bot_token_id", "context_length", "decoder", "eor_token_id", "eos_token_id",
    "eot_token_id", "pad_token_id", "type", "vocab_size",
}  # fmt: skip


class GenaiEngine(TextEngine):
    """Loads folders that onnxruntime-genai's builder wrote."""

    exposes = False

    def _model(self, manifest: Manifest, prompter: Prompter, decoder: Decoder, folder: Path) -> "GenaiModel":
        try:
            genai = import_module("onnxruntime_genai")
        except ImportError as error:
            raise ModelUnavailableError(
                "onnxruntime-genai is not installed: install this package's extra 'genai'"
            ) from error
        if self.config.provider != "cpu":
            raise ProviderError("the engine onnxruntime-genai runs on the CPU here")
        _judge(folder, manifest)
        options = {"intra_op_num_threads": self.config.threads} if self.config.threads else {}
        try:
            config = genai.Config(str(folder))
            config.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
            loaded = genai.Model(config)
        except Exception as error:  # the library's errors share no base below Exception
            raise EngineError(f"onnxruntime-genai cannot load {manifest.name}") from error
        return GenaiModel(manifest, prompter, decoder, loaded)


def _judge(folder: Path, manifest: Manifest) -> None:
    """Refuse a configuration that names another graph, or libraries to load.

    The library has a reader of its own, which does something for each key as it comes: so no key may stand twice, and
    none be spelt with escapes, of which that reader might make another one.
    """
    try:
        raw = (folder / _CONFIG).read_bytes()
        found = parse_json(raw, unique=True) if len(raw) <= _MAX_CONFIG and b"\\" not in raw else None
    except (OSError, ValueError) as error:
        raise ManifestError(f"the engine onnxruntime-genai needs a sound {_CONFIG} among manifest.files") from error
    match found:
        case {
            "model": {"decoder": {"filename": str(name), "session_options": dict(options), **decoder}, **model},
            **rest,
        }:
            unknown = set(model) - _MODEL | set(decoder) - _DECODER | set(options) - _SESSION | set(rest) - {"search"}
            if name != manifest.engine.graph or unknown or options.get("provider_options"):
                raise HostileModelError(f"{_CONFIG} names another graph, or options that no honest model needs")
        case _:
            raise HostileModelError(f"{_CONFIG} does not describe a decoder")


class GenaiModel(TextModel):
    """A language model that onnxruntime-genai writes with. It is read, to be judged, as any other."""

    def __init__(self, manifest: Manifest, prompter: Prompter, decoder: Decoder, loaded: Any) -> None:  # noqa: ANN401
        self._genai = import_module("onnxruntime_genai")
        self._loaded = loaded
        self._hidden = manifest.profile.tensor
        super().__init__(manifest, prompter, decoder)

    def _make_writer(self, max_bytes: int) -> Writer:
        del max_bytes
        return Alone(self._reader)

    def _reader(self, task: Task) -> Reader:
        del task  # a generator's size decides how it computes, so all have the same
        params = self._genai.GeneratorParams(self._loaded)
        params.set_search_options(max_length=self.context, num_beams=1, num_return_sequences=1)
        return _Generator(self._genai.Generator(self._loaded, params), self._hidden)


class _Generator:
    """Reads with a generator of onnxruntime-genai, whose own sampling is not used."""

    def __init__(self, generator: Any, hidden: str) -> None:  # noqa: ANN401 - the library's own
        self._generator = generator
        self._hidden = hidden

    def read(self, tokens: Sequence[int]) -> Reading:
        try:
            self._generator.append_tokens(np.array(tokens, np.int32))
            logits = self._generator.get_logits()
            hidden = self._generator.get_output(self._hidden) if self._hidden else np.empty((1, len(tokens), 0))
        except Exception as error:  # the library's errors share no base below Exception
            raise EngineError("onnxruntime-genai failed on the language model") from error
        return Reading(floats(logits[0]), floats(hidden[0]))

    def close(self) -> None:
        """Let go of the cache."""
        self._generator = None
