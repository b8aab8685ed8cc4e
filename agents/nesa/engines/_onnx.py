"""The engine of ONNX models."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx

from nesa.engines._api import EngineConfig, Outcome, Output, RunsAgain, Tensor
from nesa.engines._features import features
from nesa.engines._image import decode, encode
from nesa.engines._int8 import tensor
from nesa.engines._label import encode_label
from nesa.engines._options import feeds
from nesa.engines._runtime import Session, open_session, run_graph
from nesa.errors import InvalidInputError, ManifestError, ModelUnavailableError, StoreError
from nesa.models import (
    BytesInput,
    EmbeddingOutput,
    ImageInput,
    ImageOutput,
    LabelOutput,
    Manifest,
    SentenceInput,
    Store,
    TensorInput,
    TensorOutput,
    TextInput,
    TextOutput,
    parse_graph,
)

__all__ = ["OnnxEngine", "OnnxModel"]

_CHANNELS = 3
_IMAGE_RANK = 4


class OnnxEngine:
    """Loads ONNX graphs into ONNX Runtime, with the profile's internal tensor as an additional output."""

    def __init__(self, config: EngineConfig) -> None:
        self._config = config

    def load(self, manifest: Manifest, store: Store) -> "OnnxModel":
        """Load a model; see `nesa.engines.Engine`."""
        try:
            raw = store.read(manifest.file(manifest.engine.graph))
        except StoreError as error:
            raise ModelUnavailableError(f"{manifest.name} is not on this machine: {error}") from error
        graph = parse_graph(raw, manifest.hardware.memory)
        expose(graph, manifest.profile.tensor)
        return OnnxModel(manifest, open_session(graph.SerializeToString(), manifest, self._config))


def expose(model: onnx.ModelProto, tensor: str) -> None:
    """Make an internal tensor an output of the graph.

    Every miner runs the graph with the same outputs, so that what an optimiser may fuse is the same for all.

    Raises:
        ManifestError: the graph has no such tensor.
    """
    if any(output.name == tensor for output in model.graph.output):
        return
    if not any(tensor in node.output for node in model.graph.node):
        raise ManifestError(f"the graph has no tensor {tensor!r} to take fingerprints of")
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(tensor))


class OnnxModel(RunsAgain):
    """A graph in a session of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, session: Session) -> None:
        if isinstance(manifest.input, TextInput | SentenceInput) or isinstance(
            manifest.output, TextOutput | EmbeddingOutput
        ):
            raise ManifestError("the engine onnx runs no models of text")
        self._manifest = manifest
        self._input, self._output = manifest.input, manifest.output
        self._session = session
        self._names = tuple(dict.fromkeys((manifest.output.tensor, manifest.profile.tensor)))
        wanted = {self._input.tensor, *(option.tensor for option in manifest.weights)}
        if {node.name for node in session.get_inputs()} != wanted:
            raise ManifestError("the graph's inputs are not those that the manifest declares")
        if not set(self._names) <= {node.name for node in session.get_outputs()}:
            raise ManifestError("the graph does not have the output that the manifest declares")

    @property
    def manifest(self) -> Manifest:
        """The manifest it was loaded from."""
        return self._manifest

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Run the model; see `nesa.engines.Model`. These graphs have no randomness, so ``seed`` changes nothing."""
        del seed
        try:
            inputs: dict[str, Tensor] = dict(feeds(options, self._manifest.weights))
            features_, size = self._preprocess(data)
        except InvalidInputError:
            return Output(Outcome.INVALID_INPUT)
        inputs[self._input.tensor] = features_
        tensors = run_graph(self._session, self._names, inputs, self._manifest)
        if not all(np.isfinite(value).all() for value in tensors.values()):
            return Output(Outcome.NON_FINITE)
        payload = self._postprocess(tensors, size)
        return Output(Outcome.OK, payload, self._output.media_type, 1, tensors)

    def _preprocess(self, data: bytes) -> tuple[Tensor, tuple[int, int]]:
        match self._input:
            case ImageInput() as spec:
                return decode(data, spec)
            case BytesInput() as spec:
                return features(data, spec), (0, 0)
            case TensorInput() as spec:
                return tensor(data, spec), (0, 0)

    def _postprocess(self, tensors: Mapping[str, Tensor], size: tuple[int, int]) -> bytes:
        value = tensors[self._output.tensor]
        match self._output:
            case TensorOutput() as spec:
                return _int8(value, spec)
            case ImageOutput():
                floats = _floats(value)
                if floats.ndim != _IMAGE_RANK or floats.shape[:2] != (1, _CHANNELS) or min(size) < 1:
                    raise ManifestError("the graph's output is not an image")
                return encode(floats, size)
            case LabelOutput(labels=labels):
                floats = _floats(value)
                if floats.shape != (1, len(labels)):
                    raise ManifestError("the graph's output does not have one number for each label")
                return encode_label(floats, labels)


def _floats(value: Tensor) -> npt.NDArray[np.float32]:
    if value.dtype != np.float32:
        raise ManifestError("the graph's output is not of 32-bit floats")
    return value.astype(np.float32, copy=False)


def _int8(value: Tensor, spec: TensorOutput) -> bytes:
    if value.dtype != np.int8:
        raise ManifestError("the graph's output is not of 8-bit integers")
    if spec.labels and value.size != len(spec.labels):
        raise ManifestError("the graph's output does not have one number for each label")
    return value.tobytes()
