"""Chooses the engine that a manifest asks for."""

from nesa.engines._api import Engine, EngineConfig, Model
from nesa.engines._embedding import EmbeddingEngine
from nesa.engines._genai import GenaiEngine
from nesa.engines._onnx import OnnxEngine
from nesa.engines._seq2seq import Seq2SeqEngine
from nesa.engines._text import TextEngine
from nesa.errors import ModelUnavailableError
from nesa.models import Manifest, Store

__all__ = ["load_model"]

_DEFAULT = EngineConfig()


def load_model(manifest: Manifest, store: Store, config: EngineConfig = _DEFAULT) -> Model:
    """Load a manifest's model from the store; blocks.

    Raises:
        EngineError: as `Engine.load` says; a `ModelUnavailableError` makes a verifier abstain.
        HostileModelError: the graph is refused.
        ManifestError: the graph and the manifest do not fit together.
    """
    engines: dict[str, Engine] = {
        "onnx": OnnxEngine(config),
        "onnx-embedding": EmbeddingEngine(config),
        "onnx-seq2seq": Seq2SeqEngine(config),
        "onnx-text": TextEngine(config),
        "onnxruntime-genai": GenaiEngine(config),
    }
    engine = engines.get(manifest.engine.name)
    if engine is None:
        raise ModelUnavailableError(f"this machine has no engine {manifest.engine.name!r}")
    return engine.load(manifest, store)
