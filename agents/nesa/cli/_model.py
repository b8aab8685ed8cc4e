"""``nesa model``."""

from pathlib import Path

import click

from nesa.chain import Account, ChainClient, messages
from nesa.cli._calibrate import calibrate
from nesa.cli._catalogue import list_models, show
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option, run
from nesa.cli._output import print_fields, print_json
from nesa.cli._publish import publish
from nesa.cli._quantize import quantize
from nesa.cli._tensors import answer, encode, run_here
from nesa.cli._values import MODEL
from nesa.client import default_store, pull_model, read_manifest
from nesa.models import Policy, Store

__all__ = ["model"]


folder_argument = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def model() -> None:
    """Models and their versions."""


@model.command()
@click.argument("name")
@click.option("--private", is_flag=True, help="Only accounts on its access list may request it.")
@from_option
@network_option
@json_option
@run
async def register(
    name: str, key_name: str, keys_folder: Path, network_file: Path | None, *, private: bool, as_json: bool
) -> None:
    """Register the NAME publisher/name; the registration fee is burned."""
    key = load_key(keys_folder, key_name)
    async with ChainClient(load_network(network_file)) as chain:
        result = await Account(chain, key).send(messages.register_model(key.address, name, private=private))
    fields = {"model": name, "tx": result.hash, "height": result.height}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


for command in (publish, calibrate, list_models, show, quantize, encode, answer, run_here):
    model.add_command(command)


@model.command()
@click.argument("name", type=MODEL)
@click.option(
    "--store", type=click.Path(file_okay=False, path_type=Path), default=default_store, help="Where to put it."
)
@click.option("--allow-private", is_flag=True, help="Fetch from private addresses and files, too.")
@network_option
@json_option
@run
async def pull(name: str, store: Path, network_file: Path | None, *, allow_private: bool, as_json: bool) -> None:
    """Fetch a model's files, checked against its manifest."""
    policy = Policy(allow_private=allow_private, allow_files=allow_private)
    async with ChainClient(load_network(network_file)) as chain:
        manifest = await pull_model(chain, name, Store(store), policy)
    fields = {
        "name": manifest.name,
        "task": manifest.task,
        "licence": manifest.licence,
        "digest": manifest.digest().hex(),
        "bytes": sum(file.size for file in manifest.files),
    }
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@model.command()
@folder_argument
@json_option
def check(folder: Path, *, as_json: bool) -> None:
    """Check FOLDER before it is published, and print its manifest's digest."""
    manifest = read_manifest(folder)
    fields = {"name": manifest.name, "task": manifest.task, "digest": manifest.digest().hex()}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@model.command()
@click.argument("name", type=MODEL)
@from_option
@network_option
@json_option
@run
async def retire(name: str, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Withdraw a version (publisher/name@version) or a whole model (publisher/name) from new requests."""
    key = load_key(keys_folder, key_name)
    base, _, number = name.partition("@")
    async with ChainClient(load_network(network_file)) as chain:
        result = await Account(chain, key).send(messages.retire_model(key.address, base, int(number or 0)))
    fields = {"retired": name, "tx": result.hash, "height": result.height}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)
