"""``nesa model``."""

from pathlib import Path

import click

from nesa.chain import Account, ChainClient, messages
from nesa.cli._calibrate import calibrate
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option, run
from nesa.cli._output import plain, print_fields, print_json, print_table
from nesa.cli._quantize import quantize
from nesa.cli._tensors import answer, encode, run_here
from nesa.cli._values import BPS, MODEL
from nesa.client import default_store, find_version, publish_model, pull_model, read_manifest
from nesa.models import Policy, Store

__all__ = ["model"]


def as_uri(folder: Path) -> str:
    """Return a folder's own address."""
    return folder.absolute().as_uri()


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


@model.command()
@click.argument("name")
@folder_argument
@click.option("--uri", help="Where others find the same folder: https, hf, s3 or file; by default the folder itself.")
@click.option("--royalty", "royalty_bps", type=BPS, default=0, show_default=True, help="Of each fee, in basis points.")
@from_option
@network_option
@json_option
@run
async def publish(
    name: str,
    folder: Path,
    uri: str | None,
    royalty_bps: int,
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Release FOLDER, a manifest and its files, as the next version of NAME; the name is registered if it is new."""
    network, key = load_network(network_file), load_key(keys_folder, key_name)
    async with ChainClient(network) as chain:
        published = await publish_model(
            chain, Account(chain, key), name, folder, uri=uri or as_uri(folder), royalty_bps=royalty_bps
        )
    if as_json:
        print_json(published)
    else:
        print_fields({**plain(published), "manifest_digest": published.manifest_digest.hex()})


model.add_command(publish, "add-version")
for command in (calibrate, quantize, encode, answer, run_here):
    model.add_command(command)


@model.command("list")
@click.option("--owner", default="", help="Of this account.")
@network_option
@json_option
@run
async def list_models(owner: str, network_file: Path | None, *, as_json: bool) -> None:
    """List models."""
    async with ChainClient(load_network(network_file)) as chain:
        found = [item async for item in chain.models.list(owner=owner)]
    if as_json:
        print_json(found)
        return
    rows = [
        (
            item.name,
            item.versions,
            "private" if item.private else "public",
            "retired" if item.retired else "",
            item.owner,
        )
        for item in found
    ]
    print_table(("Model", "Versions", "Access", "", "Owner"), rows, empty="No models.")


@model.command()
@click.argument("name", type=MODEL)
@network_option
@json_option
@run
async def show(name: str, network_file: Path | None, *, as_json: bool) -> None:
    """Show a model's version: NAME is publisher/name, publisher/name@version or a version's id."""
    async with ChainClient(load_network(network_file)) as chain:
        version = await find_version(chain, name)
        totals = await chain.miners.totals(version.id)
    if as_json:
        print_json({"version": version, "miners": totals.miners, "slots": totals.slots})
        return
    fields = plain(version)
    profile = fields.pop("profile")
    fields |= {"manifest_digest": version.manifest_digest.hex(), "status": version.status.name.lower()}
    print_fields({**fields, "miners": totals.miners, **{f"profile.{key}": value for key, value in profile.items()}})


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
