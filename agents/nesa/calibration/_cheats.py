"""What a miner does that wants to save work, or to say something else than the model."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from nesa.calibration._jobs import Job
from nesa.calibration._machines import Machine
from nesa.engines import Output
from nesa.text import Answer, Prompter, read_answer

__all__ = ["BEHAVIOURS", "READ", "RIGHT", "behave", "read_by"]

READ = ", then read"
"""Ends the name of a cheat whose fingerprint is right: the true model reads what another way has written."""
RIGHT = frozenset({"head"})
"""Variants whose fingerprint is right without that: they differ in what comes after the tensor."""
_WARMER = 300
_HOTTEST = 2000
_OTHER_SYSTEM = "You are a pirate. Answer in one word."

BEHAVIOURS: Mapping[str, str] = MappingProxyType(
    {
        "system": "another system prompt than the one asked for",
        "temperature": "another temperature: 0.3 more",
        "seed": "another seed",
        "edited": "one token replaced by another, the rest kept, read by the true model",
        "cached": "the answer to another job, read by the true model",
    }
)


def read_by(machine: Machine, job: Job, payload: bytes) -> Output:
    """Return a run that claims to have written ``payload``: its tensor is the true one for these tokens."""
    own = machine.read(job, payload)
    return replace(own, payload=payload)


def _system(job: Job) -> Job:
    asked = json.loads(job.data)
    if "messages" not in asked:
        return replace(job, data=json.dumps({"prompt": f"{_OTHER_SYSTEM} {asked['prompt']}"}).encode())
    rest = [message for message in asked["messages"] if message["role"] != "system"]
    return replace(job, data=json.dumps({"messages": [{"role": "system", "content": _OTHER_SYSTEM}, *rest]}).encode())


def _temperature(job: Job) -> Job | None:
    options = json.loads(job.options)
    if options["temperature"] + _WARMER > _HOTTEST:
        return None
    options["temperature"] += _WARMER
    return replace(job, options=json.dumps(options, separators=(",", ":"), sort_keys=True).encode())


def _seed(job: Job) -> Job | None:
    if json.loads(job.options)["temperature"] == 0:
        return None  # there is nothing that a seed decides
    return replace(job, seed=bytes(byte ^ 255 for byte in job.seed))


_ASKED: Mapping[str, Callable[[Job], Job | None]] = {"system": _system, "temperature": _temperature, "seed": _seed}


def _edited(payload: bytes, prompter: Prompter, rng: np.random.Generator) -> tuple[bytes, int] | None:
    """Return an answer with a token replaced at random, and how many tokens there are up to it; None if it has one."""
    answer = read_answer(payload)
    if answer is None or len(answer.tokens) < 2:  # noqa: PLR2004 - a token to replace, and one that ends the answer
        return None
    place = int(rng.integers(len(answer.tokens) - 1))
    tokens = list(answer.tokens)
    special = set(prompter.tokenizer.special.values())
    while tokens[place] == answer.tokens[place] or tokens[place] in special:
        tokens[place] = int(rng.integers(prompter.tokenizer.size))
    text = prompter.tokenizer.decode(tokens)
    return Answer(tuple(tokens), text, answer.finish).to_json(), place + 1


def behave(
    job: Job, machine: Machine, prompter: Prompter, payload: bytes, earlier: bytes
) -> Iterator[tuple[str, Output, int]]:
    """Yield what a miner delivers that has the true model and does not as asked, and from which token on it shows.

    Args:
        job: what was asked.
        machine: with the true model.
        prompter: of the model.
        payload: the true answer.
        earlier: the answer to another job; may be empty.
    """
    for name, change in _ASKED.items():
        asked = change(job)
        if asked is not None:
            yield name, machine.write(asked), 1
    changed = _edited(payload, prompter, np.random.default_rng([4, job.number]))
    if changed is not None:
        yield "edited", read_by(machine, job, changed[0]), changed[1]
    if earlier:
        yield "cached", read_by(machine, job, earlier), 1
