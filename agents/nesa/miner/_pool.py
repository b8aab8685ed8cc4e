"""Models in memory and the threads that run them."""

import time
from collections.abc import Awaitable, Callable
from threading import Event
from typing import TypeVar

import anyio
import anyio.to_thread

from nesa.engines import EngineConfig, Model, cancelled_by
from nesa.errors import EngineError, ModelUnavailableError, NesaError, StoreError
from nesa.miner._chain import Chain
from nesa.models import Manifest, Policy, Store, fetch_model

__all__ = ["EngineFactory", "ModelPool", "Workers"]

T = TypeVar("T")

_FIRST_PROOF = 5.0  # seconds: before one was made, so many are not promised at once

_COMPARED = ("positions", "projections", "scale_bits", "shift", "threshold", "score_thresholds")
"""What manifest and chain both say of how runs are compared; where they differ, honest work is refused or at fault."""

EngineFactory = Callable[[Manifest, Store, EngineConfig], Model]


class Workers:
    """A few threads for model runs, and a bound on how many runs may wait for one.

    Args:
        threads: runs at once.
        queue: runs that may wait.
        clock: seconds, monotonic.
    """

    def __init__(self, threads: int, queue: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.threads = threads
        self._queue = queue
        self._clock = clock
        self._limiter = anyio.CapacityLimiter(threads)
        self._shared: dict[int, anyio.CapacityLimiter] = {}
        self._seconds: dict[int, float] = {}
        self._proof_seconds: dict[int, float] = {}
        self._proofs = 0
        self.backlog = 0

    def full(self, coming: float) -> bool:
        """Whether no more work should be taken on, when so many runs are likely to come of what was claimed."""
        return self.backlog + coming >= self.threads + self._queue

    def expected(self, version: int, coming: float, *, proven: bool = False) -> float:
        """Return the seconds until a run of a version would be done; nothing is known before the first.

        Args:
            version: of the model.
            coming: runs that are likely to come of what was claimed.
            proven: whether a proof must be made of it, of which each takes all processors.
        """
        at_once = self._shared[version].total_tokens if version in self._shared else self.threads
        seconds = self._seconds.get(version, 0.0) * (1 + (self.backlog + coming) / at_once)
        if proven:
            seconds += self._proof_seconds.get(version, _FIRST_PROOF) * (1 + self._proofs + coming)
        return seconds

    async def run(self, version: int, call: Callable[[], T], *, together: int = 1) -> tuple[T, float]:
        """Call a function in a worker thread; return its result and the seconds it took.

        Args:
            version: of the model.
            call: runs it. When this task is cancelled, the run is told so.
            together: how many such runs of the version share the processor as one.
        """
        given_up = Event()

        def timed() -> tuple[T, float]:
            with cancelled_by(given_up.is_set):
                start = self._clock()
                return call(), self._clock() - start

        limiter = self._limiter
        if together > 1:
            limiter = self._shared.setdefault(version, anyio.CapacityLimiter(together))
        self.backlog += 1
        try:
            result, seconds = await anyio.to_thread.run_sync(timed, limiter=limiter, abandon_on_cancel=True)
        finally:
            given_up.set()
            self.backlog -= 1
        self._seconds[version] = 0.8 * self._seconds.get(version, seconds) + 0.2 * seconds
        return result, seconds

    async def prove(self, version: int, call: Callable[[], Awaitable[T]]) -> T:
        """Await evidence that may be a proof, and learn how long one of a version's takes, waiting aside."""
        ahead, start = self._proofs, self._clock()
        self._proofs += 1
        try:
            result = await call()
        finally:
            self._proofs -= 1
        seconds = (self._clock() - start) / (1 + ahead)
        self._proof_seconds[version] = 0.8 * self._proof_seconds.get(version, seconds) + 0.2 * seconds
        return result


class ModelPool:
    """One loaded model for each version, shared by all its jobs.

    Args:
        chain: names each version's manifest.
        store: where models' files are.
        engine: loads a model.
        config: how this machine runs them.
        policy: for files that are not in the store yet; None never downloads.
    """

    def __init__(
        self, chain: Chain, store: Store, *, engine: EngineFactory, config: EngineConfig, policy: Policy | None
    ) -> None:
        self._chain = chain
        self._store = store
        self._engine = engine
        self._config = config
        self._policy = policy
        self._models: dict[int, Model] = {}
        self._locks: dict[int, anyio.Lock] = {}

    def loaded(self, version_id: int) -> bool:
        """Tell whether a version can run at once."""
        return version_id in self._models

    async def get(self, version_id: int) -> Model:
        """Return a version's model, loading it the first time.

        Raises:
            EngineError: this machine cannot run it.
            ChainError: the chain cannot be asked what the version is.
        """
        async with self._locks.setdefault(version_id, anyio.Lock()):
            if version_id not in self._models:
                self._models[version_id] = await self._load(version_id)
            return self._models[version_id]

    async def _load(self, version_id: int) -> Model:
        version = await self._chain.version(version_id)
        digest = version.manifest_digest
        try:
            manifest = await self._manifest(digest, version.uri)
        except NesaError as error:
            raise ModelUnavailableError(f"version {version_id} is not on this machine: {error}") from error
        if any(getattr(manifest.profile, name) != getattr(version.profile, name) for name in _COMPARED):
            raise ModelUnavailableError(
                f"version {version_id} compares results otherwise than its manifest says, which would cost bonds"
            )
        try:
            return await anyio.to_thread.run_sync(self._engine, manifest, self._store, self._config)
        except EngineError:
            raise
        except NesaError as error:
            raise ModelUnavailableError(f"version {version_id} cannot be loaded: {error}") from error

    async def _manifest(self, digest: bytes, uri: str) -> Manifest:
        try:
            manifest = await anyio.to_thread.run_sync(self._store.manifest, digest)
            if not self._store.missing(manifest):
                return manifest
        except StoreError:
            if self._policy is None:
                raise
        if self._policy is None:
            raise StoreError("files of the model are not in the store")
        return await fetch_model(self._store, uri, digest, policy=self._policy)
