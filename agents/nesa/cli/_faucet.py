"""``nesa faucet``."""

from pathlib import Path

import click

from nesa.chain import amounts
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option, run
from nesa.cli._output import print_fields, print_json
from nesa.cli._values import COUNT, MAX_PORT, SECONDS
from nesa.untrusted import parse_whole

__all__ = ["faucet"]


@click.group()
def faucet() -> None:
    """Coins of a test network."""


@faucet.command()
@click.argument("address")
@network_option
@json_option
@run
async def ask(address: str, network_file: Path | None, *, as_json: bool) -> None:
    """Ask the network's faucet to send coins to ADDRESS."""
    from nesa.client import ask_faucet  # noqa: PLC0415 - only this command needs it

    gift = await ask_faucet(load_network(network_file), address)
    if as_json:
        print_json(gift)
    else:
        print_fields({"received": amounts.format_nes(gift.amount), "tx": gift.tx_hash})


@faucet.command()
@from_option
@network_option
@click.option("--listen", default="127.0.0.1:8800", show_default=True, metavar="HOST:PORT", help="Where to listen.")
@click.option("--amount", default="10nes", show_default=True, help="Given at a time.")
@click.option("--window", type=SECONDS, default=3600.0, show_default=True, help="Seconds over which gifts are counted.")
@click.option("--per-address", type=COUNT, default=3, show_default=True, help="Gifts to one account in that time.")
@click.option("--per-ip", type=COUNT, default=30, show_default=True, help="Gifts to one IP address in that time.")
@click.option("--allow", multiple=True, metavar="ADDRESS", help="Only these accounts may ask; repeatable.")
@run
async def serve(
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    listen: str,
    amount: str,
    window: float,
    per_address: int,
    per_ip: int,
    allow: tuple[str, ...],
) -> None:
    """Run a faucet that pays from a key."""
    from nesa import faucet as server  # noqa: PLC0415 - only this command needs a web server

    host, _, text = listen.rpartition(":")
    port = parse_whole(text, MAX_PORT)
    if not host or port is None:
        raise click.BadParameter("must be HOST:PORT", param_hint="--listen")
    limits = server.Limits(amounts.parse_amount(amount), window, per_address, per_ip, frozenset(allow))
    key = load_key(keys_folder, key_name)
    await server.serve(load_network(network_file), key, limits, host=host, port=port)
