"""The engine of encoder-decoders, as optimum exports T5: an encoder reads the request once, a decoder writes.

The decoder is run without a cache, on all of the answer for each of its tokens: such models write titles and the like.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nesa.engines._alone import Alone
from nesa.engines._api import EngineConfig, Tensor
from nesa.engines._decoder import Reading, floats
from nesa.engines._draft import Task, Writer
from nesa.engines._files import ModelFiles
from nesa.engines._language import LanguageModel
from nesa.engines._runtime import Session, run_graph
from nesa.errors import ManifestError
from nesa.models import Manifest, SourceInput, Store
from nesa.text import Prompter

__all__ = ["Seq2SeqEngine", "Seq2SeqModel"]

_ENCODER = {"attention_mask", "input_ids"}
_DECODER = {"encoder_attention_mask", "encoder_hidden_states", "input_ids"}
_STATES = "last_hidden_state"


class Seq2SeqEngine:
    """Loads encoders and decoders into ONNX Runtime."""

    def __init__(self, config: EngineConfig) -> None:
        self._config = config

    def load(self, manifest: Manifest, store: Store) -> "Seq2SeqModel":
        """Load a model; see `nesa.engines.Engine`.

        Raises:
            TokenizerError: the tokenizer is none, or does not fit the manifest.
            TemplateError: the chat template is none.
        """
        spec = manifest.input
        if not isinstance(spec, SourceInput):
            raise ManifestError("the engine onnx-seq2seq runs models with an encoder only")
        files = ModelFiles.of(manifest, store)
        encoder, _ = files.open(spec.encoder, self._config)
        decoder, _ = files.open(manifest.engine.graph, self._config, shown=manifest.profile.tensor)
        return Seq2SeqModel(manifest, files.prompter, encoder, decoder)


class _Pair:
    """An encoder and a decoder."""

    def __init__(self, manifest: Manifest, encoder: Session, decoder: Session) -> None:
        """Look at the graphs.

        Raises:
            ManifestError: they are not of an encoder-decoder.
        """
        self._manifest = manifest
        self._encoder = encoder
        self._decoder = decoder
        self._names = (manifest.output.tensor, manifest.profile.tensor)
        for session, inputs, outputs in ((encoder, _ENCODER, {_STATES}), (decoder, _DECODER, set(self._names))):
            found = {node.name for node in session.get_inputs()}
            if found != inputs or not outputs <= {node.name for node in session.get_outputs()}:
                raise ManifestError("the graphs' inputs and outputs are not those of an encoder and a decoder")

    def encode(self, source: Sequence[int]) -> dict[str, Tensor]:
        """Return what the decoder is told of a request."""
        row = np.array([source], np.int64)
        mask = np.ones_like(row)
        feeds: dict[str, Tensor] = {"attention_mask": mask, "input_ids": row}
        states = run_graph(self._encoder, [_STATES], feeds, self._manifest)[_STATES]
        return {"encoder_attention_mask": mask, "encoder_hidden_states": states}

    def decode(self, told: dict[str, Tensor], tokens: Sequence[int]) -> Reading:
        """Return what the decoder makes of an answer's tokens."""
        feeds = {**told, "input_ids": np.array([tokens], np.int64)}
        found = run_graph(self._decoder, self._names, feeds, self._manifest)
        logits, hidden = (floats(found[name]) for name in self._names)
        return Reading(logits[0], hidden[0])


class _Answer:
    """An answer that a decoder reads, after what an encoder made of the request."""

    def __init__(self, pair: _Pair, source: Sequence[int]) -> None:
        self._pair = pair
        self._told = pair.encode(source)
        self._tokens: list[int] = []

    @property
    def length(self) -> int:
        """How many tokens were read."""
        return len(self._tokens)

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens, and all before them once more."""
        self._tokens += tokens
        reading = self._pair.decode(self._told, self._tokens)
        return Reading(reading.logits[-len(tokens) :], reading.hidden[-len(tokens) :])

    def close(self) -> None:
        """Remember nothing."""


class Seq2SeqModel(LanguageModel):
    """An encoder-decoder in two sessions of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, prompter: Prompter, encoder: Session, decoder: Session) -> None:
        if not isinstance(manifest.input, SourceInput):
            raise ManifestError("the manifest is not of a model with an encoder")
        self._start = manifest.input.start
        self._pair = _Pair(manifest, encoder, decoder)
        vocabulary = self._pair.decode(self._pair.encode([0]), [self._start]).logits.shape[-1]
        super().__init__(manifest, prompter, vocabulary)
        self._alone = Alone(self._reading)

    @property
    def _writer(self) -> Writer:
        return self._alone

    def _understand(self, data: bytes, options: bytes, seed: bytes) -> Task:
        task = super()._understand(data, options, seed)
        return replace(task, prompt=[self._start], source=tuple(task.prompt))

    def _reading(self, task: Task) -> _Answer:
        return _Answer(self._pair, task.source)
