"""``nesa model quantize``: a float model becomes one whose every number can be proven."""

import zipfile
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from nesa.cli._options import json_option
from nesa.cli._output import print_fields, print_json, print_table
from nesa.errors import NesaError, ProvableError
from nesa.models import Feature, Manifest, read_features
from nesa.provable import (
    GRAPH,
    Loss,
    Provable,
    check_runtime,
    describe_provable,
    measure_loss,
    quantise,
    quantise_values,
    read_floats,
    read_provable,
)

__all__ = ["quantize"]

Floats = npt.NDArray[np.float64]

_CHECKED = 32
_FEATURE_BITS = 7
_PER_PERCENT = 10_000


def _load(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as found:  # a pickle would run what is in the file
            return dict(found) if isinstance(found, np.lib.npyio.NpzFile) else {}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise NesaError(f"{path} is no file of arrays as numpy.savez writes it") from error


def _samples(arrays: dict[str, npt.NDArray[Any]], name: str, path: Path) -> Floats:
    values = arrays.get(name)
    if values is None or values.dtype.kind not in "fiu":
        raise NesaError(f"{path} has no array {name!r} of numbers")
    return values.astype(np.float64)


def _labels(arrays: dict[str, npt.NDArray[Any]], name: str, path: Path) -> npt.NDArray[np.int64] | None:
    values = arrays.get(name)
    if values is not None and values.dtype.kind not in "iu":
        raise NesaError(f"{path} has an array {name!r} that is not of whole numbers")
    return None if values is None else values.astype(np.int64)


def _percent(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.2f} %)"


def _print(loss: Loss, manifest: Manifest, weights: int, *, checked: bool) -> None:
    rows = [
        (
            layer.name,
            layer.kind,
            layer.weights or "",
            f"2^{-layer.scale_bits}",
            layer.shift,
            f"{layer.bound_bits} of 24 bits",
            f"{layer.saturated_ppm / _PER_PERCENT:.2f} %",
            f"{layer.error_ppm / _PER_PERCENT:.2f} %",
        )
        for layer in loss.layers
    ]
    columns = ("Layer", "Kind", "Weights", "Scale", "Shift", "Sums need", "At the ends", "Error")
    print_table(columns, rows, empty="")
    fields: dict[str, object] = {"weights": weights}
    if loss.correct_before is not None and loss.correct_after is not None:
        fields["right before"] = _percent(loss.correct_before, loss.samples)
        fields["right after"] = _percent(loss.correct_after, loss.samples)
    fields |= {
        "same answer": _percent(loss.same_label, loss.samples),
        "ties": loss.ties,
        "error of outputs": f"{loss.mean_error:.4g} in the mean, {loss.max_error:.4g} at most",
        "ONNX Runtime": "computes the same integers" if checked else "not installed here: not compared",
        "digest": manifest.digest().hex(),
    }
    print_fields(fields)


@click.command()
@click.argument("model_file", metavar="FLOAT.onnx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    "data_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Arrays of numpy.savez: inputs, labels if known; test_inputs and test_labels to compare on others.",
)
@click.option(
    "--output", "-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write."
)
@click.option("--name", help="The manifest's; by default the file's.")
@click.option("--task", default="classification", show_default=True, help="For people and explorers.")
@click.option("--licence", default="LicenseRef-unknown", show_default=True, help="SPDX expression of the weights.")
@click.option("--attribution", default="unknown", show_default=True, help="Whom to name.")
@click.option("--label", "labels", multiple=True, help="Of one output; repeat in their order.")
@click.option(
    "--features",
    "features_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='{"features": [{"name": …, "low": …, "high": …}, …]}: the model reads -127/128 for low, 127/128 for high.',
)
@json_option
def quantize(
    model_file: Path,
    data_file: Path,
    folder: Path,
    name: str | None,
    task: str,
    licence: str,
    attribution: str,
    labels: tuple[str, ...],
    features_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Bring a float model into provable form, and say what that costs in accuracy."""
    if (folder / "manifest.json").exists():
        raise NesaError(f"{folder} has a manifest already; name another folder, or remove it")
    arrays = _load(data_file)
    values = _samples(arrays, "inputs", data_file)
    tested = "test_inputs" in arrays
    test_values = _samples(arrays, "test_inputs", data_file) if tested else values
    test_labels = _labels(arrays, "test_labels" if tested else "labels", data_file)
    features = read_features(features_file.read_bytes()) if features_file else ()
    floats = read_floats(model_file.read_bytes())
    made = quantise(floats, values, _FEATURE_BITS if features else None)
    graph = made.to_onnx()
    model = read_provable(graph)
    loss = measure_loss(floats, model, test_values, test_labels)
    manifest = _describe(
        model, graph, name or model_file.stem.lower().replace("_", "-"), task, licence, attribution, labels, features
    )
    inputs = (quantise_values(value, model.input.exponent).tobytes() for value in values[:_CHECKED])
    checked = check_runtime(manifest, graph, model, inputs)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GRAPH).write_bytes(graph)
    (folder / "manifest.json").write_bytes(manifest.to_json())
    if as_json:
        print_json({"weights": model.weights, "digest": manifest.digest().hex(), "onnx_runtime": checked, "loss": loss})
    else:
        _print(loss, manifest, model.weights, checked=checked)


def _describe(
    model: Provable,
    graph: bytes,
    name: str,
    task: str,
    licence: str,
    attribution: str,
    labels: tuple[str, ...],
    features: tuple[Feature, ...],
) -> Manifest:
    size = int(np.prod(model.output.shape))
    if labels and len(labels) != size:
        raise ProvableError(f"the model has {size} outputs, and {len(labels)} labels are given")
    return describe_provable(
        model,
        graph,
        name=name,
        task=task,
        licence=licence,
        attribution=attribution,
        labels=labels,
        features=features,
    )
