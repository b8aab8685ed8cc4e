"""Miners that cheat, as processes: ``python processes.py CHEAT HOME``. All else about them is the real agent.

Those that cheat with text are `nesa.demo._cheater`.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import numpy as np

from calibration import cheats
from nesa.demo._liar import Liar
from nesa.engines import EngineConfig, Model, Output, RunsAgain, load_model
from nesa.errors import EngineError
from nesa.miner import MinerConfig, Tamper, run
from nesa.models import LabelOutput, Manifest, Store

__all__ = ["EXECUTORS", "VERIFIERS"]


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
