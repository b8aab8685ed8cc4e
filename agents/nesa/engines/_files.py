"""A language model's files: its prompter, and its graphs, judged and opened."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import onnx

from nesa.engines._api import EngineConfig
from nesa.engines._onnx import expose
from nesa.engines._runtime import Session, open_session
from nesa.errors import ManifestError, ModelUnavailableError, StoreError
from nesa.models import Manifest, Store, TextInput, parse_graph
from nesa.text import Prompter

__all__ = ["ModelFiles"]


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
        manifest, place = self.manifest, self.folder / path
        parent = PurePosixPath(path).parent
        others = (PurePosixPath(file.path) for file in manifest.files)
        beside = [str(other.relative_to(parent)) for other in others if other.is_relative_to(parent)]
        model = parse_graph(place.read_bytes(), manifest.hardware.memory, text=True, files=beside)
        if not shown or any(output.name == shown for output in model.graph.output):
            return open_session(str(place), manifest, config), model.graph
        expose(model, shown)
        return open_session(model.SerializeToString(), manifest, config, beside=place.parent), model.graph
