"""A language model's files: its prompter, and its graphs, judged and opened."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import onnx

from nesa.engines._api import EngineConfig
from nesa.engines._onnx import expose
from nesa.engines._runtime import Session, open_session
from nesa.errors import ManifestError, ModelUnavailableError, StoreError
from nesa.models import Manifest, Store, TextInput, parse_decoders, parse_graph
from nesa.text import Prompter

__all__ = ["WITH_PAST", "ModelFiles"]

WITH_PAST = "decoder_with_past_model.onnx"
"""Name that optimum gives the graph that goes on with a cache, beside the decoder that begins."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What a store has of a language model.

    Attributes:
        manifest: of the model.
        input: its input.
        prompter: its tokenizer and chat template.
        folder: where its files lie under their own names.
    """

    manifest: Manifest
    input: TextInput
    prompter: Prompter
    folder: Path

    @classmethod
    def of(cls, manifest: Manifest, store: Store) -> "ModelFiles":
        """Read tokenizer and chat template.

        Raises:
            ManifestError: it is no language model.
            ModelUnavailableError: files are missing here.
            TokenizerError: the tokenizer is none, or does not fit the manifest.
            TemplateError: the chat template is none.
        """
        spec = manifest.input
        if not isinstance(spec, TextInput):
            raise ManifestError("the engines for text run language models only")
        try:
            prompter = Prompter(
                spec,
                store.read(manifest.file(spec.tokenizer)),
                store.read(manifest.file(spec.template)) if spec.template else b"",
            )
            folder = store.lay_out(manifest)
        except StoreError as error:
            raise ModelUnavailableError(f"{manifest.name} is not on this machine: {error}") from error
        return cls(manifest, spec, prompter, folder)

    def open(self, path: str, config: EngineConfig, *, shown: str = "") -> tuple[Session, onnx.GraphProto]:
        """Judge a graph and open a session on it.

        Args:
            path: of the graph among the manifest's files.
            config: how to run it.
            shown: a tensor inside of the graph that is made an output; nothing for none.

        Raises:
            EngineError: as `nesa.engines.Engine.load` says.
            HostileModelError: the graph is refused.
            ManifestError: the graph has no such tensor.
        """
        raw, beside = self._read(path)
        model = parse_graph(raw, self.manifest.hardware.memory, text=True, files=beside)
        if not shown or any(output.name == shown for output in model.graph.output):
            return open_session(str(self.folder / path), self.manifest, config), model.graph
        return self._start(model, path, config, shown), model.graph

    def open_decoders(self, config: EngineConfig, shown: str) -> tuple[Session, Session | None]:
        """Open the decoder of a model with an encoder, and the one that goes on with a cache, if there is one.

        That is the other branch of a merged graph, or the graph that lies beside it under the name that optimum gives.

        Args:
            config: how to run them.
            shown: a tensor inside of each that is made an output.

        Raises:
            EngineError: as `open`.
            HostileModelError: as `open`.
            ManifestError: as `open`.
        """
        path = self.manifest.engine.graph
        raw, beside = self._read(path)
        first, *others = parse_decoders(raw, self.manifest.hardware.memory, files=beside)
        then = str(PurePosixPath(path).with_name(WITH_PAST))
        session = self._start(first, path, config, shown)
        if others:
            return session, self._start(others[0], path, config, shown)
        if any(file.path == then for file in self.manifest.files):
            return session, self.open(then, config, shown=shown)[0]
        return session, None

    def _read(self, path: str) -> tuple[bytes, list[str]]:
        """Return a graph's bytes, and the names of the files beside it."""
        parent = PurePosixPath(path).parent
        others = (PurePosixPath(file.path) for file in self.manifest.files)
        beside = [str(other.relative_to(parent)) for other in others if other.is_relative_to(parent)]
        return (self.folder / path).read_bytes(), beside

    def _start(self, model: onnx.ModelProto, path: str, config: EngineConfig, shown: str) -> Session:
        expose(model, shown)
        return open_session(model.SerializeToString(), self.manifest, config, beside=(self.folder / path).parent)
