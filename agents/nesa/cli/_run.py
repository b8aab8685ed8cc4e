"""``nesa run``."""

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import click

from nesa.chain import amounts
from nesa.cli._jobs import PUBLIC, check_quote, client_of, follow_job, print_quote
from nesa.cli._options import from_option, json_option, network_option, yes_option
from nesa.cli._options import run as in_loop
from nesa.cli._output import print_json
from nesa.cli._values import ASSURANCE, COUNT, MODEL, TEMPERATURE
from nesa.client import Client, JobRequest, Quote, Wanted
from nesa.errors import NesaError
from nesa.models import NONE
from nesa.untrusted import clean, parse_json

__all__ = ["run"]

_MILLI = 1000
_MAX_TEXT = 2**20
_MAX_SCHEMA = 4096  # bytes, as of all options
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _data(text: str, system: str) -> bytes:
    said = sys.stdin.read(_MAX_TEXT + 1) if text == "-" else text
    if len(said) > _MAX_TEXT:
        raise click.BadParameter(f"the text has more than {_MAX_TEXT} characters", param_hint="TEXT")
    messages = [{"role": "system", "content": system}] if system else []
    try:
        return json.dumps({"messages": [*messages, {"role": "user", "content": said}]}, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter("the text is not UTF-8", param_hint="TEXT") from error


def _schema(file: Path) -> object:
    try:
        with file.open("rb") as opened:
            return parse_json(opened.read(_MAX_SCHEMA))
    except ValueError as error:
        raise click.BadParameter(f"{file} is not JSON, or too long", param_hint="--schema") from error


@click.command("run")
@click.argument("model", type=MODEL)
@click.argument("text")
@click.option("--system", default="", help="What the model is told before.")
@click.option("--max-tokens", type=COUNT, help="Of the answer at most; by default the model's own.")
@click.option("--temperature", type=TEMPERATURE, help="0 to 2; 0 takes the likeliest words.")
@click.option("--top-k", type=click.IntRange(0), help="Draw from so many of the likeliest tokens; 0 from all.")
@click.option("--stop", multiple=True, help="A text before which the answer ends; up to four.")
@click.option("--schema", type=_FILE, help="A file with the JSON Schema of the answer, if the model can be guided.")
@click.option("--price", help="Bid per token, such as 0.001nes; by default the least that enough miners work for.")
@click.option("--assurance", type=ASSURANCE, default="lottery", show_default=True, help="As of nesa job request.")
@click.option("--allow-private", is_flag=True, help="Fetch manifests from private addresses, too.")
@from_option
@network_option
@yes_option
@json_option
@in_loop
async def run(
    model: str,
    text: str,
    system: str,
    max_tokens: int | None,
    temperature: float | None,
    top_k: int | None,
    stop: tuple[str, ...],
    schema: Path | None,
    price: str | None,
    assurance: Wanted,
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    *,
    allow_private: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Ask the language model MODEL to answer TEXT (- reads it from standard input), and pay for it."""
    thousandths = None if temperature is None else round(temperature * _MILLI)
    given: dict[str, Any] = {
        "max_tokens": max_tokens,
        "temperature": thousandths,
        "top_k": top_k,
        "stop": list(stop) or None,
    }
    if schema is not None:
        given["schema"] = _schema(schema)
    request = JobRequest(
        model=model,
        data=_data(text, system),
        options={name: value for name, value in given.items() if value is not None},
        price=None if price is None else amounts.parse_amount(price),
        check_bps=assurance.check_bps,
        verifiers=assurance.verifiers,
        evidence=assurance.evidence,
    )
    async with client_of(network_file, keys_folder, key_name, allow_private=allow_private) as client:
        manifest = await client.manifest(model)
        if manifest is not None and manifest.unit != "token":
            raise NesaError(f"{model} is no language model; nesa job request runs it")
        quote = await client.estimate(request)
        check_quote(quote)
        if not as_json:
            print_quote(quote)
            click.echo(f"{PUBLIC} So do short questions that only their hash shows: they can be guessed.", err=True)
        if not yes:
            click.confirm(f"Ask, for at most {quote.terms.max_units} tokens?", abort=True, err=True)
        job_id = (await client.submit(quote, request.data)).job_id
        try:
            await follow_job(client, job_id, as_json=as_json)
        except anyio.get_cancelled_exc_class():  # Ctrl-C
            click.echo(
                f"Job {job_id} goes on without you. Follow it: nesa job follow {job_id}. Withdraw it, as long as nobody"
                f" works on it: nesa job cancel {job_id}",
                err=True,
            )
            raise
        await _show(client, quote, request, job_id, as_json=as_json)


async def _show(client: Client, quote: Quote, request: JobRequest, job_id: int, *, as_json: bool) -> None:
    """Print the answer, and what it cost by the miner's count and by one's own."""
    from nesa.text import read_answer  # noqa: PLC0415 - tokenizers take a while to load

    result = await client.result(job_id)
    answer = read_answer(result.payload)
    if answer is None:
        raise NesaError("the model's answer is no text that a language model gives")
    counted = await client.recount(quote, request.data, result.payload)
    if as_json:
        found = {"job_id": job_id, "text": answer.text, "finish": answer.finish, "tokens": len(answer.tokens)}
        print_json({**found, "units": result.units, "counted": counted})
        return
    click.echo(f"\n{clean(answer.text, keep=chr(10))}\n")
    cost = f"{result.units} tokens charged, {len(answer.tokens)} of them written"
    if answer.finish == "length":
        cost += "; the limit ended the answer"
    click.echo(cost, err=True)
    if counted not in {None, result.units}:
        advice = f"Challenge it: nesa job challenge {job_id}"
        if NONE in quote.terms.assurance.evidence:
            advice = "Nobody checks that, either."
        click.echo(f"By your own count it is {counted}. {advice}", err=True)
