"""Machines that honest miners may have, and ways in which they may run a model."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

from nesa.calibration._jobs import Job
from nesa.engines import EngineConfig, Output, TextModel, load_model
from nesa.errors import CalibrationError
from nesa.models import Manifest, Store

__all__ = ["AT_ONCE", "READING", "WAYS", "WRITING", "Machine", "Way", "machine"]

AT_ONCE = 8
"""Jobs that a busy machine writes at the same time."""
_ONE_THREAD = EngineConfig(threads=1)
_ONE_TOKEN = b'{"max_tokens":1}'


@dataclass(frozen=True, slots=True)
class Way:
    """A way to run a language model.

    Attributes:
        config: of the engine.
        engine: its name.
        again: whether the prompt was read before, for another answer, so that the cache of it is used.
    """

    config: EngineConfig = _ONE_THREAD
    engine: str = "onnx-text"
    again: bool = False

    @property
    def quick(self) -> bool:
        """Whether it takes one thread, and reads many tokens at once."""
        return self.config.threads == 1 and self.config.chunk != 1


_LOOPS = {
    f"{threads} thread{'s' * (threads > 1)}, {level}": Way(EngineConfig(threads=threads, optimisation=level))
    for threads, level in (
        *product((1,), ("disabled", "basic", "extended", "all")),
        *product((2, 4), ("disabled", "all")),
    )
}
_PIECES = {
    f"{chunk} token{'s' * (chunk > 1)} at once": Way(EngineConfig(threads=1, chunk=chunk)) for chunk in (1, 16, 64)
}
_OTHERS = {
    **{
        f"onnxruntime-genai, {threads}": Way(EngineConfig(threads=threads), "onnxruntime-genai")
        for threads in (1, 2, 4)
    },
    "prompt known": Way(again=True),
}
WRITING = (*_LOOPS, *_PIECES, *_OTHERS)
"""Names of ways that differ in how an answer is written."""
READING = (*_LOOPS, *_PIECES)
"""Names of ways that differ in how an answer is read: both engines read alike."""
WAYS = {**_LOOPS, **_PIECES, **_OTHERS}


@dataclass(frozen=True, slots=True)
class Machine:
    """A model on a machine."""

    model: TextModel
    again: bool = False

    def write(self, job: Job) -> Output:
        """Answer a job as its executor."""
        self.model.forget()
        if self.again:
            self.model.run(job.data, _ONE_TOKEN, job.seed)
        return self.model.run(job.data, job.options, job.seed)

    def write_all(self, jobs: Sequence[Job]) -> list[Output]:
        """Answer several jobs at the same time, which the engine does in one run of the graph where it can."""
        self.model.forget()
        if self.again:
            for job in jobs:
                self.model.run(job.data, _ONE_TOKEN, job.seed)
        with ThreadPoolExecutor(len(jobs)) as threads:
            return list(threads.map(lambda job: self.model.run(job.data, job.options, job.seed), jobs))

    def read(self, job: Job, payload: bytes) -> Output:
        """Read an answer as its verifier."""
        return self.model.read(job.data, job.options, job.seed, payload)


def machine(way: Way, manifest: Manifest, store: Store) -> Machine:
    """Load a model to run it in a way, on whatever provider: which of them it admits is what measurements tell.

    Raises:
        CalibrationError: it is no language model.
        NesaError: as `nesa.engines.load_model`.
    """
    hardware = replace(manifest.hardware, providers=(way.config.provider,))
    named = replace(manifest, engine=replace(manifest.engine, name=way.engine), hardware=hardware)
    model = load_model(named, store, way.config)
    if not isinstance(model, TextModel):
        raise CalibrationError(f"{manifest.name} is no language model")
    return Machine(model, way.again)
