"""The engine of encoder-decoders, as optimum exports T5: an encoder reads the request once, a decoder writes."""

from collections.abc import Sequence
from dataclasses import replace

from nesa.engines._alone import Alone
from nesa.engines._api import EngineConfig
from nesa.engines._decoder import Reading
from nesa.engines._draft import Task, Writer
from nesa.engines._files import ModelFiles
from nesa.engines._language import LanguageModel
from nesa.engines._pair import Pair
from nesa.errors import ManifestError
from nesa.models import Manifest, SourceInput, Store
from nesa.text import Prompter

__all__ = ["Seq2SeqEngine", "Seq2SeqModel"]


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
        decoders = files.open_decoders(self._config, manifest.profile.tensor)
        return Seq2SeqModel(manifest, files.prompter, Pair(manifest, encoder, *decoders))


class _Answer:
    """An answer that a decoder reads, after what an encoder made of the request."""

    def __init__(self, pair: Pair, source: Sequence[int]) -> None:
        self._pair = pair
        self._told = pair.encode(source)
        self._tokens: list[int] = []

    @property
    def length(self) -> int:
        """How many tokens were read."""
        return len(self._tokens)

    def read(self, tokens: Sequence[int]) -> Reading:
        """Read the next tokens: one with what is remembered of those before, and several together with all of them."""
        self._tokens += tokens
        found = self._pair.go_on(self._told, tokens[0]) if len(tokens) == 1 else None
        reading, self._told = found or self._pair.begin(self._told, self._tokens)
        return Reading(reading.logits[-len(tokens) :], reading.hidden[-len(tokens) :])

    def close(self) -> None:
        """Remember nothing."""


class Seq2SeqModel(LanguageModel):
    """An encoder-decoder in sessions of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, prompter: Prompter, pair: Pair) -> None:
        if not isinstance(manifest.input, SourceInput):
            raise ManifestError("the manifest is not of a model with an encoder")
        self._start = manifest.input.start
        self._pair = pair
        reading, told = pair.begin(pair.encode([0]), [self._start])
        pair.go_on(told, self._start)  # so that graphs that do not fit fail now
        vocabulary = reading.logits.shape[-1]
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
