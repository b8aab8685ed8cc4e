"""The engine of language models: a plain loop over a graph with a key-value cache."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from nesa.engines._alone import Alone, TextReader
from nesa.engines._api import EngineConfig, Outcome, Output, Tensor
from nesa.engines._cancel import cancellation
from nesa.engines._decoder import Decoder, Text, pieces
from nesa.engines._draft import Draft, Task, Writer
from nesa.engines._handed import HandedText
from nesa.engines._layout import layout_of
from nesa.engines._prefixes import Prefixes
from nesa.engines._rows import Rows
from nesa.engines._runtime import open_session
from nesa.engines._together import Together
from nesa.errors import InvalidInputError, ManifestError, ModelUnavailableError, StoreError
from nesa.models import Manifest, Store, TextInput, TextOutput, parse_graph
from nesa.sampling import FAR, Noise, margins
from nesa.text import Answer, Ending, Prompter, parse_options, read_answer

__all__ = ["MARGINS", "TextEngine", "TextModel"]

MARGINS = "margins"
"""Name under which a reading gives int64 [tokens]: how far each token is from one's own choice."""

_SHARE = 8  # of the memory that the manifest asks for, one part remembers prompts, and one is for answers at once


class TextEngine:
    """Loads language models into ONNX Runtime."""

    def __init__(self, config: EngineConfig) -> None:
        self.config = config

    def load(self, manifest: Manifest, store: Store) -> "TextModel":
        """Load a model; see `nesa.engines.Engine`.

        Raises:
            TokenizerError: the tokenizer is none, or does not fit the manifest.
            TemplateError: the chat template is none.
        """
        spec = manifest.input
        if not isinstance(spec, TextInput):
            raise ManifestError("the engines for text run language models only")
        try:
            raw = store.read(manifest.file(manifest.engine.graph))
            prompter = Prompter(
                spec,
                store.read(manifest.file(spec.tokenizer)),
                store.read(manifest.file(spec.template)) if spec.template else b"",
            )
            folder = store.lay_out(manifest)
        except StoreError as error:
            raise ModelUnavailableError(f"{manifest.name} is not on this machine: {error}") from error
        path = PurePosixPath(manifest.engine.graph)
        beside = (PurePosixPath(file.path) for file in manifest.files)
        names = [str(other.relative_to(path.parent)) for other in beside if other.is_relative_to(path.parent)]
        graph = parse_graph(raw, manifest.hardware.memory, text=True, files=names)
        session = open_session(str(folder / manifest.engine.graph), manifest, self.config)
        decoder = Decoder(
            session,
            logits=manifest.output.tensor,
            hidden=manifest.profile.tensor,
            head_size=spec.head_size,
            layout=layout_of(graph.graph),
            chunk=self.config.chunk,
        )
        return self._model(manifest, prompter, decoder, folder)

    def _model(self, manifest: Manifest, prompter: Prompter, decoder: Decoder, folder: Path) -> "TextModel":
        del folder
        return TextModel(manifest, prompter, decoder)


class TextModel:
    """A language model in a session of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, prompter: Prompter, decoder: Decoder) -> None:
        if not isinstance(manifest.input, TextInput) or not isinstance(manifest.output, TextOutput):
            raise ManifestError("the manifest is not of a language model")
        self._manifest = manifest
        self._input, self._output = manifest.input, manifest.output
        self._prompter = prompter
        self._decoder = decoder
        self._vocabulary = decoder.vocabulary
        share = manifest.hardware.memory // _SHARE
        # A ring has overwritten its first tokens, so what it remembers cannot be cut.
        self._prefixes = None if decoder.layout.windows else Prefixes(share)
        self._writer = self._make_writer(share)
        if prompter.tokenizer.size > self._vocabulary or max(self._output.stops) >= self._vocabulary:
            raise ManifestError(
                f"the tokenizer has {prompter.tokenizer.size} tokens, and the graph tells {self._vocabulary} apart"
            )

    @property
    def manifest(self) -> Manifest:
        """The manifest it was loaded from."""
        return self._manifest

    @property
    def context(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._input.context

    def forget(self) -> None:
        """Forget the prompts that were read: they change the last bits of what is written next."""
        if self._prefixes:
            self._prefixes.forget()

    def _understand(self, data: bytes, options: bytes, seed: bytes) -> Task:
        prompt = self._prompter.prompt(data)
        found = parse_options(options, self._manifest.sampling, self._prompter.tokenizer.size)
        limit = min(found.max_tokens, self._input.context - len(prompt))
        ending = Ending(self._prompter.tokenizer, self._output.stops, found.stop, limit)
        return Task(prompt, found, ending, Noise(seed))

    def _make_writer(self, max_bytes: int) -> Writer:
        if self._decoder.in_place and self._prefixes:
            return Together(self._decoder, self._prefixes, context=self.context, max_bytes=max_bytes)
        return Alone(lambda room: TextReader(self._text(room), self._prefixes, self._decoder.chunk))

    def _text(self, room: int) -> Text:
        """Return a text of no tokens yet, with room for so many."""
        return Rows(self._decoder, 1, room)[0] if self._decoder.in_place else HandedText(self._decoder)

    @property
    def together(self) -> int:
        """How many answers are written in one run of the graph."""
        return self._writer.together

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Write an answer; see `nesa.engines.Model`. The tensor is float32 [1, tokens, features]."""
        try:
            task = self._understand(data, options, seed)
            draft = Draft(task, cancellation())
            self._writer.write(draft)
        except InvalidInputError:
            return Output(Outcome.INVALID_INPUT)
        except FloatingPointError:
            return Output(Outcome.NON_FINITE)
        answer = task.ending.answer(draft.tokens, draft.finish or "length")
        return self._output_of(task, answer, np.stack(draft.hidden))

    def read(self, data: bytes, options: bytes, seed: bytes, payload: bytes) -> Output:
        """Read an answer that somebody else wrote, in one pass; see `nesa.engines.Model`.

        What is not an answer at all is read as none: its one place is the prompt's end, its margin as large as can be.
        So is the last margin where an answer goes on, or leaves off, where it should not have, or its text is not what
        its tokens spell.
        """
        try:
            task = self._understand(data, options, seed)
        except InvalidInputError:
            return Output(Outcome.INVALID_INPUT)
        answer = read_answer(payload)
        tokens = list(answer.tokens) if answer is not None else []
        sound = bool(tokens) and len(tokens) <= task.ending.limit and max(tokens) < self._vocabulary
        if not sound:
            tokens = []
        hidden, found = self._read(task, tokens)
        if not tokens or answer is None:
            return self._output_of(task, Answer((), "", "length"), hidden, np.array([FAR], np.int64))
        if found is None:
            return Output(Outcome.NON_FINITE)
        finish = task.ending.reached(tokens)
        if finish is None or task.ending.first(tokens) < len(tokens) or answer != task.ending.answer(tokens, finish):
            found[-1] = FAR
        return self._output_of(task, answer, hidden, np.array(found, np.int64))

    def _read(self, task: Task, tokens: Sequence[int]) -> tuple[npt.NDArray[np.float32], list[int] | None]:
        """Return the hidden states at the places that tokens were drawn at, and the tokens' margins.

        These are None where the logits are not numbers. At no time more logits are held than those of a piece.
        """
        hidden: list[npt.NDArray[np.float32]] = []
        found: list[int] = []
        text, first = self._text(task.room), len(task.prompt) - 1
        for piece in pieces([*task.prompt, *tokens[:-1]], self._decoder.chunk):
            at = text.length - first  # the step of the piece's first place
            reading = text.read(piece)
            places = slice(max(0, -at), None)
            hidden.append(reading.hidden[places])
            drawn = tokens[max(0, at) : max(0, at + len(piece))]
            try:
                found += margins(
                    reading.logits[places][: len(drawn)],
                    drawn,
                    task.noise,
                    task.options.sampling,
                    first=max(0, at),
                    band=self._output.band,
                )
            except FloatingPointError:
                return np.concatenate(hidden), None
        return np.concatenate(hidden), found

    def _output_of(
        self, task: Task, answer: Answer, hidden: npt.NDArray[np.float32], found: npt.NDArray[np.int64] | None = None
    ) -> Output:
        if not np.isfinite(hidden).all():
            return Output(Outcome.NON_FINITE)
        units = self._prompter.units(len(task.prompt), len(answer.tokens))
        tensors: dict[str, Tensor] = {self._manifest.profile.tensor: hidden[None]}
        if found is not None:
            tensors[MARGINS] = found
        return Output(Outcome.OK, answer.to_json(), self._output.media_type, units, tensors)
