"""Whether this machine's ONNX Runtime computes the integers of the specification."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from nesa.engines import EngineConfig, load_model
from nesa.errors import ModelUnavailableError, ProvableError
from nesa.models import Manifest, Store
from nesa.provable._form import Provable
from nesa.provable._integers import run_integers

__all__ = ["check_runtime"]

_LEVELS = ("disabled", "all")


def check_runtime(manifest: Manifest, graph: bytes, model: Provable, payloads: Iterable[bytes]) -> bool:
    """Compare ONNX Runtime with the reference; tell whether it is installed in a version that the manifest names.

    Raises:
        ProvableError: it computes something else.
    """
    expected = {payload: run_integers(model, payload) for payload in payloads}
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch))
        store.put(graph)
        for level in _LEVELS:
            try:
                runtime = load_model(manifest, store, EngineConfig(threads=1, optimisation=level))
            except ModelUnavailableError:
                return False
            if any(runtime.run(payload).payload != output for payload, output in expected.items()):
                raise ProvableError(f"this machine's ONNX Runtime computes other integers at the level {level!r}")
    return True
