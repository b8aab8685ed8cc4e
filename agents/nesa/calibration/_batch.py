"""Writes several answers at once, as a miner with many requests would."""

# ruff: noqa: SLF001 - the engines run one request at a time; this looks into them to run the same graph on several

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nesa.calibration._jobs import Job
from nesa.engines import Outcome, Output, TextModel
from nesa.errors import InvalidInputError
from nesa.sampling import choose

__all__ = ["write_batch"]

Floats = npt.NDArray[np.float32]


@dataclass
class _Row:
    """A request and what was written so far: the engine's task, tokens, and hidden states of their places."""

    task: Any
    tokens: list[int] = field(default_factory=list)
    hidden: list[Floats] = field(default_factory=list)
    over: bool = False

    def go_on(self, logits: Floats, hidden: Floats) -> None:
        """Choose a token."""
        if self.over:
            return
        token = choose(logits, self.task.noise, len(self.tokens), self.task.options.sampling)
        self.tokens.append(token)
        self.hidden.append(hidden)
        self.over = self.task.ending.reached(self.tokens) is not None


def write_batch(model: TextModel, jobs: Sequence[Job]) -> list[Output]:
    """Write answers to several jobs at once; prompts are filled up on the right, and masked.

    Args:
        model: whose graph's cache grows with the text: none of a ring.
        jobs: what is asked; an invalid one is answered as such.
    """
    rows: list[_Row | None] = []
    for job in jobs:
        try:
            rows.append(_Row(model._understand(job.data, job.options, job.seed)))
        except InvalidInputError:
            rows.append(None)
    running = [row for row in rows if row is not None]
    if running:
        _write(model, running)
    return [Output(Outcome.INVALID_INPUT) if row is None else _output(model, row) for row in rows]


def _output(model: TextModel, row: _Row) -> Output:
    answer = row.task.ending.answer(row.tokens, row.task.ending.reached(row.tokens))
    tensors = {model.manifest.profile.tensor: np.stack(row.hidden)[None]}
    return Output(Outcome.OK, answer.to_json(), tensors=tensors)


def _write(model: TextModel, rows: list[_Row]) -> None:
    lengths = np.array([len(row.task.prompt) for row in rows])
    tokens = np.zeros((len(rows), lengths.max()), np.int64)
    for row, line in zip(rows, tokens, strict=True):
        line[: len(row.task.prompt)] = row.task.prompt
    decoder = model._decoder
    past = [
        np.zeros((len(rows), *shape[1:]), dtype) for shape, dtype in zip(decoder._shapes, decoder._types, strict=True)
    ]
    read = np.zeros_like(lengths)
    while True:
        width = past[0].shape[2] + tokens.shape[1]
        feeds: dict[str, Any] = dict(zip(decoder._cached, past, strict=True)) | {"input_ids": tokens}
        if "attention_mask" in decoder._others:
            feeds["attention_mask"] = (np.arange(width) < lengths[:, None]).astype(np.int64)
        if "position_ids" in decoder._others:
            feeds["position_ids"] = read[:, None] + np.arange(tokens.shape[1])
        logits, hidden, *past = decoder._session.run([*decoder._out, *decoder._presents], feeds)
        for at, row in enumerate(rows):
            place = lengths[at] - read[at] - 1
            row.go_on(logits[at, place], hidden[at, place])
        if all(row.over for row in rows):
            return
        read, lengths = lengths, lengths + 1
        tokens = np.array([[row.tokens[-1]] for row in rows], np.int64)
