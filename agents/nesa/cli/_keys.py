"""``nesa keys``."""

from pathlib import Path

import click

from nesa.chain import Key, Keystore, KeyType, new_mnemonic
from nesa.cli._options import ask_password, json_option, keys_option, yes_option
from nesa.cli._output import print_fields, print_json, print_table

__all__ = ["keys"]

_TYPES = {"ethereum": KeyType.ETHEREUM, "cosmos": KeyType.COSMOS}


@click.group()
def keys() -> None:
    """Keys that sign, encrypted on this machine."""


@keys.command()
@click.argument("name")
@click.option(
    "--type", "kind", type=click.Choice(list(_TYPES)), default="ethereum", show_default=True,
    help="ethereum gives the address that MetaMask shows, cosmos the one that other Cosmos wallets show.",
)  # fmt: skip
@click.option("--recover", is_flag=True, help="Ask for the words of an existing key.")
@keys_option
@json_option
def add(name: str, kind: str, keys_folder: Path, *, recover: bool, as_json: bool) -> None:
    """Make a key, or recover one from its words."""
    words = click.prompt("Words", hide_input=True, err=True).strip() if recover else new_mnemonic()
    key = Key.from_mnemonic(words, _TYPES[kind])
    Keystore(keys_folder).add(name, key, ask_password(confirm=True))
    fields = {"name": name, "address": key.address, "evm_address": key.evm_address, "type": kind}
    if not recover:
        fields["mnemonic"] = words
    if as_json:
        print_json(fields)
        return
    print_fields(fields)
    if not recover:
        click.echo("Write these words down: they are the only way to recover the key, and are not shown again.")


@keys.command("list")
@keys_option
@json_option
def list_keys(keys_folder: Path, *, as_json: bool) -> None:
    """List the keys on this machine."""
    found = Keystore(keys_folder).list()
    usable = [(key.name, key.address, key.key_type.value) for key in found if not key.problem]
    if as_json:
        print_json([dict(zip(("name", "address", "type"), key, strict=True)) for key in usable])
    else:
        print_table(("Name", "Address", "Type"), usable, empty="No keys yet; make one with nesa keys add NAME.")
    for key in found:
        if key.problem:
            click.echo(key.problem, err=True)


@keys.command()
@click.argument("name")
@keys_option
@json_option
def show(name: str, keys_folder: Path, *, as_json: bool) -> None:
    """Show a key's addresses."""
    key = Keystore(keys_folder).load(name, ask_password())
    fields = {"name": name, "address": key.address, "evm_address": key.evm_address, "type": key.key_type.value}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@keys.command()
@click.argument("name")
@keys_option
@yes_option
def delete(name: str, keys_folder: Path, *, yes: bool) -> None:
    """Delete a key from this machine."""
    if not yes:
        click.confirm(f"Delete the key {name}? Without its words it cannot be recovered.", abort=True, err=True)
    Keystore(keys_folder).delete(name)
