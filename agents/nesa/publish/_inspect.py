"""Tells what a folder holds: a model with its manifest, a graph that decodes text, or weights to convert."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from nesa.errors import HostileModelError, UnsupportedModelError
from nesa.publish._folder import Source

__all__ = ["Form", "Found", "find_folder", "inspect"]

_CONFIG = "genai_config.json"
_ENCODER = "encoder_model.onnx"
_ENCODERS = re.compile(r"encoder(_model.*)?\.onnx")
_DECODERS = ("decoder_model_merged.onnx", "decoder_model.onnx")
_OTHERS = {
    ".gguf": "GGUF", ".ggml": "GGML", ".h5": "Keras", ".keras": "Keras", ".msgpack": "Flax", ".tflite": "TFLite",
    ".mlmodel": "Core ML", ".engine": "TensorRT",
}  # fmt: skip


class Form(Enum):
    """What a folder holds."""

    MANIFEST = "a manifest and its files"
    GRAPH = "a language model in ONNX"
    WEIGHTS = "weights to convert"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        form: what it is.
        graph: path of the graph of a language model; empty of others.
        config: the model's ``config.json``; empty where there is none.
        generator: what ``genai_config.json`` says of the model; empty where there is none.
        encoder: path of the graph that reads requests for the decoder; empty of models that decode alone.
    """

    form: Form
    graph: str
    config: Mapping[str, object]
    generator: Mapping[str, object]
    encoder: str = ""


def find_folder(path: Path) -> Path:
    """Return the folder that holds a model: the path itself, or that of a graph with a manifest beside it.

    Raises:
        UnsupportedModelError: it is neither.
    """
    if not path.is_file():
        return path
    if path.suffix.lower() != ".onnx":
        raise UnsupportedModelError(f"{path} is not a folder; name the folder that holds the model")
    if not (path.parent / "manifest.json").is_file():
        raise UnsupportedModelError(
            f"{path} says neither what its input means nor its output; write a manifest.json beside it "
            "(docs/manifest.md), or name the whole folder of a language model"
        )
    return path.parent


def inspect(source: Source, graph: str = "") -> Found:
    """Tell what a folder holds.

    Args:
        source: the folder.
        graph: path of the graph to take, where there are several.

    Raises:
        UnsupportedModelError: nothing that can be published; the text says what to do.
        HostileModelError: settings name a file that is not in the folder.
    """
    if "manifest.json" in source.files:
        return Found(Form.MANIFEST, "", {}, {})
    config, generator = source.settings("config.json"), _generator(source)
    graphs = source.endings(".onnx")
    if config.get("is_encoder_decoder") or any(_ENCODERS.fullmatch(PurePosixPath(path).name) for path in graphs):
        return _pair(source, graphs, graph, config)
    if graphs:
        return Found(Form.GRAPH, _choose(source, graphs, graph or _graph_of(source, generator)), config, generator)
    if source.endings(".safetensors"):
        _check_weights(source, config)
        return Found(Form.WEIGHTS, "", config, {})
    for suffix, name in _OTHERS.items():
        if found := source.endings(suffix):
            raise UnsupportedModelError(
                f"{found[0]} is in {name}'s format; publish the model's safetensors or ONNX instead"
            )
    raise UnsupportedModelError(f"{source.root} holds neither an ONNX graph nor safetensors; name the folder that does")


def _generator(source: Source) -> Mapping[str, object]:
    found = source.settings(_CONFIG).get("model", {})
    if not isinstance(found, Mapping):
        raise UnsupportedModelError(f"{_CONFIG} describes no model; export the model again")
    return found


def _graph_of(source: Source, generator: Mapping[str, object]) -> str:
    """Return the graph that onnxruntime-genai's settings name."""
    match generator:
        case {"encoder": _} | {"vision": _} | {"speech": _}:
            raise UnsupportedModelError(
                f"{_CONFIG} describes a model of several graphs; choose one of a single graph, from text to text"
            )
        case {"decoder": {"filename": str(name)}}:
            if name not in source.files:
                raise HostileModelError(f"{_CONFIG} names the graph {name!r}, which is not in the folder; put it there")
            return name
    return ""


def _choose(source: Source, graphs: tuple[str, ...], wanted: str) -> str:
    if wanted:
        if wanted not in graphs:
            raise UnsupportedModelError(f"{source.root} has no graph {wanted!r}; it has {', '.join(graphs)}")
        return wanted
    if len(graphs) == 1:
        return graphs[0]
    plain = [path for path in graphs if PurePosixPath(path).name == "model.onnx"]
    if len(plain) == 1:
        return plain[0]
    raise UnsupportedModelError(f"{source.root} has several graphs, {', '.join(graphs)}; say which with --graph")


def _pair(source: Source, graphs: tuple[str, ...], wanted: str, config: Mapping[str, object]) -> Found:
    """Find an encoder and its decoder, the merged one first: it holds what both of its graphs share once."""
    encoder = next((path for path in graphs if PurePosixPath(path).name == _ENCODER), "")
    names = [str(PurePosixPath(encoder).with_name(name)) for name in _DECODERS] if encoder else []
    decoder = next((path for path in (wanted, *names) if path in graphs), "")
    if not decoder or (wanted and decoder != wanted):
        missing = wanted or f"{_ENCODER} or {_DECODERS[-1]}"
        raise UnsupportedModelError(
            f"the model has an encoder and a decoder, and {source.root} lacks {missing}; export it "
            "with optimum's task text2text-generation-with-past, or write manifest.json yourself (docs/manifest.md)"
        )
    return Found(Form.GRAPH, decoder, config, {}, encoder)


def _check_weights(source: Source, config: Mapping[str, object]) -> None:
    if not config:
        raise UnsupportedModelError(
            f"{source.root} has weights but no config.json; name the folder as transformers saves it"
        )
    match config.get("architectures"):
        case [str(name), *_] if name.endswith("ForCausalLM"):
            pass
        case [str(name), *_]:
            raise UnsupportedModelError(
                f"{name} does not continue text; export it to ONNX with optimum (embedding models: "
                "feature-extraction), or write a manifest.json (docs/manifest.md)"
            )
        case _:
            raise UnsupportedModelError("config.json does not say which architecture the model has; save it again")
    for index in source.endings(".safetensors.index.json"):
        names = source.settings(index).get("weight_map", {})
        for name in sorted({str(name) for name in names.values()}) if isinstance(names, Mapping) else ():
            if name not in source.files:
                raise HostileModelError(f"{index} names {name!r}, which is not in the folder; put it there")
