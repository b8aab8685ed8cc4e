"""ONNX Runtime itself: the right version, and the execution provider that was asked for, verified."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from nesa.engines._api import EngineConfig, Tensor
from nesa.errors import EngineError, ModelUnavailableError, ProviderError
from nesa.models import Manifest

__all__ = ["Session", "open_session", "run_graph"]

_PROVIDERS = {
    "cpu": ("CPUExecutionProvider",),
    "cuda": ("CUDAExecutionProvider", "CPUExecutionProvider"),
    "coreml": ("CoreMLExecutionProvider", "CPUExecutionProvider"),
}
_SETTINGS = {"CUDAExecutionProvider": {"use_tf32": "0"}}
"""TensorFloat-32, the default there, keeps 10 bits of each factor: no other machine would agree."""
_LEVELS = {
    "disabled": "ORT_DISABLE_ALL",
    "basic": "ORT_ENABLE_BASIC",
    "extended": "ORT_ENABLE_EXTENDED",
    "all": "ORT_ENABLE_ALL",
}
_QUIET = 4


class _Named(Protocol):
    name: str


class Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used here."""

    def run(self, names: Sequence[str], feeds: dict[str, Tensor]) -> list[Tensor]:
        """Run the graph."""
        ...

    def get_inputs(self) -> Sequence[_Named]:
        """Describe the graph's inputs."""
        ...

    def get_outputs(self) -> Sequence[_Named]:
        """Describe the graph's outputs."""
        ...

    def get_input_memory_infos(self) -> Sequence[_Named]:
        """Name the memory that each input is read from."""
        ...

    def get_output_memory_infos(self) -> Sequence[_Named]:
        """Name the memory that each output is written to."""
        ...

    def io_binding(self) -> Any:  # noqa: ANN401 - the runtime's own
        """Return an empty binding of inputs and outputs."""
        ...

    def run_with_iobinding(self, binding: Any) -> None:  # noqa: ANN401 - the runtime's own
        """Run the graph on what is bound."""
        ...

    def get_providers(self) -> list[str]:
        """Name the providers that really run."""
        ...


def open_session(
    graph: bytes | str, manifest: Manifest, config: EngineConfig, *, beside: Path | None = None
) -> Session:
    """Open a session on a judged graph, or on one at a path that keeps its constants beside it.

    Args:
        graph: its bytes, or where it is.
        manifest: of the model.
        config: how to run it.
        beside: where a graph in bytes keeps constants.

    Raises:
        ModelUnavailableError: ONNX Runtime is missing here, or has another version than the manifest's.
        ProviderError: the configured provider is unknown, not in the manifest, or does not start.
        EngineError: ONNX Runtime refuses the graph.
    """
    try:
        ort = import_module("onnxruntime")
    except ImportError as error:
        raise ModelUnavailableError("ONNX Runtime is not installed: install this package's extra 'cpu'") from error
    minor = ".".join(ort.__version__.split(".")[:2])
    if minor not in manifest.engine.runtimes:
        wanted = " or ".join(manifest.engine.runtimes)
        raise ModelUnavailableError(f"{manifest.name} needs ONNX Runtime {wanted}, and {minor} is installed")
    wanted_providers = _PROVIDERS.get(config.provider)
    if wanted_providers is None or config.provider not in manifest.hardware.providers:
        raise ProviderError(f"{manifest.name} was not calibrated for the execution provider {config.provider!r}")
    if wanted_providers[0] not in ort.get_available_providers():
        raise ProviderError(f"this ONNX Runtime has no execution provider {config.provider!r}")
    level = _LEVELS.get(config.optimisation or manifest.engine.optimisation)
    if level is None:
        raise EngineError(f"the optimisation level {config.optimisation!r} is not one of {', '.join(_LEVELS)}")
    options = ort.SessionOptions()
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, level)
    options.intra_op_num_threads = config.threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # several miners may share the cores
    if beside is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(beside))
    try:
        session = ort.InferenceSession(
            graph, options, providers=[(name, _SETTINGS.get(name, {})) for name in wanted_providers]
        )
    except Exception as error:  # ONNX Runtime's errors share no base below Exception
        raise EngineError(f"ONNX Runtime cannot load {manifest.name}") from error
    if session.get_providers()[0] != wanted_providers[0]:
        raise ProviderError(f"the execution provider {config.provider!r} did not start; ONNX Runtime fell back")
    return cast("Session", session)


def run_graph(
    session: Session, names: Sequence[str], feeds: dict[str, Tensor], manifest: Manifest
) -> dict[str, Tensor]:
    """Run a graph; return its outputs by name.

    Raises:
        EngineError: ONNX Runtime failed.
    """
    try:
        values = session.run(names, feeds)
    except Exception as error:  # ONNX Runtime's errors share no base below Exception
        raise EngineError(f"ONNX Runtime failed on {manifest.name}") from error
    return dict(zip(names, values, strict=True))
