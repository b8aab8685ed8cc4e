"""What an engine is: it loads a manifest's model, which then turns inputs into outputs and internal tensors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from nesa.models import Manifest, Store

__all__ = ["Engine", "EngineConfig", "Model", "Outcome", "Output", "RunsAgain", "Tensor"]

Tensor: TypeAlias = npt.NDArray[np.generic]


class Outcome(IntEnum):
    """What came of running a model, numbered as on the chain.

    All but `OK` are canonical: honest miners agree on them, and they are neither a fault nor a dispute.
    """

    OK = 1
    INVALID_INPUT = 2
    NON_FINITE = 3
    OVER_LIMIT = 4
    UNAVAILABLE = 5


@dataclass(frozen=True, slots=True)
class Output:
    """The result of one run.

    Attributes:
        outcome: what came of it; anything but `Outcome.OK` has no payload, units or tensors.
        payload: the answer's bytes.
        media_type: type of the payload.
        units: what is charged, counted in the manifest's unit.
        tensors: the profile's internal tensor and the graph's output, by name, as the graph shapes them.
    """

    outcome: Outcome
    payload: bytes = b""
    media_type: str = ""
    units: int = 0
    tensors: Mapping[str, Tensor] = field(default_factory=dict)

    def limited(self, max_units: int) -> "Output":
        """Return this output, or `Outcome.OVER_LIMIT` where it would cost more than ``max_units``."""
        return self if self.units <= max_units else Output(Outcome.OVER_LIMIT)


class Model(Protocol):
    """A loaded model. One instance serves many threads."""

    @property
    def manifest(self) -> Manifest:
        """The manifest it was loaded from."""
        ...

    @property
    def together(self) -> int:
        """How many runs at once take about as much of the processor as one does: its threads take turns."""
        ...

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Run the model on an input; blocks, so call it from a worker thread.

        Args:
            data: the request's input.
            options: canonical JSON after the manifest's ``options``; empty takes the defaults.
            seed: 32 bytes of the model's own randomness, for models that have any.

        Returns:
            The output; what is wrong with the input shows in its outcome.

        Raises:
            EngineError: this machine failed, which says nothing about the input.
            RunCancelledError: the run was given up; see `cancelled_by`.
        """
        ...

    def read(self, data: bytes, options: bytes, seed: bytes, payload: bytes) -> Output:
        """Do what it takes to judge an answer that somebody else gave; blocks.

        Most models run again. A language model reads the answer's tokens after its prompt, which takes one pass and
        does not depend on what it would have written itself.

        Raises:
            EngineError: as `run`.
        """
        ...


class RunsAgain:
    """A model that judges others' answers by its own, and whose runs share nothing."""

    together = 1

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Run the model; see `Model`."""
        raise NotImplementedError

    def read(self, data: bytes, options: bytes, seed: bytes, payload: bytes) -> Output:
        """Run the model; see `Model`."""
        del payload
        return self.run(data, options, seed)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How this machine runs models.

    Attributes:
        provider: ``cpu``, ``cuda`` or ``coreml``.
        threads: threads of one run; 0 takes as many as there are cores.
        optimisation: level of graph optimisation; empty takes the manifest's.
        chunk: the most tokens that a language model reads at once; 0 leaves it to the engine.
    """

    provider: str = "cpu"
    threads: int = 0
    optimisation: str = ""
    chunk: int = 0


class Engine(Protocol):
    """Loads models of one kind."""

    def load(self, manifest: Manifest, store: Store) -> Model:
        """Load a model; blocks.

        Raises:
            ModelUnavailableError: a file, the runtime or its version is missing here.
            ProviderError: the execution provider that is configured does not run.
            HostileModelError: the graph is refused.
            ManifestError: the graph lacks a tensor that the manifest names.
        """
        ...
