"""Models that a miner may run in another's stead: each a folder that the engines load as they load the true one."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import onnx

from nesa.calibration import _graphs
from nesa.errors import CalibrationError, ManifestError
from nesa.models import File, Manifest

__all__ = ["VARIANTS", "Variant", "write_variant"]

_CONFIG = "genai_config.json"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Variant:
    """A cheaper model, or another one.

    Attributes:
        what: it is, in a few words.
        change: turns the true graph into its own.
    """

    what: str
    change: Callable[[onnx.ModelProto], onnx.ModelProto]


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        "int8": Variant("weights in 8 bits, activations too as they come", _graphs.to_int8),
        "int4": Variant("weights in 4 bits, sums in float32", partial(_graphs.to_int4, accuracy=1)),
        "int4-fast": Variant("weights in 4 bits, activations in 8", partial(_graphs.to_int4, accuracy=4)),
        "head": Variant("the last matrix alone in 4 bits", partial(_graphs.to_int4, accuracy=1, head=True)),
        "level-4": Variant("the same 4 bits, activations in 8", partial(_graphs.set_accuracy, accuracy=4)),
        "smaller": Variant("feed-forward layers of half the arithmetic", _graphs.factorise),
        "truncated": Variant("without its last layer", partial(_graphs.drop_layers, count=1)),
        "truncated-2": Variant("without its last two layers", partial(_graphs.drop_layers, count=2)),
        "sibling": Variant("weights of the last layer moved by one per cent", _graphs.nudge),
    }
)
"""By name. Those that need weights in float32, or in 4 bits, can be made of such models only."""


def write_variant(source: Path, name: str, target: Path) -> Manifest:
    """Write a variant of a text model's folder, and return its manifest: the true one's but for the digests of files.

    Args:
        source: a folder with ``manifest.json`` and the files that it names.
        name: of `VARIANTS`.
        target: the folder to write.

    Raises:
        CalibrationError: the model has no such variant.
        ManifestError: there is no manifest.
    """
    if name not in VARIANTS:
        raise CalibrationError(f"there is no variant {name!r}; there are {', '.join(VARIANTS)}")
    try:
        manifest = Manifest.from_json((source / _MANIFEST).read_bytes())
        graph = onnx.load(source / manifest.engine.graph)
    except OSError as error:
        raise ManifestError(f"{source} is no folder of a model: {error.strerror}") from error
    changed = VARIANTS[name].change(graph)
    return _write(manifest, source, changed, target)


def _write(manifest: Manifest, source: Path, graph: onnx.ModelProto, target: Path) -> Manifest:
    """Write a folder like the source's with another graph, whose weights stand in one file beside it."""
    place = PurePosixPath(manifest.engine.graph)
    data = str(place.with_name(place.name + ".data"))
    raw = onnx.load(source / place, load_external_data=False)
    old = {
        str(place.with_name(entry.value))
        for tensor in raw.graph.initializer
        for entry in tensor.external_data
        if entry.key == "location"
    }
    others = [file.path for file in manifest.files if file.path not in {str(place), data, *old}]
    for path in others:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target / path)
    (target / place).parent.mkdir(parents=True, exist_ok=True)
    (target / data).unlink(missing_ok=True)  # onnx adds to what is there
    onnx.save(graph, target / place, save_as_external_data=True, location=Path(data).name, size_threshold=0)
    if _CONFIG in others:
        _tell_layers(target / _CONFIG, graph)
    files = tuple(_describe(target, path) for path in sorted([*others, str(place), data]))
    changed = replace(manifest, files=files)
    (target / _MANIFEST).write_bytes(Manifest.from_json(changed.to_json()).to_json())
    return changed


def _describe(folder: Path, path: str) -> File:
    raw = (folder / path).read_bytes()
    return File(path, hashlib.sha256(raw).hexdigest(), len(raw))


def _tell_layers(config: Path, graph: onnx.ModelProto) -> None:
    """Make onnxruntime-genai's configuration count the layers that the graph has."""
    found = json.loads(config.read_bytes())
    layers = sum(value.name.startswith("past_key_values.") for value in graph.graph.input) // 2
    found["model"]["decoder"]["num_hidden_layers"] = layers
    config.write_text(json.dumps(found, indent=4))
