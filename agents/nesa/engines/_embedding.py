"""The engine of embedding models: encoders of text in the layout of BERT, as optimum exports them."""

import numpy as np
import numpy.typing as npt

from nesa.engines._api import EngineConfig, Outcome, Output, RunsAgain, Tensor
from nesa.engines._onnx import expose
from nesa.engines._runtime import Session, open_session, run_graph
from nesa.errors import InvalidInputError, ManifestError, ModelUnavailableError, StoreError
from nesa.models import EmbeddingOutput, Manifest, SentenceInput, Store, parse_graph
from nesa.text import Tokenizer

__all__ = ["EmbeddingEngine", "EmbeddingModel", "decode_sentence", "read_embedding"]

_INPUTS = {"attention_mask", "input_ids", "token_type_ids"}
_LENGTH_TOLERANCE = 1e-3


def decode_sentence(data: bytes, spec: SentenceInput) -> str:
    """Return an input's text.

    Raises:
        InvalidInputError: one sentence that says what is wrong with it.
    """
    if not 1 <= len(data) <= spec.max_bytes:
        raise InvalidInputError(f"a text has 1 to {spec.max_bytes} bytes, not {len(data)}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError("the text is not UTF-8") from error


def read_embedding(payload: bytes, size: int) -> npt.NDArray[np.float32] | None:
    """Return the vector that an answer spells, float32 [size]; None where it is none, or not of length 1."""
    if len(payload) != 4 * size:
        return None
    vector = np.frombuffer(payload, "<f4").astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # a stranger's numbers may be anything
        length = float(np.linalg.norm(vector.astype(np.float64)))
    return vector if abs(length - 1) <= _LENGTH_TOLERANCE else None


class EmbeddingEngine:
    """Loads encoders into ONNX Runtime."""

    def __init__(self, config: EngineConfig) -> None:
        self._config = config

    def load(self, manifest: Manifest, store: Store) -> "EmbeddingModel":
        """Load a model; see `nesa.engines.Engine`.

        Raises:
            TokenizerError: the tokenizer is none, or makes too much of a text.
        """
        spec = manifest.input
        if not isinstance(spec, SentenceInput):
            raise ManifestError("the engine onnx-embedding runs embedding models only")
        try:
            raw = store.read(manifest.file(manifest.engine.graph))
            tokenizer = Tokenizer(store.read(manifest.file(spec.tokenizer)))
            tokenizer.expect(spec.max_bytes)
        except StoreError as error:
            raise ModelUnavailableError(f"{manifest.name} is not on this machine: {error}") from error
        graph = parse_graph(raw, manifest.hardware.memory, text=True)
        expose(graph, manifest.profile.tensor)
        return EmbeddingModel(manifest, tokenizer, open_session(graph.SerializeToString(), manifest, self._config))


class EmbeddingModel(RunsAgain):
    """An encoder in a session of ONNX Runtime; see `nesa.engines.Model`."""

    def __init__(self, manifest: Manifest, tokenizer: Tokenizer, session: Session) -> None:
        if not isinstance(manifest.input, SentenceInput) or not isinstance(manifest.output, EmbeddingOutput):
            raise ManifestError("the manifest is not of an embedding model")
        self._manifest = manifest
        self._input, self._output = manifest.input, manifest.output
        self._tokenizer = tokenizer
        self._session = session
        self._wanted = {node.name for node in session.get_inputs()}
        self._names = tuple(dict.fromkeys((manifest.output.tensor, manifest.profile.tensor)))
        if "input_ids" not in self._wanted or not self._wanted <= _INPUTS:
            raise ManifestError("the graph's inputs are not those of an encoder")
        if not set(self._names) <= {node.name for node in session.get_outputs()}:
            raise ManifestError("the graph does not have the output that the manifest declares")

    @property
    def manifest(self) -> Manifest:
        """The manifest it was loaded from."""
        return self._manifest

    def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
        """Embed a text; see `nesa.engines.Model`. Nothing is drawn, so ``seed`` changes nothing."""
        del seed
        try:
            tokens = self._tokens(data, options)
        except InvalidInputError:
            return Output(Outcome.INVALID_INPUT)
        row = np.array([tokens], np.int64)
        feeds: dict[str, Tensor] = {
            "attention_mask": np.ones_like(row),
            "input_ids": row,
            "token_type_ids": np.zeros_like(row),
        }
        wanted = {name: feeds[name] for name in self._wanted}
        tensors = run_graph(self._session, self._names, wanted, self._manifest)
        states = tensors[self._output.tensor]
        if states.dtype != np.float32 or states.shape != (1, len(tokens), self._output.size):
            raise ManifestError("the graph's output does not have the embedding's size for each token")
        mean = states[0].astype(np.float64).mean(axis=0)
        length = float(np.linalg.norm(mean))
        if not all(np.isfinite(value).all() for value in tensors.values()) or not length > 0:
            return Output(Outcome.NON_FINITE)
        payload = (mean / length).astype("<f4").tobytes()
        return Output(Outcome.OK, payload, self._output.media_type, 1, tensors)

    def _tokens(self, data: bytes, options: bytes) -> list[int]:
        if options not in {b"", b"{}"}:
            raise InvalidInputError("an embedding model has no options")
        tokens = self._tokenizer.encode(decode_sentence(data, self._input), complete=True)
        if not 1 <= len(tokens) <= self._input.context:
            raise InvalidInputError(f"the text has {len(tokens)} tokens, the model takes 1 to {self._input.context}")
        return tokens
