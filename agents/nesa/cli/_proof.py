"""``nesa proof``."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path

import anyio
import click

from nesa.chain import Account, ChainClient, Key, Network, Proof, TxResult, messages
from nesa.cli._decision import LABEL_BYTES, MAX_CHAIN_ID, Decision
from nesa.cli._files import OUTPUT_FILE
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option
from nesa.cli._output import print_fields, print_json
from nesa.cli._tensors import encode_file, print_scores, scores_of
from nesa.cli._values import MODEL, SECONDS
from nesa.client import find_version, read_manifest
from nesa.errors import NesaError, ProofError
from nesa.files import write_private
from nesa.provable import (
    ELEMENT_BYTES,
    PROVING_KEYS,
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
@click.option("--vk", "key_file", type=_FILE, help="The verifying key, bytes or hexadecimal; by default the chain's.")
@click.option("--proof", "proof_file", type=_FILE, required=True, help="The proof: bytes, hexadecimal, or a decision.")
@click.option("--public", "public_file", type=_FILE, help='JSON list of the public values: ["1", …].')
@click.option("--model", "folder", type=_FOLDER, help="The model's folder: shows the answer that is proven.")
@network_option
@json_option
def verify(
    key_file: Path | None,
    proof_file: Path,
    public_file: Path | None,
    folder: Path | None,
    network_file: Path | None,
    *,
    as_json: bool,
) -> None:
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
    if key_file is not None:
        raw = _read_bytes(key_file, "the verifying key")
    elif decision is not None:
        raw = anyio.run(_key_of, decision, network_file)
    else:
        raise ProofError("the chain has a verifying key for decisions alone: name the key's file with --vk")
    key = VerifyingKey.from_bytes(raw)
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


async def _key_of(decision: Decision, network_file: Path | None) -> bytes:
    """Return the chain's verifying key for a decision."""
    network = load_network(network_file)
    if network.chain_id != decision.chain_id:
        raise ProofError(f"the decision is of chain {decision.chain_id}, the network is {network.chain_id}")
    async with ChainClient(network) as chain:
        async for key in chain.attestation.verifying_keys(version_id=decision.version):
            if key.private_input:
                return key.key
    raise ProofError(f"the chain has no verifying key for private inputs of version {decision.version}")


def _answer(folder: Path, public: tuple[int, ...]) -> Mapping[str, object]:
    """Return what the output among public values says."""
    manifest = read_manifest(folder)
    size = prod(read_provable((folder / manifest.engine.graph).read_bytes()).output.shape)
    count = -(-size // ELEMENT_BYTES)
    if len(public) <= count:
        raise ProofError(f"{len(public)} public values hold no output of {manifest.name}")
    return scores_of(manifest, unpack(public[-count:], size))


async def _version(model: str, network_file: Path | None) -> int:
    """Return the id of a model's version."""
    async with ChainClient(load_network(network_file)) as chain:
        return (await find_version(chain, model)).id


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
@click.option("--key", "key_file", type=_FILE, help="The proving key; by default the folder's, for private inputs.")
@click.option(
    "--version", "version", type=MODEL, required=True, help="The version on the chain: its id, or its model's name."
)
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
    key_file: Path | None,
    version: str,
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
    version_id = int(version) if version.isdigit() else anyio.run(_version, version, network_file)
    chain, chosen = chain_id or load_network(network_file).chain_id, _label(label)
    if len(chain) > MAX_CHAIN_ID:
        raise click.BadParameter(f"a chain's name has at most {MAX_CHAIN_ID} characters", param_hint="--chain-id")
    manifest = read_manifest(folder)
    key_file = key_file or folder / PROVING_KEYS[True]
    if not key_file.is_file():
        raise ProofError(f"{key_file} is not here: name the proving key with --key, or make one with nesa proof setup")
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


@proof.command()
@click.argument("file", type=_FILE)
@from_option
@network_option
@json_option
def publish(file: Path, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Have the chain verify the decision in FILE and record it: an event that everybody can see, and no input."""
    decision = Decision.from_json(file.read_bytes())
    if decision is None:
        raise ProofError(f"{file} is no decision that nesa proof make wrote")
    network, key = load_network(network_file), load_key(keys_folder, key_name)
    if (network.chain_id, key.address) != (decision.chain_id, decision.account):
        raise ProofError(f"only {decision.account} can record this decision, on chain {decision.chain_id}")
    result = anyio.run(_publish, decision, network, key)
    fields = {"tx": result.hash, "height": result.height, "gas": result.gas_used}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


async def _publish(decision: Decision, network: Network, key: Key) -> TxResult:
    message = messages.decide(
        key.address,
        decision.version,
        label=decision.label,
        commitment=decision.commitment.to_bytes(32, "big"),
        output=decision.output,
        proof=Proof(decision.proof),
    )
    async with ChainClient(network) as chain:
        return await Account(chain, key).send(message)
