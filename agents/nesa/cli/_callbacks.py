"""``nesa callbacks``."""

import json
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nesa.chain import Account, CallbackEntry, CallbackState, ChainClient, EventCalledBack, NotFoundError, amounts
from nesa.cli._options import (
    from_option,
    json_option,
    load_key,
    load_network,
    network_option,
    run,
    until_signal,
)
from nesa.cli._output import plain, print_json, print_table
from nesa.cli._values import COUNT, ID, SECONDS
from nesa.errors import NesaError
from nesa.untrusted import clean

if TYPE_CHECKING:
    from nesa.evm import CallbackOffer

__all__ = ["callbacks"]

_STATES = {state.name.lower(): state for state in CallbackState if state is not CallbackState.UNSPECIFIED}


@click.group()
def callbacks() -> None:
    """What contracts prepaid for being told how their jobs ended. Whoever tells them earns it."""


@callbacks.command("list")
@click.option(
    "--state", type=click.Choice([*_STATES, "all"]), default="ready", show_default=True, help="Where they stand."
)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many.")
@network_option
@json_option
@run
async def list_callbacks(state: str, limit: int, network_file: Path | None, *, as_json: bool) -> None:
    """List contracts that wait to be told; those that are ready are there to earn from."""
    found: list[CallbackEntry] = []
    async with ChainClient(load_network(network_file)) as chain:
        entries = chain.callbacks.entries(_STATES.get(state, CallbackState.UNSPECIFIED))
        async with aclosing(entries):  # type: ignore[type-var]
            async for entry in entries:
                found.append(entry)
                if len(found) == limit:
                    break
    if as_json:
        print_json(found)
        return
    print_table(
        ("Job", "Contract", "State", "Gas", "Fee", "Until", "Failure"),
        [
            (
                entry.job_id,
                entry.contract,
                entry.state.name.lower(),
                f"{entry.gas_limit:,}",
                amounts.format_nes(entry.fee),
                entry.forget_height or "",
                entry.failure,
            )
            for entry in found
        ],
        empty="No contract waits to be told." if state in {"ready", "all"} else f"None is {state}.",
    )


@callbacks.command()
@click.argument("job_ids", metavar="JOB...", type=ID, nargs=-1, required=True)
@click.option("--at-a-loss", is_flag=True, help="Even if the transaction costs more than it earns.")
@click.option("--timeout", type=SECONDS, default=120.0, show_default=True, help="Seconds that each may take.")
@from_option
@network_option
@json_option
@run
async def answer(
    job_ids: tuple[int, ...],
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    timeout: float,  # noqa: ASYNC109 - an option of the command
    *,
    at_a_loss: bool,
    as_json: bool,
) -> None:
    """Tell the contracts that requested JOB... how they ended; with --json, one line each."""
    from nesa.evm import call_back, price_callback  # noqa: PLC0415 - only these commands need it

    network, key = load_network(network_file), load_key(keys_folder, key_name)
    async with ChainClient(network) as chain:
        account = Account(chain, key, patience=timeout)
        for job_id in job_ids:
            try:
                entry = await chain.callbacks.entry(job_id)
            except NotFoundError as error:
                raise NesaError(f"no contract waits to be told about job {job_id}, or it was told already") from error
            offer = await price_callback(chain, account, entry)
            if offer.profit < 0 and not at_a_loss:
                raise NesaError(
                    f"job {job_id}: the transaction would cost {amounts.format_nes(offer.cost)} and earn "
                    f"{amounts.format_nes(offer.fee)}; --at-a-loss makes it all the same"
                )
            called = await call_back(account, job_id, gas=offer.gas)
            _print(offer, called, as_json=as_json)


@callbacks.command()
@click.option("--least-profit", default="0nes", show_default=True, help="Leave those to others that bring less.")
@from_option
@network_option
@json_option
@run
async def watch(
    least_profit: str, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool
) -> None:
    """Tell every contract as soon as its job is over, until Ctrl-C; with --json, one line each."""
    from nesa.evm import answer_contracts  # noqa: PLC0415 - only these commands need it

    least, network = amounts.parse_amount(least_profit), load_network(network_file)
    key, total, count = load_key(keys_folder, key_name), 0, 0

    async def work() -> None:
        nonlocal total, count
        async with ChainClient(network) as chain:
            account = Account(chain, key)
            click.echo(f"Waiting for jobs of contracts on {network.chain_id}; Ctrl-C ends it.", err=True)
            async with aclosing(answer_contracts(chain, account, least_profit=least)) as answers:  # type: ignore[type-var]
                async for offer, called in answers:
                    total, count = total + offer.profit, count + 1
                    _print(offer, called, as_json=as_json)

    await until_signal(work)
    click.echo(f"{count} told, {amounts.format_nes(total)} left.", err=True)


def _print(offer: "CallbackOffer", called: EventCalledBack, *, as_json: bool) -> None:
    """Print what came of a callback: one line, at once."""
    if as_json:
        names = ("job_id", "contract", "success", "failure", "gas_used", "fee")
        found = {name: getattr(called, name) for name in names} | {"cost": offer.cost, "profit": offer.profit}
        click.echo(json.dumps(plain(found)))
        return
    how = "told" if called.success else f"failed ({clean(called.failure)})"
    click.echo(
        f"job {called.job_id}: {called.contract} {how}, {called.gas_used:,} gas; "
        f"{amounts.format_nes(called.fee)} earned, {amounts.format_nes(offer.cost)} paid, "
        f"{amounts.format_nes(offer.profit)} left"
    )
