"""The engine of language models: a plain loop over a graph with a key-value cache."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nesa.engines._api import EngineConfig, Outcome, Output, Tensor
from nesa.engines._decoder import Decoder, windows_of
from nesa.engines._prefixes import Prefixes
from nesa.engines._runtime import open_session
from nesa.errors import InvalidInputError, ManifestError, ModelUnavailableError, StoreError
from nesa.models import Manifest, Store, TextInput, TextOutput, parse_graph
from nesa.sampling import FAR, Noise, choose, margins
from nesa.text import Answer, Ending, Prompter, TextOptions, parse_options, read_answer

__all__ = ["MARGINS", "Place", "Reader", "Task", "TextEngine", "TextModel", "Written"]

MARGINS = "margins"
"""Name under which a reading gives int64 [tokens]: how far each token is from one's own choice."""

_SHARE = 8  # of the memory that the manifest asks for, one part remembers prompts


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
            windows=windows_of(graph.graph),
            chunk=self.config.chunk,
        )
        return self._model(manifest, prompter, decoder, folder)

    def _model(self, manifest: Manifest, prompter: Prompter, decoder: Decoder, folder: Path) -> "TextModel":
        del folder
        return TextModel(manifest, prompter, decoder)


@dataclass(frozen=True, slots=True)
class Written:
    """A token as it is written.

    Attributes:
        token: its id.
        hidden: float32 [features], of the place that it was drawn at.
    """

    token: int
    hidden: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: float32 [vocabulary] of logits for what comes next, and float32 [features] of hidden state."""

    logits: npt.NDArray[np.float32]
    hidden: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Task:
    """A request, understood."""

    prompt: list[int]
    options: TextOptions
    ending: Ending
    noise: Noise


class Reader(Protocol):
    """Reads a text in pieces, one after another."""

    def read(self, tokens: Sequence[int]) -> Place:
        """Read the next tokens, and tell of the last of them.

        Raises:
            EngineError: the runtime failed.
        """
        ...

    def close(self) -> None:
        """Be done with the text."""
        ...


class _Loop:
    """Reads with the plain loop, from where a text that began alike was left."""

    def __init__(self, decoder: Decoder, prefixes: Prefixes | None) -> None:
        self._decoder = decoder
        self._prefixes = prefixes
        self._past = decoder.begin()
        self._seen: list[int] = []

    def read(self, tokens: Sequence[int]) -> Place:
        first = not self._seen
        if first and self._prefixes:
            self._past = self._prefixes.find(tokens) or self._past
        reading = self._decoder.read(tokens[self._past.length - len(self._seen) :], self._past)
        self._past = reading.past
        self._seen.extend(tokens)
        if first:
            self.close()
        return Place(reading.logits[-1], reading.hidden[-1])

    def close(self) -> None:
        """Remember what was read, for a text that goes on from there."""
        if self._prefixes:
            self._prefixes.keep(self._seen, self._past)


class TextModel:
    """A language model in a session of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, prompter: Prompter, decoder: Decoder) -> None:
        if not isinstance(manifest.input, TextInput) or not isinstance(manifest.output, TextOutput):
            raise ManifestError("the manifest is not of a language model")
        self._manifest = manifest
        self._input, self._output = manifest.input, manifest.output
        self._prompter = prompter
        self._decoder = decoder
        share = manifest.hardware.memory // _SHARE
        self._prefixes = Prefixes(decoder.cut, share) if decoder.can_cut else None
        self._vocabulary = decoder.read([0], decoder.begin()).logits.shape[1]
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
        found = parse_options(options, self._manifest.sampling, self._vocabulary)
        limit = min(found.max_tokens, self._input.context - len(prompt))
        ending = Ending(self._prompter.tokenizer, self._output.stops, found.stop, limit)
        return Task(prompt, found, ending, Noise(seed))

    def write(self, task: Task) -> Iterator[Written]:
        """Yield an answer's tokens one by one, until it ends; leave off to cancel.

        Raises:
            EngineError: the runtime failed.
            FloatingPointError: the logits are not numbers.
        """
        tokens: list[int] = []
        with closing(self._reader()) as reader:
            place = reader.read(task.prompt)
            while True:
                token = choose(place.logits, task.noise, len(tokens), task.options.sampling)
                tokens.append(token)
                yield Written(token, place.hidden)
                if task.ending.reached(tokens):
                    return
                place = reader.read([token])

    def _reader(self) -> Reader:
        return _Loop(self._decoder, self._prefixes)

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Write an answer; see `nesa.engines.Model`. The tensor is float32 [1, tokens, features]."""
        try:
            task = self._understand(data, options, seed)
            written = list(self.write(task))
        except InvalidInputError:
            return Output(Outcome.INVALID_INPUT)
        except FloatingPointError:
            return Output(Outcome.NON_FINITE)
        tokens = [one.token for one in written]
        answer = task.ending.answer(tokens, task.ending.reached(tokens) or "length")
        return self._output_of(task, answer, np.stack([one.hidden for one in written]))

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
        reading = self._decoder.read([*task.prompt, *tokens[:-1]], self._decoder.begin())
        places = slice(len(task.prompt) - 1, None)
        logits, hidden = reading.logits[places], reading.hidden[places]
        if not tokens or answer is None:
            return self._output_of(task, Answer((), "", "length"), hidden, np.array([FAR], np.int64))
        try:
            found = margins(logits, tokens, task.noise, task.options.sampling, band=self._output.band)
        except FloatingPointError:
            return Output(Outcome.NON_FINITE)
        finish = task.ending.reached(tokens)
        if finish is None or task.ending.first(tokens) < len(tokens) or answer != task.ending.answer(tokens, finish):
            found[-1] = FAR
        return self._output_of(task, answer, hidden, np.array(found, np.int64))

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
