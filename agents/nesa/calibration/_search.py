"""Looks for prompts that set honest machines apart, as somebody would who wants them punished."""

import random
from typing import Protocol

import numpy as np

from nesa.calibration._honest import Machines
from nesa.calibration._jobs import GREEDY, Job
from nesa.calibration._prompts import RARE, ask
from nesa.calibration._record import Record
from nesa.engines import Outcome
from nesa.text import Prompter, read_answer

__all__ = ["climb"]

_STEPS = 40
_TRIES = (1, 12)
_WORST = -1.0


def _changed(text: str, rng: random.Random) -> str:
    """Change a prompt a little: a piece repeated, left out, moved, or a character put in."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.randint(*_TRIES))
    piece = text[start:end]
    return rng.choice(
        [
            text[:end] + piece * rng.randint(1, 4) + text[end:],
            text[:start] + text[end:],
            text[end:] + piece,
            text[:start] + rng.choice(RARE) + text[start:],
            text[:start] + chr(rng.randint(32, 126)) + text[end:],
        ]
    )


def _noise(machines: Machines, job: Job) -> float:
    """Return how far the tensors of two ways of running are apart: the sum over features, at the worst place."""
    written = machines.way("1 token at once").write(job)
    if written.outcome is not Outcome.OK:
        return _WORST
    own = machines.way("1 thread, all").read(job, written.payload)
    tensor = machines.manifest.profile.tensor
    one, other = (run.tensors[tensor].astype(np.float64) for run in (written, own))
    return float(np.abs(one - other).sum(axis=machines.manifest.profile.feature_axis).max())


def _tie(machines: Machines, prompter: Prompter, job: Job) -> float:
    """Return how near, along a greedy answer, a second token comes to the first: less the gap in logits."""
    model = machines.usual.model
    written = machines.usual.write(job)
    answer = read_answer(written.payload)
    if written.outcome is not Outcome.OK or answer is None:
        return _WORST * 1000
    prompt = prompter.prompt(job.data)
    tokens = [*prompt, *answer.tokens[:-1]]
    text = model._text(len(tokens))  # noqa: SLF001 - nobody else needs the logits
    logits = text.read(tokens).logits[len(prompt) - 1 :]
    best = np.partition(logits, -2, axis=-1)[:, -2:]
    return -float((best[:, 1] - best[:, 0]).min())


class _Searching(Machines, Protocol):
    prompter: Prompter


def climb(machines: _Searching, number: int, record: Record) -> None:
    """Keep the worst prompt that forty small changes lead to: by noise, or by a near tie."""
    rng = random.Random(number)
    by_noise = number % 2 == 0

    def value(text: str) -> float:
        job = Job(number, ask(machines.manifest, text), GREEDY, bytes(32))
        return _noise(machines, job) if by_noise else _tie(machines, machines.prompter, job)

    text = "".join(chr(rng.randint(32, 126)) for _ in range(rng.randint(1, 40)))
    best = value(text)
    for _ in range(_STEPS):
        other = _changed(text, rng)
        found = value(other) if other else _WORST * 1000
        if found >= best:
            text, best = other, found
    record.prompts.append(text)
