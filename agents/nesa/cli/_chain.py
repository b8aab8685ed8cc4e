"""``nesa chain``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nesa.chain import Account, ChainClient, amounts, from_evm_address, messages
from nesa.cli._options import from_option, json_option, load_key, load_network, network_option, run, yes_option
from nesa.cli._output import plain, print_fields, print_json, print_table
from nesa.cli._values import HEIGHT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["chain"]


@click.group()
def chain() -> None:
    """The chain that jobs are settled on."""


@chain.command()
@network_option
@json_option
@run
async def status(network_file: Path | None, *, as_json: bool) -> None:
    """Show height, latest seed and the number of miners."""
    network = load_network(network_file)
    async with ChainClient(network) as client:
        block = await client.block(await client.height())
        seed = await client.beacon.latest()
        miners = [miner async for miner in client.miners.list()]
        supply = await client.bank.supply()
        fields = {
            "chain_id": network.chain_id,
            "height": block.height,
            "time": block.time,
            "proposer": block.proposer,
            "seed": seed.value.hex(),
            "seed_height": seed.height,
            "miners": len([miner for miner in miners if not miner.retired]),
            "supply": str(supply),
        }
    if as_json:
        print_json(fields)
    else:
        print_fields({**fields, "supply": amounts.format_nes(supply)})


@chain.command()
@click.argument("height", type=HEIGHT, required=False)
@network_option
@json_option
@run
async def block(height: int | None, network_file: Path | None, *, as_json: bool) -> None:
    """Show a block and what happened in it; the latest one by default."""
    async with ChainClient(load_network(network_file)) as client:
        at = height or await client.height()
        found = await client.block(at)
        events = await client.events(at)
    if as_json:
        fields = {"height": found.height, "time": found.time, "proposer": found.proposer, "txs": len(found.txs)}
        print_json({**fields, "events": events})
        return
    print_fields(
        {"height": found.height, "time": found.time, "proposer": found.proposer, "transactions": len(found.txs)}
    )
    print_table(
        ("Module", "Event", "Transaction"),
        [(event.module, event.name, event.tx_hash[:16] or "end of block") for event in events],
        empty="No events of Nesa's modules.",
    )


@chain.command()
@click.argument("module", type=click.Choice(["job", "miner", "model", "beacon"]))
@network_option
@json_option
@run
async def params(module: str, network_file: Path | None, *, as_json: bool) -> None:
    """Show a module's parameters."""
    async with ChainClient(load_network(network_file)) as client:
        queries: dict[str, Callable[[], Awaitable[object]]] = {
            "job": client.jobs.params,
            "miner": client.miners.params,
            "model": client.models.params,
            "beacon": client.beacon.params,
        }
        found = await queries[module]()
    if as_json:
        print_json(found)
    else:
        print_fields(plain(found))


@chain.command()
@network_option
@json_option
@run
async def solvency(network_file: Path | None, *, as_json: bool) -> None:
    """Compare what the modules' accounts hold with what they owe."""
    async with ChainClient(load_network(network_file)) as client:
        height = await client.height()
        jobs, miners = await client.jobs.solvency(height=height), await client.miners.solvency(height=height)
    if as_json:
        print_json({"height": height, "jobs": jobs, "miners": miners})
    else:
        rows = (
            ("escrow of jobs", jobs.escrow_balance, jobs.escrow_owed, jobs.solvent),
            ("stake of miners", miners.balance, miners.stake + miners.unbonding, miners.solvent),
        )
        print_table(
            ("Account", "Holds", "Owes", "Equal"),
            [
                (name, amounts.format_nes(has), amounts.format_nes(owes), "yes" if ok else "NO")
                for name, has, owes, ok in rows
            ],
            empty="",
        )


@chain.command()
@click.argument("address")
@network_option
@json_option
@run
async def balance(address: str, network_file: Path | None, *, as_json: bool) -> None:
    """Show what an account holds; 0x addresses work too."""
    account = from_evm_address(address) if address.startswith("0x") else address
    async with ChainClient(load_network(network_file)) as client:
        held = await client.bank.balances(account)
    if as_json:
        print_json({"address": account, "balances": {denom: str(amount) for denom, amount in held.items()}})
    else:
        print_fields({"address": account, "balance": amounts.format_nes(held.get("anes", 0))})


@chain.command()
@click.argument("recipient")
@click.argument("amount")
@from_option
@network_option
@yes_option
@json_option
@run
async def send(
    recipient: str,
    amount: str,
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Send AMOUNT, such as 1.5nes, to RECIPIENT."""
    anes = amounts.parse_amount(amount)
    key = load_key(keys_folder, key_name)
    if not yes:
        click.confirm(f"Send {amounts.format_nes(anes)} to {recipient}?", abort=True, err=True)
    async with ChainClient(load_network(network_file)) as client:
        result = await Account(client, key).send(messages.send(key.address, recipient, anes))
    fields = {"tx": result.hash, "height": result.height, "gas_used": result.gas_used}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)
