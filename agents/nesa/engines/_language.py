"""What all language models do alike: understand a request, have an answer written, and read others' answers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from nesa.engines._api import Outcome, Output, Tensor
from nesa.engines._cancel import cancellation
from nesa.engines._decoder import CHUNK, Text, pieces
from nesa.engines._draft import Draft, Task, Writer
from nesa.errors import InvalidInputError, ManifestError
from nesa.models import Manifest, TextInput, TextOutput
from nesa.sampling import FAR, Noise, margins
from nesa.text import Answer, Ending, Grammars, Guide, Prompter, parse_options, read_answer

__all__ = ["MARGINS", "LanguageModel"]

MARGINS = "margins"
"""Name under which a reading gives int64 [tokens]: how far each token is from one's own choice."""


def _allowed(guide: Guide, tokens: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return what was allowed where each of the next tokens stands, bool [tokens, vocabulary]."""
    rows = []
    for token in tokens:
        rows.append(guide.allowed())
        guide.take(token)
    return np.array(rows)


class LanguageModel(ABC):
    """A language model, whatever its graphs look like; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, prompter: Prompter, vocabulary: int, chunk: int = CHUNK) -> None:
        if not isinstance(manifest.input, TextInput) or not isinstance(manifest.output, TextOutput):
            raise ManifestError("the manifest is not of a language model")
        self._manifest = manifest
        self._input, self._output = manifest.input, manifest.output
        self._prompter = prompter
        self._vocabulary = vocabulary
        self._chunk = chunk
        if prompter.tokenizer.size > vocabulary or max(self._output.stops) >= vocabulary:
            raise ManifestError(
                f"the tokenizer has {prompter.tokenizer.size} tokens, and the graph tells {vocabulary} apart"
            )
        self._grammars: Grammars | None = None
        if manifest.guidance:
            self._grammars = Grammars(manifest.guidance, prompter.tokenizer.raw, vocabulary, self._output.stops)

    @property
    @abstractmethod
    def _writer(self) -> Writer:
        """What writes answers."""

    @abstractmethod
    def _reading(self, task: Task) -> Text:
        """Return a text of which nothing is read yet, with room for a task's prompt and answer."""

    @property
    def manifest(self) -> Manifest:
        """The manifest it was loaded from."""
        return self._manifest

    @property
    def context(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._input.context

    def _understand(self, data: bytes, options: bytes, seed: bytes) -> Task:
        prompt = self._prompter.prompt(data)
        found = parse_options(options, self._manifest, self._prompter.tokenizer.size)
        limit = min(found.max_tokens, self._input.context - len(prompt))
        ending = Ending(self._prompter.tokenizer, self._output.stops, found.stop, limit)
        guide = None
        if found.schema and self._grammars:
            self._grammars.guide(found.schema)  # which says what is wrong with it
            guide = partial(self._grammars.guide, found.schema)
        return Task(prompt, found, ending, Noise(seed), guide)

    @property
    def together(self) -> int:
        """How many answers are written in one run of the graph."""
        return self._writer.together

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Write an answer; see `nesa.engines.Model`. The tensor, if any, is float32 [1, tokens, features]."""
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
        text, first = self._reading(task), len(task.prompt) - 1
        guide = task.guide() if task.guide else None
        for piece in pieces([*task.prompt, *tokens[:-1]], self._chunk):
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
                    allowed=_allowed(guide, drawn) if guide else None,
                )
            except FloatingPointError:
                return np.concatenate(hidden), None
        return np.concatenate(hidden), found

    def _output_of(
        self, task: Task, answer: Answer, hidden: npt.NDArray[np.float32], found: npt.NDArray[np.int64] | None = None
    ) -> Output:
        if not np.isfinite(hidden).all():
            return Output(Outcome.NON_FINITE)
        units = self._prompter.units(len(task.source or task.prompt), len(answer.tokens))
        profile = self._manifest.profile
        tensors: dict[str, Tensor] = {} if profile.unverified else {profile.tensor: hidden[None]}
        if found is not None:
            tensors[MARGINS] = found
        return Output(Outcome.OK, answer.to_json(), self._output.media_type, units, tensors)
