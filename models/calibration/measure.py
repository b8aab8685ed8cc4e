"""Runs honest and cheating miners over many inputs and keeps what each check measured."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from calibration import cheats
from calibration.committee import Case, Found
from calibration.inputs import Sample
from nesa.engines import EngineConfig, Model, Outcome, Output, load_model
from nesa.models import LabelOutput, Manifest, Store
from nesa.verify import Delivery

__all__ = ["EXECUTOR_CHEATS", "VERIFIER_CHEATS", "Measured", "measure"]

THREADS = (1, 2, 4)
LEVELS = ("disabled", "basic", "extended", "all")
COMMITTEE = 3

EXECUTOR_CHEATS = {
    "int8": "weights and activations in 8 bits",
    "half": "weights in 16 bits",
    "other": "another style painted than the one asked for",
    "forged": "honest fingerprint, forged answer",
    "random": "no computation: random fingerprint, honest answer copied from elsewhere",
    "stale": "fingerprint of the same input under another job's seed",
}
VERIFIER_CHEATS = {
    "copied": "the executor's fingerprint handed in as one's own",
    "zeros": "a fingerprint of zeros, the best guess without a computation",
    "guessed": "random values of the usual size",
    "reseeded": "the true tensor under another job's seed",
    "int8-check": "a check with the 8-bit model",
}

Measured = dict[str, list[Found]]


class _Models:
    """The honest model in all its variations, and the cheap ones."""

    def __init__(self, manifest: Manifest, store: Store) -> None:
        graph = store.read(manifest.file(manifest.engine.graph))
        self.honest = [
            load_model(manifest, store, EngineConfig(threads=threads, optimisation=level))
            for threads, level in product(THREADS, LEVELS)
        ]
        self.int8 = cheats.with_graph(manifest, store, cheats.int8(graph))
        self.half = cheats.with_graph(manifest, store, cheats.half(graph))

    def draw(self, rng: np.random.Generator) -> list[Model]:
        """Return different machines for the executor and the committee."""
        return [self.honest[i] for i in rng.choice(len(self.honest), COMMITTEE + 1, replace=False)]


def measure(
    manifest: Manifest, store: Store, sample: Callable[[int], Sample], honest: int, each_cheat: int
) -> Measured:
    """Return what the checks of ``honest`` honest and ``each_cheat`` cheating miners of each kind measured."""
    models = _Models(manifest, store)
    found: Measured = {"honest": []}
    number = 0
    while len(found["honest"]) < honest:
        number += 1
        data, options = sample(number)
        rng = np.random.default_rng([2, number])
        executor, *committee = models.draw(rng)
        case = Case(number, executor, [model.run(data, options) for model in committee])
        own = executor.run(data, options)
        if own.outcome is not Outcome.OK:
            found.setdefault("refused", []).append(case.check(case.delivery(own)))
            continue
        found["honest"].append(case.check(case.delivery(own)))
        if len(found["honest"]) <= each_cheat:
            for name, result in _cheats(case, models, own, (data, options), rng):
                found.setdefault(name, []).append(result)
    return found


def _cheats(
    case: Case, models: _Models, own: Output, sample: Sample, rng: np.random.Generator
) -> Iterator[tuple[str, Found]]:
    data, options = sample
    honest = case.delivery(own)
    quantised = models.int8.run(data, options)
    yield "int8", case.check(case.delivery(quantised))
    yield "half", case.check(case.delivery(models.half.run(data, options)))
    output = case.model.manifest.output
    if isinstance(output, LabelOutput):
        forged = cheats.forge_label(own, output.labels, rng)
    else:
        forged = cheats.forge_patch(own, rng)
        yield "other", case.check(case.delivery(case.model.run(data, cheats.other_style(options))))
    yield "forged", case.check(case.delivery(own, forged))

    values = np.frombuffer(honest.fingerprint, ">i2")
    guess = np.clip(rng.normal(0, max(1.0, float(values.std())), values.shape), -32768, 32767).astype(">i2").tobytes()
    stale = Case(case.number + 1_000_000, case.model, case.verifiers)
    yield "random", case.check(_with(own, guess))
    yield "stale", case.check(_with(own, stale.fingerprint(own, 0)))

    yield "copied", case.check(honest, honest.fingerprint)
    yield "zeros", case.check(honest, bytes(len(honest.fingerprint)))
    yield "guessed", case.check(honest, guess)
    yield "reseeded", case.check(honest, stale.fingerprint(own, 1))
    yield "int8-check", case.check(honest, case.fingerprint(quantised, 1))


def _with(own: Output, fingerprint: bytes) -> Delivery:
    return Delivery(own.outcome, own.payload, own.units, fingerprint)
