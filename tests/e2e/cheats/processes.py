"""Miners that cheat, as processes: ``python processes.py CHEAT HOME``. All else about them is the real agent."""

import base64
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np

from calibration import cheats
from nesa.chain import Outcome, Result
from nesa.engines import EngineConfig, Model, Output, RunsAgain, load_model
from nesa.errors import EngineError
from nesa.miner import MinerConfig, run
from nesa.miner._journal import Kind
from nesa.miner._sortition import commitment
from nesa.models import LabelOutput, Manifest, Store

__all__ = ["EXECUTORS", "VERIFIERS"]

Tamper = Callable[[Kind, list[Any]], Sequence[Any]]
_SALT = bytes(range(32))


# ------------------------------------------------------------ cheaper, other or forged answers


@dataclass(frozen=True, slots=True)
class Bent(RunsAgain):
    """A model whose runs go through a function."""

    manifest: Manifest
    bend: Callable[[bytes, bytes, bytes], Output]

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        return self.bend(data, options, seed)


def honest(manifest: Manifest, store: Store, config: EngineConfig) -> Model:
    return load_model(manifest, store, config)


def swapped(manifest: Manifest, store: Store, _config: EngineConfig) -> Model:
    graph = store.path(next(file.sha256 for file in manifest.files if file.path == manifest.engine.graph))
    return cheats.with_graph(manifest, store, cheats.int8(graph.read_bytes()))


def other_style(manifest: Manifest, store: Store, config: EngineConfig) -> Model:
    model = load_model(manifest, store, config)
    return Bent(manifest, lambda data, options, seed: model.run(data, cheats.other_style(options), seed))


def forged(manifest: Manifest, store: Store, config: EngineConfig) -> Model:
    model = load_model(manifest, store, config)
    assert isinstance(manifest.output, LabelOutput)
    labels, rng = manifest.output.labels, np.random.default_rng(1)

    def bend(data: bytes, options: bytes, seed: bytes) -> Output:
        output = model.run(data, options, seed)
        return replace(output, payload=cheats.forge_label(output, labels, rng))

    return Bent(manifest, bend)


def lame(manifest: Manifest, _store: Store, _config: EngineConfig) -> Model:
    def bend(_data: bytes, _options: bytes, _seed: bytes) -> Output:
        raise EngineError("the model's files are gone")

    return Bent(manifest, bend)


# ------------------------------------------------------------ other messages than the work gives


class Liar:
    """Changes what a miner signs.

    Args:
        config: the miner's settings.
        mark: makes the fingerprint to reveal out of the executor's.
    """

    def __init__(self, config: MinerConfig, mark: Callable[[bytes], bytes] = bytes) -> None:
        self._config = config
        self._mark = mark
        self._results: dict[tuple[int, int], Result] = {}

    def only_checks(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Claim seats of committees alone, to be in them."""
        return [entry for entry in entries if kind is not Kind.CLAIM or entry.round > 0]

    def lies(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Commit to and reveal a fingerprint that was not computed, and that all is well."""
        if kind is Kind.COMMIT:
            return [replace(entry, commitment=self._promise(entry.job_id, entry.round)) for entry in entries]
        if kind is Kind.REVEAL:
            return [replace(entry, result=self._results[entry.job_id, entry.round], salt=_SALT) for entry in entries]
        return self.only_checks(kind, entries)

    def withholds(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Commit, and never reveal."""
        return [] if kind is Kind.REVEAL else self.only_checks(kind, entries)

    def points_nowhere(self, kind: Kind, entries: list[Any]) -> Sequence[Any]:
        """Deliver a digest and an address where nothing is."""
        if kind is not Kind.DELIVER:
            return entries
        relay = self._config.network.relay
        return [replace(entry, output=b"", output_uri=f"{relay}/{entry.output_digest.hex()}") for entry in entries]

    def _promise(self, job: int, round_: int) -> bytes:
        answer = httpx.get(f"{self._config.network.rest}/nesa/job/v1/jobs/{job}").raise_for_status().json()
        theirs = base64.b64decode(answer["job"]["delivery"]["fingerprint"])
        result = Result(Outcome.OK, self._mark(theirs), (0, 0, 0))
        self._results[job, round_] = result
        return commitment(self._config.network.chain_id, job, round_, self._config.owner, result, _SALT)


EXECUTORS = ("int8", "style", "forged", "absent")
VERIFIERS = ("copier", "guesser", "withholder", "lame")


def main(cheat: str, home: Path) -> None:
    config = MinerConfig.load(home)
    engines = {"int8": swapped, "style": other_style, "forged": forged, "lame": lame}
    liar, guess = Liar(config), Liar(config, lambda theirs: bytes(len(theirs)))
    tampers: Mapping[str, Tamper] = {
        "absent": liar.points_nowhere,
        "copier": liar.lies,
        "guesser": guess.lies,
        "withholder": liar.withholds,
        "lame": liar.only_checks,
        "checker": liar.only_checks,
    }
    anyio.run(lambda: run(config, engine=engines.get(cheat, honest), tamper=tampers.get(cheat)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
