"""Requests for text: plain ones, and ones that are made to divide honest machines."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nesa.client import CERTAIN, JobRequest
from nesa.demo._cheats import conversation, question
from nesa.engines import EngineConfig, TextModel, load_model
from nesa.models import Store
from nesa.sampling import FAR, Noise, quantise

__all__ = ["CHAT", "CRAFTED", "HONEST", "Bait", "baits", "honest_texts", "tried"]

CHAT = "chat"
HONEST = ("warm", "cold", "hot")
CRAFTED = ("boundary", "tie", "bytes", "stops")
_BOLDEST = 2000
_WORDINGS = 150
_SEEDS = 20_000
_TOKENS = 48
_K = 64


@dataclass(frozen=True, slots=True)
class Bait:
    """A request whose first token is decided by next to nothing.

    Attributes:
        request: made so.
        gap: what decides, in units of 2^-16 of a logit.
    """

    request: JobRequest
    gap: int


def asking(data: bytes, options: Mapping[str, int | list[str]], seed: bytes = b"") -> JobRequest:
    return JobRequest(f"test/{CHAT}", data, dict(options), check_bps=CERTAIN, seed=seed)


def tried(name: str, seed: bytes) -> JobRequest:
    """The request that a cheat is tried on."""
    data, options = question(name)
    return asking(data, options, seed)


def honest_texts() -> dict[str, JobRequest]:
    """Requests that nobody has made difficult."""
    data = conversation("What is a miner?")
    temperatures = dict(zip(HONEST, (700, 0, _BOLDEST), strict=True))
    return {name: asking(data, {"temperature": at, "max_tokens": _TOKENS}) for name, at in temperatures.items()}


def baits(folder: Path, store: Path) -> dict[str, Bait]:
    """Requests by which somebody with the model's weights would divide honest machines."""
    found = Store(store)
    model = load_model(found.manifest(found.add_folder(folder)), found, EngineConfig(threads=1))
    assert isinstance(model, TextModel)
    wordings = [conversation(f"Tell me {number} things about Nesa.") for number in range(_WORDINGS)]
    logits = [first_logits(model, data) for data in wordings]
    plain = conversation("How are you?")
    bold = {"temperature": _BOLDEST, "max_tokens": _TOKENS}
    return {
        "boundary": boundary(wordings, logits),
        "tie": tie(wordings, logits),
        "bytes": Bait(asking(plain, {**bold, "top_k": 0}), 0),
        "stops": Bait(asking(plain, {**bold, "top_k": 0, "stop": ["e", " ", "\ufffd"]}), 0),
    }


def first_logits(model: TextModel, data: bytes) -> npt.NDArray[np.int64]:
    prompt = model._understand(data, b"", bytes(32)).prompt
    return quantise(model._text(len(prompt)).read(prompt).logits[-1])


def boundary(wordings: list[bytes], logits: list[npt.NDArray[np.int64]]) -> Bait:
    """The wording and the top-k at whose boundary two tokens all but tie, and a seed that draws the one inside."""
    ordered = [np.argsort(-row, kind="stable")[: _K + 1] for row in logits]
    gaps = [-np.diff(row[order]) for row, order in zip(logits, ordered, strict=True)]
    gaps = [np.where(gap > 0, gap, FAR) for gap in gaps]  # what ties to the bit stays in everywhere
    at = min(range(len(gaps)), key=lambda number: int(gaps[number].min()))
    k = int(gaps[at].argmin()) + 1
    inside = ordered[at][:k]
    for seed in seeds():
        noise = Noise(seed).at(0, logits[at].size)
        if (1000 * logits[at][inside] + _BOLDEST * noise[inside].astype(np.int64)).argmax() == k - 1:
            options = {"temperature": _BOLDEST, "top_k": k, "max_tokens": _TOKENS}
            return Bait(asking(wordings[at], options, seed), int(gaps[at].min()))
    raise AssertionError("no seed draws the token at the boundary")


def tie(wordings: list[bytes], logits: list[npt.NDArray[np.int64]]) -> Bait:
    """The wording and seed at which the two best tokens all but tie."""
    best: tuple[int, bytes, bytes] | None = None
    for number, seed in enumerate(islice(seeds(), _SEEDS // 4)):
        at = number % len(logits)
        weighed = 1000 * logits[at] + _BOLDEST * Noise(seed).at(0, logits[at].size).astype(np.int64)
        second, first = np.partition(weighed, -2)[-2:]
        gap = int(first - second) // 1000
        if best is None or gap < best[0]:
            best = gap, wordings[at], seed
    assert best is not None
    return Bait(asking(best[1], {"temperature": _BOLDEST, "top_k": 0, "max_tokens": _TOKENS}, best[2]), best[0])


def seeds() -> Iterator[bytes]:
    return (hashlib.sha256(number.to_bytes(8)).digest() for number in range(_SEEDS))
