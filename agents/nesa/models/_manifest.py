"""Manifests: what a model's version pins by digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import rfc8785

from nesa.errors import ManifestError
from nesa.models._embedding import EmbeddingOutput, SentenceInput
from nesa.models._fields import Fields, Json, parse_object
from nesa.models._processing import (
    ImageInput,
    ImageOutput,
    Input,
    Option,
    Output,
    WeightsOption,
    read_input,
    read_option,
    read_output,
)
from nesa.models._profile import Profile
from nesa.models._text import GuidanceOption, SamplingOption, SourceInput, TextInput, TextOutput

__all__ = ["FORMAT", "MAX_MANIFEST_BYTES", "OPTIMISATIONS", "TEXT_ENGINES", "Engine", "File", "Hardware", "Manifest"]

FORMAT = "nesa/manifest/v1"
MAX_MANIFEST_BYTES = 2**20
_EMBEDDING_ENGINE = "onnx-embedding"
_SOURCE_ENGINE = "onnx-seq2seq"
_DECODERS = ("onnx-text", "onnxruntime-genai")
TEXT_ENGINES = (_SOURCE_ENGINE, *_DECODERS)
OPTIMISATIONS = ("disabled", "basic", "extended", "all")

_MAX_FILES = 1024
_TEXT_SCORES = 5
_TEXT_OPTIONS = ([SamplingOption], [SamplingOption, GuidanceOption])
_PATH = r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,7}"  # no empty, hidden or parent component


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model, trusted by digest alone."""

    path: str
    sha256: str
    size: int

    @classmethod
    def read(cls, fields: Fields) -> "File":
        """Read one item of ``files``."""
        found = cls(
            path=fields.text("path", _PATH, 255),
            sha256=fields.text("sha256", r"[0-9a-f]{64}"),
            size=fields.integer("size", 0, 2**40),
        )
        fields.done()
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the item as the manifest writes it."""
        return {"path": self.path, "sha256": self.sha256, "size": self.size}


@dataclass(frozen=True, slots=True)
class Engine:
    """The program that runs the model, pinned as far as numbers depend on it.

    Attributes:
        name: ``onnx``, or of a language model ``onnx-text`` or ``onnxruntime-genai``.
        runtimes: minor versions of the runtime whose numbers the profile was calibrated for, as ``1.32``.
        optimisation: level of graph optimisation that miners use unless they are told otherwise.
        graph: path of the file that holds the graph.
    """

    name: str
    runtimes: tuple[str, ...]
    optimisation: str
    graph: str

    @classmethod
    def read(cls, fields: Fields) -> "Engine":
        """Read the ``engine`` section."""
        found = cls(
            name=fields.choice("name", ("onnx", _EMBEDDING_ENGINE, *TEXT_ENGINES)),
            runtimes=fields.texts("runtimes", r"[0-9]+\.[0-9]+", 16),
            optimisation=fields.choice("optimisation", OPTIMISATIONS),
            graph=fields.text("graph", _PATH, 255),
        )
        fields.done()
        if not found.runtimes:
            raise ManifestError("engine.runtimes is empty")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "name": self.name,
            "runtimes": list(self.runtimes),
            "optimisation": self.optimisation,
            "graph": self.graph,
        }


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a machine needs: memory in bytes, and the execution providers that the profile was calibrated on."""

    memory: int
    providers: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> "Hardware":
        """Read the ``hardware`` section."""
        found = cls(
            memory=fields.integer("memory", 1),
            providers=fields.texts("providers", r"[a-z0-9]{1,16}", 8),
        )
        fields.done()
        if not found.providers:
            raise ManifestError("hardware.providers is empty")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {"memory": self.memory, "providers": list(self.providers)}


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that decides a model's behaviour; its digest names the version on the chain.

    The canonical form is JSON after RFC 8785 with integers and strings only, the digest its SHA-256.
    """

    name: str
    task: str
    licence: str
    attribution: str
    unit: str
    engine: Engine
    files: tuple[File, ...]
    input: Input
    options: tuple[Option, ...]
    output: Output
    hardware: Hardware
    profile: Profile

    @classmethod
    def from_json(cls, raw: bytes) -> "Manifest":
        """Read a manifest, canonical or not.

        Raises:
            ManifestError: one sentence that names the first field that is wrong.
        """
        fields = Fields(parse_object(raw, MAX_MANIFEST_BYTES), "manifest")
        fields.choice("format", (FORMAT,))
        manifest = cls(
            name=fields.text("name", r"[a-z0-9][a-z0-9-]{0,62}"),
            task=fields.text("task", r"[a-z0-9-]{1,64}"),
            licence=fields.text("licence", r"[A-Za-z0-9.+() -]{1,128}"),
            attribution=fields.text("attribution"),
            unit=fields.choice("unit", ("image", "request", "token")),
            engine=Engine.read(fields.section("engine")),
            files=fields.sections("files", File.read, _MAX_FILES),
            input=read_input(fields.section("input")),
            options=fields.sections("options", read_option, 16),
            output=read_output(fields.section("output")),
            hardware=Hardware.read(fields.section("hardware")),
            profile=Profile.read(fields.section("profile")),
        )
        fields.done()
        manifest._check()
        return manifest

    def _check(self) -> None:
        paths = [file.path for file in self.files]
        if len({path.lower() for path in paths}) != len(paths):
            raise ManifestError("manifest.files has a path twice")
        if self.engine.graph not in paths:
            raise ManifestError("manifest.engine.graph is not among manifest.files")
        names = [option.name for option in self.weights]
        if len(set(names)) != len(names):
            raise ManifestError("manifest.options has a name twice")
        if isinstance(self.output, ImageOutput) and not isinstance(self.input, ImageInput):
            raise ManifestError("manifest.output is an image, so manifest.input must be one: it gives the size")
        self._check_text(paths)
        self._check_embedding(paths)

        if self.profile.unverified and self.engine.name not in _DECODERS:
            raise ManifestError(f"manifest.profile compares nothing, but models of {self.engine.name} can be compared")

    def _check_text(self, paths: list[str]) -> None:
        text, scores = isinstance(self.input, TextInput), len(self.profile.score_thresholds)
        for name, other in (
            ("output", isinstance(self.output, TextOutput)),
            ("unit", self.unit == "token"),
            ("engine", self.engine.name in TEXT_ENGINES),
            ("options", [type(option) for option in self.options] in _TEXT_OPTIONS),
            ("profile.score_thresholds", text if self.profile.unverified else scores == _TEXT_SCORES),
        ):
            if text != other:
                raise ManifestError(f"manifest.{name} and manifest.input are not both of a language model, or neither")
        if isinstance(self.input, TextInput):
            wanted = {self.input.tokenizer, self.input.template or self.input.tokenizer}
            if isinstance(self.input, SourceInput):
                wanted.add(self.input.encoder)
            if isinstance(self.input, SourceInput) != (self.engine.name == _SOURCE_ENGINE):
                raise ManifestError("manifest.input and manifest.engine are not both of a model with an encoder")
            if not wanted <= set(paths):
                raise ManifestError("the tokenizer, the chat template or the encoder is not among manifest.files")

    def _check_embedding(self, paths: list[str]) -> None:
        kinds = {
            isinstance(self.input, SentenceInput),
            isinstance(self.output, EmbeddingOutput),
            self.engine.name == _EMBEDDING_ENGINE,
        }
        if len(kinds) > 1:
            raise ManifestError("manifest.input, output and engine are not all of an embedding model, or none")
        if isinstance(self.input, SentenceInput) and (self.options or self.input.tokenizer not in paths):
            raise ManifestError("an embedding model has options, or its tokenizer is not among manifest.files")

    @property
    def weights(self) -> tuple[WeightsOption, ...]:
        """Return the options that are inputs of the graph."""
        return tuple(option for option in self.options if isinstance(option, WeightsOption))

    @property
    def sampling(self) -> SamplingOption:
        """Return how a language model's tokens are drawn where a request does not say.

        Raises:
            ManifestError: it is none.
        """
        for option in self.options:
            if isinstance(option, SamplingOption):
                return option
        raise ManifestError("the model is not a language model")

    @property
    def guidance(self) -> GuidanceOption | None:
        """Return how a language model's answers can be guided, if they can."""
        return next((option for option in self.options if isinstance(option, GuidanceOption)), None)

    def file(self, path: str) -> File:
        """Return the file at ``path``.

        Raises:
            ManifestError: there is none.
        """
        for file in self.files:
            if file.path == path:
                return file
        raise ManifestError(f"the manifest has no file {path!r}")

    def to_dict(self) -> Mapping[str, Json]:
        """Return the manifest as its JSON says it."""
        return {
            "format": FORMAT,
            "name": self.name,
            "task": self.task,
            "licence": self.licence,
            "attribution": self.attribution,
            "unit": self.unit,
            "engine": self.engine.to_dict(),
            "files": [file.to_dict() for file in self.files],
            "input": self.input.to_dict(),
            "options": [option.to_dict() for option in self.options],
            "output": self.output.to_dict(),
            "hardware": self.hardware.to_dict(),
            "profile": self.profile.to_dict(),
        }

    def to_json(self) -> bytes:
        """Return the canonical bytes."""
        return rfc8785.dumps(self.to_dict())

    def digest(self) -> bytes:
        """Return the 32-byte SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_json()).digest()
