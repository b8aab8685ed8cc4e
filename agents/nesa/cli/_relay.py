"""``nesa relay``."""

from pathlib import Path

import anyio
import click

from nesa.chain import ChainClient
from nesa.cli._files import OUTPUT_FILE, write_file
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option, run, until_signal
from nesa.cli._output import print_fields, print_json
from nesa.cli._values import COUNT
from nesa.errors import NesaError
from nesa.models import Policy
from nesa.relay import Blobs, ChainUploaders, RelayConfig, run_relay
from nesa.untrusted import clean

__all__ = ["relay"]

_MAX_BYTES = 64 * 2**20

private_option = click.option("--allow-private", is_flag=True, help="Call relays at private addresses, too.")


@click.group()
def relay() -> None:
    """Relays keep blobs that are too large for the chain."""


@relay.command()
@click.argument("settings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@network_option
@run
async def serve(settings: Path, network_file: Path | None) -> None:
    """Run the relay that the file SETTINGS describes."""
    network = load_network(network_file)
    config = RelayConfig.load(settings)
    if config.chain_id != network.chain_id:
        raise NesaError(f"{settings} is for the chain {config.chain_id}, the network is {network.chain_id}")
    async with ChainClient(network) as chain:
        uploaders = ChainUploaders(chain, quota=config.quota, min_balance=config.min_balance)
        await until_signal(lambda: run_relay(config, uploaders))


@relay.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@from_option
@network_option
@private_option
@json_option
@run
async def put(
    file: Path, key_name: str, keys_folder: Path, network_file: Path | None, *, allow_private: bool, as_json: bool
) -> None:
    """Store FILE on the network's relay and print its address."""
    if not (await anyio.Path(file).stat()).st_size:
        raise NesaError(f"{file} is empty: an empty file cannot be stored")
    network = load_network(network_file)
    key = load_key(keys_folder, key_name)
    policy = Policy(allow_private=allow_private)
    async with Blobs(network.chain_id, relays=(network.relay,), signer=key, policy=policy) as blobs:
        uri = await blobs.put(file)
    if as_json:
        print_json({"uri": uri})
    else:
        click.echo(clean(uri))


@relay.command()
@click.argument("uri")
@click.option("--output", "-o", type=OUTPUT_FILE, required=True, help="File to write.")
@click.option("--max-bytes", type=COUNT, default=_MAX_BYTES, show_default=True, help="Refuse what is larger.")
@network_option
@private_option
@json_option
@run
async def get(
    uri: str, output: Path, max_bytes: int, network_file: Path | None, *, allow_private: bool, as_json: bool
) -> None:
    """Fetch the blob at URI, checked against its digest."""
    network = load_network(network_file)
    async with Blobs(network.chain_id, policy=Policy(allow_private=allow_private)) as blobs:
        data = await blobs.get(uri, max_bytes=max_bytes)
    await write_file(output, data, again=f"nesa relay get {uri} -o FILE")
    fields = {"file": str(output), "bytes": len(data)}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)
