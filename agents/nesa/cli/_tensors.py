"""Models whose input and output are tensors, as people use them: from their own words to bytes, and back."""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click
import numpy as np

from nesa.cli._files import OUTPUT_FILE
from nesa.cli._options import json_option
from nesa.cli._output import print_fields, print_json
from nesa.client import read_manifest
from nesa.engines import Outcome, check_input, encode_features, encode_values, load_model, read_scores
from nesa.errors import InvalidInputError, NesaError
from nesa.models import Manifest, Store, TensorInput, TensorOutput
from nesa.untrusted import parse_json

__all__ = ["answer", "encode", "encode_file", "print_scores", "run_here", "scores_of"]

_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def encode_file(manifest: Manifest, file: Path) -> bytes:
    """Return the input that a file makes: named features (.json) or an array (.npy) as bytes, anything else as it is.

    Raises:
        InvalidInputError: the file does not satisfy the manifest.
    """
    data = file.read_bytes()
    if isinstance(manifest.input, TensorInput) and file.suffix == ".json":
        return encode_features(manifest.input, _object(data, file))
    if isinstance(manifest.input, TensorInput) and file.suffix == ".npy":
        try:
            values = np.load(io.BytesIO(data), allow_pickle=False)  # a pickle would run what is in the file
        except (ValueError, EOFError) as error:
            raise InvalidInputError(f"{file} is no array as numpy.save writes it") from error
        return encode_values(manifest.input, values)
    check_input(manifest, data)
    return data


def _object(data: bytes, file: Path) -> Mapping[str, object]:
    try:
        found = parse_json(data)
    except ValueError as error:
        raise InvalidInputError(f"{file} is not JSON") from error
    if not isinstance(found, dict):
        raise InvalidInputError(f"{file} is not a JSON object of features")
    return cast("Mapping[str, object]", found)


def scores_of(manifest: Manifest, payload: bytes) -> Mapping[str, object]:
    """Return what people want to know of an answer.

    Raises:
        NesaError: the manifest's answers are no tensors, or this is none.
    """
    spec = manifest.output
    if not isinstance(spec, TensorOutput):
        raise NesaError(f"{manifest.name} answers with {spec.media_type}, not with a tensor")
    found = read_scores(spec, payload)
    if found is None:
        raise NesaError(f"{len(payload)} bytes are no answer of {manifest.name}")
    names = spec.labels or tuple(str(number) for number in range(len(found.values)))
    scores = dict(zip(names, found.reals, strict=True))
    if not spec.labels:
        return {"scores": scores}
    return {"answer": found.label, "tied": found.tied, "scores": scores}


def print_scores(found: Mapping[str, object]) -> None:
    """Print what `scores_of` found, and what else is told with it, one value to a line."""
    scores = cast("Mapping[str, float]", found.get("scores", {}))
    fields = {name: value for name, value in found.items() if name != "scores" and value is not False}
    print_fields({**fields, **{f"score of {name}": f"{value:g}" for name, value in scores.items()}})


def _show(found: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        print_scores(found)


@click.command()
@_folder
@_file
@click.option("--output", "-o", type=OUTPUT_FILE, required=True, help="File to write: the input of a job.")
@json_option
def encode(folder: Path, file: Path, output: Path, *, as_json: bool) -> None:
    """Turn FILE, named features (.json) or an array (.npy), into the input that the model in FOLDER reads."""
    payload = encode_file(read_manifest(folder), file)
    output.write_bytes(payload)
    fields = {"file": str(output), "bytes": len(payload)}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@click.command()
@_folder
@_file
@json_option
def answer(folder: Path, file: Path, *, as_json: bool) -> None:
    """Show what the output FILE of the model in FOLDER says: the label, and the scores."""
    _show(scores_of(read_manifest(folder), file.read_bytes()), as_json=as_json)


@click.command("run")
@_folder
@_file
@click.option("--output", "-o", type=OUTPUT_FILE, help="File to write: the output's bytes.")
@json_option
def run_here(folder: Path, file: Path, output: Path | None, *, as_json: bool) -> None:
    """Run the model in FOLDER on FILE on this machine: nobody sees it, and nobody is paid."""
    manifest = read_manifest(folder)
    payload = encode_file(manifest, file)
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch))
        store.add_folder(folder)
        result = load_model(manifest, store).run(payload)
    if result.outcome is not Outcome.OK:
        raise NesaError(f"the model answers {result.outcome.name}")
    if output:
        output.write_bytes(result.payload)
    if isinstance(manifest.output, TensorOutput):
        _show(scores_of(manifest, result.payload), as_json=as_json)
        return
    fields = {"media type": result.media_type, "bytes": len(result.payload)}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)
