"""Keys of a model's circuits, made by one party alone: for local networks and tests."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path

from nesa._programs import find_program
from nesa.files import write_private
from nesa.models import File, Manifest
from nesa.provable._prover import run_program
from nesa.provable._read import read_provable

__all__ = ["PROVING_KEYS", "SETUP", "set_up"]

PROVING_KEYS: Mapping[bool, str] = {False: "proving.key", True: "proving-private.key"}
"""Files of a model that proofs are made with, by whether the input is private; the manifest lists them."""

SETUP = "setup.json"
"""Beside a manifest: what a chain needs to admit the model's verifying keys."""

_VERIFYING_KEYS = {False: "verifying.key", True: "verifying-private.key"}
_SINGLE_PARTY = b"nesa/single-party-setup/v1"  # in place of a ceremony's transcript, which there is none of


def set_up(folder: Path, *, timeout: float) -> Manifest:
    """Make proving and verifying keys of both kinds for a model's folder, and list the proving keys in its manifest.

    Whoever runs this could keep what it takes to forge proofs. Keys that others are to trust come from a ceremony.

    Args:
        folder: with ``manifest.json`` and the graph in provable form.
        timeout: seconds for each kind.

    Raises:
        NesaError: the program is missing or fails, or the folder is not of a provable model.
        OSError: a file cannot be read or written.
    """
    manifest = Manifest.from_json((folder / "manifest.json").read_bytes())
    graph = folder / manifest.engine.graph
    model = read_provable(graph.read_bytes())
    program = find_program("NESA_PROVE", "nesa-prove", "build/bin")
    files = {file.path: file for file in manifest.files}
    keys = []
    for private in (False, True):
        proving, verifying = folder / PROVING_KEYS[private], folder / _VERIFYING_KEYS[private]
        kind = ["--private"] if private else []
        run_program([program, "setup", str(graph), *kind, "--pk", str(proving), "--vk", str(verifying)], timeout)
        raw = proving.read_bytes()
        files[proving.name] = File(proving.name, hashlib.sha256(raw).hexdigest(), len(raw))
        keys.append(
            {
                "private_input": private,
                "verifying_key": verifying.name,
                "input_size": prod(model.input.shape),
                "output_size": prod(model.output.shape),
                "transcript_digest": hashlib.sha256(_SINGLE_PARTY + verifying.read_bytes()).hexdigest(),
            }
        )
    made = replace(manifest, files=tuple(files.values()))
    (folder / "manifest.json").write_bytes(Manifest.from_json(made.to_json()).to_json())
    write_private(folder / SETUP, (json.dumps({"keys": keys}, indent=2) + "\n").encode(), replace=True)
    return made
