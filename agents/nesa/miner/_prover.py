"""Proofs of this machine's runs, with ``nesa-prove``."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio
import anyio.to_thread
import structlog

from nesa._programs import find_program
from nesa.errors import MinerError, NesaError
from nesa.models import Manifest, Store
from nesa.provable import PROVING_KEYS, as_context, prove, read_verifying_key

__all__ = ["LocalProver", "find_prover"]

Admitted: TypeAlias = Callable[[int], Awaitable[bytes | None]]

_log = structlog.get_logger("nesa.miner")
_PUBLIC = PROVING_KEYS[False]
_SECONDS = 600.0  # of one proof at most; the run window ends it sooner


class LocalProver:
    """Proves with the proving key that a model's manifest lists; one proof at a time, for each takes all processors."""

    def __init__(self, store: Store, admitted: Admitted) -> None:
        self._store = store
        self._admitted = admitted
        self._fits: dict[int, bool] = {}
        self._turn = anyio.Lock()

    async def can_prove(self, version: int, manifest: Manifest) -> bool:
        """Tell whether the model has a proving key for public inputs, of the set-up whose proofs the chain takes.

        A publisher who lists another's would cost every miner that claims its bond.
        """
        listed = [file.sha256 for file in manifest.files if file.path == _PUBLIC]
        if listed and version not in self._fits:
            admitted = await self._admitted(version)
            if admitted is None:
                return False
            own = await anyio.to_thread.run_sync(read_verifying_key, self._store.path(listed[0]))
            self._fits[version] = own == admitted  # the chain never replaces one
            if own != admitted:
                _log.warning("another_set_up", version=version)
        return bool(listed) and self._fits[version]

    async def prove(self, manifest: Manifest, data: bytes, output: bytes, context: bytes) -> bytes:
        """Return the proof that the model gives ``output`` on ``data``, bound to a 32-byte digest.

        Raises:
            MinerError: it cannot be made, or the model gives something else.
        """
        graph, key = (self._store.path(manifest.file(path).sha256) for path in (manifest.engine.graph, _PUBLIC))
        async with self._turn:
            try:
                proven = await anyio.to_thread.run_sync(
                    lambda: prove(graph, key, data, as_context(context), salt=None, timeout=_SECONDS)
                )
            except NesaError as error:
                raise MinerError(f"no proof could be made: {error}") from error
        if proven.output != output:
            raise MinerError("the model gives another output in exact integers than this machine's engine")
        return proven.proof


def find_prover(store: Store, admitted: Admitted) -> LocalProver | None:
    """Return what proves on this machine, if ``nesa-prove`` is here.

    Args:
        store: where proving keys are.
        admitted: returns the verifying key that the chain has of a version, for inputs that are public, if it has one.
    """
    try:
        find_program("NESA_PROVE", "nesa-prove", "build/bin")
    except NesaError:
        return None
    return LocalProver(store, admitted)
