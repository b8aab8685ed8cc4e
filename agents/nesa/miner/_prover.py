"""Proofs of this machine's runs, with ``nesa-prove``."""

import anyio
import anyio.to_thread

from nesa._programs import find_program
from nesa.errors import MinerError, NesaError
from nesa.models import Manifest, Store
from nesa.provable import PROVING_KEYS, as_context, prove

__all__ = ["LocalProver", "find_prover"]

_PUBLIC = PROVING_KEYS[False]
_SECONDS = 600.0  # of one proof at most; the run window ends it sooner


class LocalProver:
    """Proves with the proving key that a model's manifest lists; one proof at a time, for each takes all processors."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = anyio.Lock()

    def can_prove(self, manifest: Manifest) -> bool:
        """Tell whether the model has a proving key for inputs that are public."""
        return any(file.path == _PUBLIC for file in manifest.files)

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


def find_prover(store: Store) -> LocalProver | None:
    """Return what proves on this machine, if ``nesa-prove`` is here."""
    try:
        find_program("NESA_PROVE", "nesa-prove", "build/bin")
    except NesaError:
        return None
    return LocalProver(store)
