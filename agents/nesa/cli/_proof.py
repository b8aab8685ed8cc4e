"""``nesa proof``."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path

import click

from nesa.cli._decision import LABEL_BYTES, Decision
from nesa.cli._files import OUTPUT_FILE
from nesa.cli._options import json_option, load_network, network_option
from nesa.cli._output import print_fields, print_json
from nesa.cli._tensors import encode_file, print_scores, scores_of
from nesa.cli._values import ID, SECONDS
from nesa.client import read_manifest
from nesa.errors import NesaError, ProofError
from nesa.files import write_private
from nesa.provable import (
    ELEMENT_BYTES,
    VerifyingKey,
    commitment,
    new_salt,
    parse_number,
    prove,
    read_provable,
    set_up,
    unpack,
    verify_proof,
)
from nesa.untrusted import parse_json

__all__ = ["proof"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def proof() -> None:
    """Proofs of what a model in provable form answers."""


def _read_bytes(file: Path, what: str) -> bytes:
    """Return a file's bytes, or those that it writes in hexadecimal."""
    raw = file.read_bytes()
    text = raw.strip().removeprefix(b"0x")
    if text and all(byte in b"0123456789abcdefABCDEF" for byte in text):
        try:
            return bytes.fromhex(text.decode())
        except ValueError as error:
            raise ProofError(f"{file}, {what}, has half a byte too many") from error
    return raw


def _numbers(file: Path) -> tuple[int, ...]:
    try:
        values = parse_json(file.read_bytes())
    except ValueError:
        values = None
    if not isinstance(values, list):
        raise ProofError(f"{file} is no JSON list of numbers as texts")
    return tuple(parse_number(value) for value in values)


@proof.command()
@click.argument("folder", type=_FOLDER)
@click.option("--timeout", type=SECONDS, default=600.0, show_default=True, help="Seconds for each of the two kinds.")
@json_option
def setup(folder: Path, timeout: float, *, as_json: bool) -> None:
    """Make the keys of a model's proofs, for public inputs and for private ones, in its FOLDER.

    One party makes them alone: for local networks and tests. Keys that others are to trust come from a ceremony.
    """
    manifest = set_up(folder, timeout=timeout)
    click.echo("Whoever made these keys could forge proofs under them: use them on local networks only.", err=True)
    found = {"manifest": manifest.digest().hex(), "files": [file.path for file in manifest.files]}
    if as_json:
        print_json(found)
    else:
        print_fields({"manifest": found["manifest"], "files": ", ".join(found["files"])})


@proof.command()
@click.option("--vk", "key_file", type=_FILE, required=True, help="The verifying key: bytes, or hexadecimal.")
@click.option("--proof", "proof_file", type=_FILE, required=True, help="The proof: bytes, hexadecimal, or a decision.")
@click.option("--public", "public_file", type=_FILE, help='JSON list of the public values: ["1", …].')
@click.option("--model", "folder", type=_FOLDER, help="The model's folder: shows the answer that is proven.")
@json_option
def verify(key_file: Path, proof_file: Path, public_file: Path | None, folder: Path | None, *, as_json: bool) -> None:
    """Check a proof, or a decision that nesa proof make wrote, on this machine; it takes about a second."""
    decision = Decision.from_json(proof_file.read_bytes())
    if decision is not None:
        found, public = decision.proof, decision.public
    elif public_file is not None:
        found, public = _read_bytes(proof_file, "the proof"), _numbers(public_file)
    else:
        raise ProofError(f"{proof_file} is no decision, and no public values are given: name their file with --public")
    if decision is not None and public_file is not None and _numbers(public_file) != public:
        raise ProofError(f"{public_file} has other public values than the decision")
    key = VerifyingKey.from_bytes(_read_bytes(key_file, "the verifying key"))
    started = time.monotonic()
    if not verify_proof(key, found, public):
        raise ProofError("the proof does not hold for these public values")
    fields: dict[str, object] = {"holds": True, "seconds": round(time.monotonic() - started, 2)}
    if folder:
        fields |= _answer(folder, public)
    if decision:
        fields |= {"chain": decision.chain_id, "version": decision.version, "account": decision.account}
        fields |= {"label": decision.label.hex(), "commitment": str(decision.commitment)}
    fields["context"] = str(public[0])
    if as_json:
        print_json(fields)
    else:
        print_scores(fields)


def _answer(folder: Path, public: tuple[int, ...]) -> Mapping[str, object]:
    """Return what the output among public values says."""
    manifest = read_manifest(folder)
    size = prod(read_provable((folder / manifest.engine.graph).read_bytes()).output.shape)
    count = -(-size // ELEMENT_BYTES)
    if len(public) <= count:
        raise ProofError(f"{len(public)} public values hold no output of {manifest.name}")
    return scores_of(manifest, unpack(public[-count:], size))


def _label(text: str | None) -> bytes:
    if text is None:
        return secrets.token_bytes(LABEL_BYTES)
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != LABEL_BYTES:
        raise ProofError(f"a label is {LABEL_BYTES} bytes in hexadecimal")
    return found


@proof.command()
@click.argument("folder", type=_FOLDER)
@click.argument("file", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True, help="The proving key, of the kind for private inputs.")
@click.option("--version", "version_id", type=ID, required=True, help="The model version's id on the chain.")
@click.option("--account", required=True, help="Whose decision it is: only this account can record it.")
@click.option("--label", help="32 bytes in hexadecimal that tell this decision from others; by default random.")
@click.option("--chain-id", help="The chain; by default the network's.")
@network_option
@click.option(
    "--salt", "salt_file", type=OUTPUT_FILE, required=True, help="File to write, a secret: it opens the commitment."
)
@click.option("--output", "-o", type=OUTPUT_FILE, required=True, help="File to write: the decision, for everybody.")
@click.option("--timeout", type=SECONDS, default=600.0, show_default=True, help="Seconds that the proof may take.")
@json_option
def make(
    folder: Path,
    file: Path,
    key_file: Path,
    version_id: int,
    account: str,
    label: str | None,
    chain_id: str | None,
    network_file: Path | None,
    salt_file: Path,
    output: Path,
    timeout: float,
    *,
    as_json: bool,
) -> None:
    """Decide on FILE by the model in FOLDER, on this machine, and prove the decision without showing FILE."""
    chain, chosen = chain_id or load_network(network_file).chain_id, _label(label)
    manifest = read_manifest(folder)
    payload, salt = encode_file(manifest, file), new_salt()
    hidden = commitment(salt, payload)
    decision = Decision(chain, version_id, account, chosen, hidden, output=b"", proof=b"")
    context = decision.context
    kept = {"format": "nesa/salt/v1", "salt": str(salt), "commitment": str(hidden), "input": payload.hex()}
    try:  # before anything is proven: without it nobody can ever show what was decided on
        write_private(salt_file, json.dumps(kept).encode())
    except FileExistsError as error:
        raise NesaError(f"{salt_file} exists, and may open another commitment; name another file") from error
    found = prove(folder / manifest.engine.graph, key_file, payload, context, salt=salt, timeout=timeout)
    output.write_text(replace(decision, output=found.output, proof=found.proof).to_json())
    fields = {**scores_of(manifest, found.output), "decision": str(output), "secret": str(salt_file)}
    if as_json:
        print_json(fields)
    else:
        print_scores(fields)
