"""``nesa job``."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import anyio
import click

from nesa.chain import ChainClient, TxResult, amounts
from nesa.cli._files import OUTPUT_FILE, write_file
from nesa.cli._jobs import PUBLIC, check_quote, client_of, follow_job, print_quote, refusal_of
from nesa.cli._options import from_option, json_option, load_network, network_option, run, yes_option
from nesa.cli._output import plain, print_fields, print_json, print_table
from nesa.cli._steps import Names, describe
from nesa.cli._values import ASSURANCE, BLOCKS, COUNT, ID, MODEL
from nesa.client import (
    CERTAIN,
    PROVES,
    UNVERIFIED,
    Client,
    JobRequest,
    Quote,
    Receipt,
    Step,
    Wanted,
    confirm_receipt,
    verify_receipt,
)
from nesa.models import NONE, TensorInput
from nesa.untrusted import parse_whole

__all__ = ["job"]

P = ParamSpec("P")
R = TypeVar("R")

_MAX_NUMBER = 2**63 - 1
_COMPARED = ("lottery", "check", "tee", "zk")


@click.group()
def job() -> None:
    """Jobs: one input, one model, one settlement."""


def _request_options(function: Callable[P, R]) -> Callable[P, R]:
    for option in reversed(
        (
            click.argument("model", type=MODEL),
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.option(
                "--option", "options", multiple=True, metavar="NAME=VALUE", help="The model's own; repeatable."
            ),
            click.option(
                "--price", help="Bid per unit, such as 0.5nes; by default the least that enough miners work for."
            ),
            click.option("--max-units", type=COUNT, help="The most units to pay for; by default what it can cost."),
            click.option(
                "--assurance",
                type=ASSURANCE,
                default="lottery",
                show_default=True,
                help="lottery, lottery(20%), check, check(5), tee, zk, 'zk or tee'; none where nobody checks.",
            ),
            click.option("--deadline", type=BLOCKS, help="Blocks until the output must be there."),
            click.option(
                "--allow-private", is_flag=True, help="Fetch manifests and blobs from private addresses, too."
            ),
        )
    ):
        function = option(function)
    return function


def _request(
    model: str,
    file: Path,
    options: tuple[str, ...],
    price: str | None,
    max_units: int | None,
    assurance: Wanted,
    deadline: int | None,
) -> JobRequest:
    values: dict[str, int | str] = {}
    for option in options:
        name, separator, value = option.partition("=")
        if not separator:
            raise click.BadParameter(f"{option!r} is not NAME=VALUE", param_hint="--option")
        number = parse_whole(value, _MAX_NUMBER)
        values[name] = value if number is None else number
    return JobRequest(
        model=model,
        data=file.read_bytes(),
        options=values,
        price=None if price is None else amounts.parse_amount(price),
        max_units=max_units,
        check_bps=assurance.check_bps,
        verifiers=assurance.verifiers,
        evidence=assurance.evidence,
        deadline=deadline,
    )


async def _encoded(client: Client, request: JobRequest, file: Path) -> JobRequest:
    """Return the request with its input as the model reads it: models of tensors take named features, or an array."""
    if file.suffix not in {".json", ".npy"}:
        return request
    manifest = await client.manifest(request.model)
    if manifest is None or not isinstance(manifest.input, TensorInput):
        return request
    from nesa.cli._tensors import encode_file  # noqa: PLC0415 - imports numpy, and few files need it

    return replace(request, data=encode_file(manifest, file))


def _print_comparison(quotes: Sequence[Quote]) -> None:
    money, rows = amounts.format_nes, []
    for quote in quotes:
        found, asked = quote.estimate, quote.terms.assurance
        backed = UNVERIFIED if NONE in asked.evidence else "unverified" if found.unverified else "yes"
        rows.append(
            (
                Wanted.text(asked.check_bps, found.verifiers if asked.check_bps == CERTAIN else 0, asked.evidence),
                money(found.fee + found.premium),
                money(found.reserve),
                money(found.executor),
                money(found.bond),
                refusal_of(quote) or backed,
            )
        )
    print_table(("Assurance", "Price", "Reserve", "Executor gets", "Its bond", "Possible"), rows, empty="")


@job.command()
@_request_options
@click.option("--compare", is_flag=True, help="Price every assurance beside the others.")
@network_option
@json_option
@run
async def estimate(
    file: Path, network_file: Path | None, *, allow_private: bool, compare: bool, as_json: bool, **fields: object
) -> None:
    """Price a request of MODEL on FILE without making it."""
    request = _request(file=file, **fields)  # type: ignore[arg-type]
    wanted = [Wanted.parse(text) for text in _COMPARED] if compare else []
    async with client_of(network_file, allow_private=allow_private) as client:
        request = await _encoded(client, request, file)
        quotes = [await client.estimate(replace(request, **asdict(assurance))) for assurance in wanted]
        if compare and NONE in quotes[0].version.profile.proof_systems:
            quotes.append(await client.estimate(replace(request, **asdict(Wanted.parse(NONE)))))
        quote = quotes[0] if compare else await client.estimate(request)
    if compare:
        if as_json:
            print_json([{"assurance": item.terms.assurance, "estimate": item.estimate} for item in quotes])
        else:
            _print_comparison(quotes)
        return
    if as_json:
        print_json({"version": quote.version, "inline": quote.inline, "estimate": quote.estimate})
    else:
        print_quote(quote)
    if quote.estimate.refusal:
        raise click.exceptions.Exit(1)


@job.command()
@_request_options
@from_option
@click.option("--output", "-o", type=OUTPUT_FILE, help="Wait, and write the output here.")
@click.option("--detach", "detached", is_flag=True, help="Return once the job is open.")
@network_option
@yes_option
@json_option
@run
async def request(
    file: Path,
    key_name: str,
    keys_folder: Path,
    output: Path | None,
    network_file: Path | None,
    *,
    allow_private: bool,
    detached: bool,
    yes: bool,
    as_json: bool,
    **fields: object,
) -> None:
    """Request MODEL on FILE, and follow the job."""
    async with client_of(network_file, keys_folder, key_name, allow_private=allow_private) as client:
        wanted = await _encoded(client, _request(file=file, **fields), file)  # type: ignore[arg-type]
        quote = await client.estimate(wanted)
        check_quote(quote)
        if not as_json:
            print_quote(quote)
        click.echo(PUBLIC, err=True)
        if not yes:
            click.confirm("Send it?", abort=True, err=True)
        submitted = await client.submit(quote, wanted.data)
        if as_json and detached:
            print_json({"job_id": submitted.job_id, "tx": submitted.tx_hash, "height": submitted.height})
        elif not as_json:
            print_fields({"job": submitted.job_id, "tx": submitted.tx_hash, "height": submitted.height})
        if not detached:
            await follow_job(client, submitted.job_id, as_json=as_json)
            if output:
                await _write(client, submitted.job_id, output)


async def _write(client: Client, job_id: int, output: Path) -> None:
    result = await client.result(job_id)
    await write_file(output, result.payload, again=f"nesa job result {job_id} -o FILE")
    click.echo(f"{output}: {len(result.payload)} bytes, SHA-256 {result.digest.hex()}", err=True)


@job.command()
@click.argument("job_id", type=ID)
@network_option
@json_option
@run
async def follow(job_id: int, network_file: Path | None, *, as_json: bool) -> None:
    """Show a job's life until it ends."""
    async with client_of(network_file) as client:
        await follow_job(client, job_id, as_json=as_json)


@job.command()
@click.argument("job_id", type=ID)
@network_option
@json_option
@run
async def show(job_id: int, network_file: Path | None, *, as_json: bool) -> None:
    """Show a job's state and its whole timeline: every amount that moved, and why."""
    async with ChainClient(load_network(network_file)) as chain:
        view = await chain.jobs.get(job_id)
        timeline = () if view.forgotten else await chain.jobs.timeline(job_id)
    if as_json:
        events = [
            {"height": item.height, "tx": item.tx_hash, "name": item.name, "data": item.data} for item in timeline
        ]
        print_json({"job": view.job, "record": view.record, "seats": view.seats, "timeline": events})
        return
    known = view.job or view.record
    if known is None:
        click.echo(f"Job {job_id} was finished so long ago that the chain has forgotten it.")
        return
    hidden = {"terms", "rounds", "delivery"}
    print_fields({name: value for name, value in plain(known, bytes.hex).items() if name not in hidden})
    who = Names({})
    print_table(
        ("Height", "What", "Transaction"),
        [
            (item.height, describe(Step(item.height, item.tx_hash, item.data), who), item.tx_hash[:12])
            for item in timeline
        ],
        empty="",
    )


@job.command("list")
@click.option("--requester", default="", help="Of this account.")
@click.option("--miner", default="", help="With a seat of this miner, or executed by it.")
@click.option("--version", "version_id", type=ID, help="Of this model version.")
@click.option("--finished", is_flag=True, help="Finished jobs instead of open ones.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many.")
@network_option
@json_option
@run
async def list_jobs(
    requester: str,
    miner: str,
    version_id: int | None,
    limit: int,
    network_file: Path | None,
    *,
    finished: bool,
    as_json: bool,
) -> None:
    """List jobs."""
    async with ChainClient(load_network(network_file)) as chain:
        found: list[object] = []
        pages = (
            chain.jobs.records(requester=requester, executor=miner, version_id=version_id or 0)
            if finished
            else chain.jobs.list(requester=requester, miner=miner, version_id=version_id or 0)
        )
        async for item in pages:
            found.append(item)
            if len(found) == limit:
                break
    if as_json:
        print_json(found)
        return
    rows = []
    for item in map(plain, found):
        terms = item.get("terms", item)
        rows.append(
            (item["id"], item["status"].lower(), terms["version_id"], item["requester"], item["executor"] or "-")
        )
    print_table(("Job", "Status", "Version", "Requester", "Executor"), rows, empty="No jobs.")


@job.command()
@click.argument("job_id", type=ID)
@click.option("--output", "-o", type=OUTPUT_FILE, required=True, help="File to write.")
@network_option
@run
async def result(job_id: int, output: Path, network_file: Path | None) -> None:
    """Fetch a job's output, checked against the digest on the chain."""
    async with client_of(network_file) as client:
        await _write(client, job_id, output)


def _print_tx(result: TxResult, *, as_json: bool) -> None:
    fields = {"tx": result.hash, "height": result.height}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@job.command()
@click.argument("job_id", type=ID)
@from_option
@network_option
@json_option
@run
async def cancel(job_id: int, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Withdraw a job that has no executor yet."""
    async with client_of(network_file, keys_folder, key_name) as client:
        _print_tx(await client.cancel(job_id), as_json=as_json)


@job.command()
@click.argument("job_id", type=ID)
@from_option
@network_option
@json_option
@run
async def challenge(job_id: int, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Ask for a check of an unchecked delivery; the deposit pays for it unless a fault is found."""
    async with client_of(network_file, keys_folder, key_name) as client:
        _print_tx(await client.challenge(job_id), as_json=as_json)


@job.command()
@click.argument("job_id", type=ID)
@from_option
@network_option
@json_option
@run
async def appeal(job_id: int, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Ask for a larger committee; the deposit pays for it unless the verdict is overturned."""
    async with client_of(network_file, keys_folder, key_name) as client:
        _print_tx(await client.appeal(job_id), as_json=as_json)


@job.command()
@click.argument("job_id", type=ID)
@click.option("--output", "-o", type=OUTPUT_FILE, help="File to write; otherwise printed.")
@network_option
@run
async def receipt(job_id: int, output: Path | None, network_file: Path | None) -> None:
    """Export the proof of a finished job's payment and result."""
    async with client_of(network_file) as client:
        proof = await client.receipt(job_id)
    if output:
        await write_file(output, proof.to_json().encode(), again=f"nesa job receipt {job_id} -o FILE")
        click.echo(f"{output} written; anybody can check it with nesa job verify-receipt.", err=True)
    else:
        click.echo(proof.to_json(), nl=False)


@job.command("verify-receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="Also compare its blocks with those of the network, which you trust.")
@network_option
@json_option
@run
async def check_receipt(file: Path, network_file: Path | None, *, confirm: bool, as_json: bool) -> None:
    """Check a receipt, without a node unless asked to, and say what it proves."""
    verified = verify_receipt(Receipt.from_json(await anyio.Path(file).read_bytes()))
    if confirm:
        await confirm_receipt(load_network(network_file), verified)
    if as_json:
        print_json(verified)
        return
    fields = plain(verified, bytes.hex)
    fields |= {"fee": amounts.format_nes(verified.fee), "refunded": amounts.format_nes(verified.refunded)}
    fields["blocks"] = ", ".join(f"{height}: {digest}" for height, digest in verified.blocks.items())
    print_fields(fields)
    click.echo("These blocks are the network's." if confirm else PROVES)
