"""What commands about jobs share: a client, the price beforehand, the steps as they happen."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
from rich.text import Text

from nesa.chain import EventFinished, Status, amounts
from nesa.cli._main import NO_RESULT
from nesa.cli._options import is_local, load_key, load_network
from nesa.cli._output import console, plain, print_fields
from nesa.cli._steps import Names, describe
from nesa.client import EVIDENCE, UNVERIFIED, Client, Quote, Wanted
from nesa.errors import NesaError
from nesa.models import NONE, Policy
from nesa.untrusted import clean

__all__ = ["PUBLIC", "check_quote", "client_of", "follow_job", "print_quote", "refusal_of"]

PUBLIC = "The input and the output stay public in the chain's history for ever."


@asynccontextmanager
async def client_of(
    network_file: Path | None, keys_folder: Path | None = None, key_name: str = "", *, allow_private: bool = False
) -> AsyncIterator[Client]:
    """Yield a client of the network, with the key of that name if there is one."""
    network = load_network(network_file)
    key = load_key(keys_folder, key_name) if keys_folder else None
    local = is_local(network)
    policy = Policy(allow_private=allow_private or local, allow_files=local)
    async with Client(network, key, policy=policy) as client:
        yield client


def refusal_of(quote: Quote) -> str:
    """Return why the chain would refuse a request, and what to do; nothing where it would not."""
    if NONE in quote.version.profile.proof_systems and NONE not in quote.terms.assurance.evidence:
        return f"nobody checks what this model delivers; to have it all the same, add --assurance {NONE}"
    return clean(quote.estimate.refusal)


def check_quote(quote: Quote) -> None:
    """Refuse what the chain would refuse.

    Raises:
        NesaError: it would; the text says why.
    """
    if refusal := refusal_of(quote):
        raise NesaError(f"the chain would refuse this request: {refusal}")


def print_quote(quote: Quote) -> None:
    """Print the price of a request before it is made."""
    estimate, money = quote.estimate, amounts.format_nes
    asked = quote.terms.assurance
    assurance = Wanted.text(asked.check_bps, estimate.verifiers, asked.evidence)
    if NONE in asked.evidence:
        backed = UNVERIFIED
    elif asked.evidence:
        backed = f"{' or '.join(EVIDENCE[kind] for kind in asked.evidence)} settles it"
    else:
        backed = f"{estimate.verifiers} verifiers of {money(estimate.verifier)} each"
    print_fields(
        {
            "model": f"{quote.version.model}@{quote.version.number} ({quote.version.status.name.lower()})",
            "fee": f"{money(estimate.fee)} = executor {money(estimate.executor)} + royalty {money(estimate.royalty)}"
            f" + levy {money(estimate.levy)} + burn {money(estimate.burn)}",
            "premium": money(estimate.premium),
            "reserve": f"{money(estimate.reserve)} (refunded unless a check needs it)",
            "in escrow": money(estimate.escrow),
            "assurance": f"{assurance}{':' if asked.evidence else ','} {backed}",
            "miners": estimate.miners,
            "input": "on the chain" if quote.inline else "on the relay",
        }
    )
    if NONE in asked.evidence:
        click.echo("You pay for a wrong answer as for a right one, and there is nothing that you can do about it.")
    elif estimate.unverified:
        click.echo("So few miners serve this model that the result cannot be verified.")
    if refusal := refusal_of(quote):
        click.echo(f"The chain would refuse this request: {refusal}")


async def follow_job(client: Client, job_id: int, *, as_json: bool) -> None:
    """Print each step as it happens; ends with status 4 unless the job was settled."""
    screen, who = console(), Names({client.address: "you"} if client.address else {})
    height = 0
    async for step in client.follow(job_id):
        if as_json:
            click.echo(json.dumps({"height": step.height, "tx": step.tx_hash, "step": step.name, **plain(step.event)}))
        else:
            at = f"{step.height:>8}" if step.height != height else " " * 8
            height = step.height
            screen.print(Text.assemble((at, "dim"), "  ", describe(step, who)), soft_wrap=True)
        if isinstance(step.event, EventFinished) and step.event.status is not Status.SETTLED:
            raise click.exceptions.Exit(NO_RESULT)
