"""The engine of language models that continue a text: a plain loop over a graph with a key-value cache."""

from pathlib import Path

from nesa.engines._alone import Alone, TextReader
from nesa.engines._api import EngineConfig
from nesa.engines._decoder import Decoder, Kept
from nesa.engines._draft import Task, Writer
from nesa.engines._files import ModelFiles
from nesa.engines._handed import HandedText
from nesa.engines._language import LanguageModel
from nesa.engines._layout import layout_of
from nesa.engines._prefixes import Prefixes
from nesa.engines._rows import Rows
from nesa.engines._together import Together
from nesa.models import Manifest, Store
from nesa.text import Prompter

__all__ = ["TextEngine", "TextModel"]

_SHARE = 8  # of the memory that the manifest asks for, one part remembers prompts, and one is for answers at once


class TextEngine:
    """Loads language models into ONNX Runtime.

    Attributes:
        exposes: whether hidden states may be a tensor inside of the graph, which is then made an output of it.
    """

    exposes = True

    def __init__(self, config: EngineConfig) -> None:
        self.config = config

    def load(self, manifest: Manifest, store: Store) -> "TextModel":
        """Load a model; see `nesa.engines.Engine`.

        Raises:
            TokenizerError: the tokenizer is none, or does not fit the manifest.
            TemplateError: the chat template is none.
        """
        files = ModelFiles.of(manifest, store)
        tensor = manifest.profile.tensor
        session, graph = files.open(manifest.engine.graph, self.config, shown=tensor if self.exposes else "")
        decoder = Decoder(
            session,
            logits=manifest.output.tensor,
            hidden=tensor,
            head_size=files.input.head_size,
            layout=layout_of(graph),
            chunk=self.config.chunk,
        )
        return self._model(manifest, files.prompter, decoder, files.folder)

    def _model(self, manifest: Manifest, prompter: Prompter, decoder: Decoder, folder: Path) -> "TextModel":
        del folder
        return TextModel(manifest, prompter, decoder)


class TextModel(LanguageModel):
    """A language model whose graph continues a text, in a session of ONNX Runtime."""

    def __init__(self, manifest: Manifest, prompter: Prompter, decoder: Decoder) -> None:
        super().__init__(manifest, prompter, decoder.vocabulary, decoder.chunk)
        self._decoder = decoder
        share = manifest.hardware.memory // _SHARE
        # A ring has overwritten its first tokens, so what it remembers cannot be cut.
        self._prefixes = None if decoder.layout.windows else Prefixes(share)
        self._own_writer = self._make_writer(share)

    @property
    def _writer(self) -> Writer:
        return self._own_writer

    def forget(self) -> None:
        """Forget the prompts that were read: they change the last bits of what is written next."""
        if self._prefixes:
            self._prefixes.forget()

    def _reading(self, task: Task) -> Kept:
        return self._text(task.room)

    def _make_writer(self, max_bytes: int) -> Writer:
        if self._decoder.in_place and self._prefixes:
            return Together(self._decoder, self._prefixes, context=self.context, max_bytes=max_bytes)
        return Alone(lambda task: TextReader(self._reading(task), self._prefixes, self._decoder.chunk))

    def _text(self, room: int) -> Kept:
        """Return a text of no tokens yet, with room for so many."""
        return Rows(self._decoder, 1, room)[0] if self._decoder.in_place else HandedText(self._decoder)
