"""``nesa model publish``: from a folder, or a repository of Hugging Face's hub, to a version on the chain."""

import hashlib
from pathlib import Path

import click

from nesa.chain import Account, ChainClient, Network, amounts
from nesa.cli._bars import Bars
from nesa.cli._options import (
    default_data,
    is_local,
    json_option,
    keys_option,
    load_key,
    load_network,
    network_option,
    run,
    yes_option,
)
from nesa.cli._output import print_json
from nesa.cli._plan import describe_plan, print_plan, print_published
from nesa.cli._values import BPS, BYTES, COUNT, NAME
from nesa.errors import NesaError
from nesa.models import Policy, Profile, Store, read_profile
from nesa.publish import (
    ENGINES,
    PRECISIONS,
    Prepared,
    Release,
    Repository,
    Request,
    Wishes,
    Workshop,
    check_source,
    parse_repository,
    parts_of,
)

__all__ = ["default_published", "publish"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def default_published() -> Path:
    """Return the folder of models that were published from this machine."""
    return default_data / "published"


def _given(source: str) -> Path | Repository:
    if Path(source).exists():
        return Path(source)
    if found := parse_repository(source):
        return found
    raise click.BadParameter(f"{source!r} is neither a folder nor owner/name on the hub.", param_hint="SOURCE")


def _profile(file: Path | None) -> Profile | None:
    return read_profile(file.read_bytes()) if file else None


@click.command()
@click.argument("source")
@click.option(
    "--name", required=True, type=NAME, help="What it is called on the chain: publisher/name, registered if it is new."
)
@click.option(
    "--source", "uri", help="Where miners find the prepared folder: https, hf or s3; on a localnet the folder itself."
)
@click.option("--royalty", "royalty_bps", type=BPS, default=0, show_default=True, help="Of each fee, in basis points.")
@click.option(
    "--prompt-price", "prompt_bps", type=BPS, default=2_500, show_default=True,
    help="What a token of the prompt costs, in basis points of one of the answer. Miners set the price of that.",
)  # fmt: skip
@click.option("--private", is_flag=True, help="Only you and accounts on its access list may request it.")
@click.option("--grant", multiple=True, metavar="ADDRESS", help="Put an account on the access list; repeat for more.")
@click.option("--licence", default="", help="SPDX expression of the weights; by default what the folder's card says.")
@click.option("--attribution", default="", help="Whom to name; by default the card's title and the repository.")
@click.option(
    "--context", type=COUNT, default=None, help="Tokens of prompt and answer; by default the model's own, up to 4096."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="That miners run it with.",
)
@click.option("--graph", default="", help="Path of the graph in the folder, where there are several.")
@click.option("--precision", type=click.Choice(PRECISIONS), default="fp32", show_default=True, help="Of a conversion.")
@click.option("--converter", type=_FILE, help="Python of an environment that converts weights; or set NESA_CONVERTER.")
@click.option(
    "--profile", "profile_file", type=_FILE, help="A manifest's profile in JSON, with thresholds measured elsewhere."
)
@click.option("--jobs", type=COUNT, default=400, show_default=True, help="Honest jobs to measure thresholds with.")
@click.option("--provisional", is_flag=True, help="Set thresholds by rule, without measuring anything; for trying out.")
@click.option("--unverified", is_flag=True, help="Publish a graph that shows nothing to check: nobody checks answers.")
@click.option("--max-size", type=BYTES, default=8 * 2**30, show_default=True, help="Bytes that the folder may have.")
@click.option(
    "--store",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    default=default_published,
    help="Where to prepare it.",
)
@click.option("--again", is_flag=True, help="Release it although a version has the same manifest.")
@click.option("--dry-run", is_flag=True, help="Show everything, pay nothing.")
@click.option("--from", "key_name", envvar="NESA_FROM", help="Name of the key that signs; a dry run needs none.")
@keys_option
@network_option
@yes_option
@json_option
@run
async def publish(
    source: str,
    name: str,
    uri: str | None,
    royalty_bps: int,
    prompt_bps: int,
    grant: tuple[str, ...],
    licence: str,
    attribution: str,
    context: int | None,
    engine: str,
    graph: str,
    precision: str,
    converter: Path | None,
    profile_file: Path | None,
    jobs: int,
    max_size: int,
    store: Path,
    key_name: str | None,
    keys_folder: Path,
    network_file: Path | None,
    *,
    private: bool,
    provisional: bool,
    unverified: bool,
    again: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Publish SOURCE, a folder or owner/name[@revision] on Hugging Face's hub, as the next version of NAME.

    A folder holds a manifest and its files, a language model in ONNX as ONNX Runtime GenAI's builder or optimum writes
    it, or safetensors, which are converted where a converter is installed. Nothing in it is run as a program. What was
    interrupted goes on when the same command is given again, and is paid for once.
    """
    given = _given(source)
    if not key_name and not dry_run:
        raise click.UsageError("Missing option '--from': a release needs a key that signs; --dry-run needs none.")
    if private is False and grant:
        raise click.UsageError("--grant says who may request a private model: add --private.")
    network = load_network(network_file)
    key = load_key(keys_folder, key_name) if key_name else None
    local = is_local(network)
    policy = Policy(allow_private=local, allow_files=local, max_bytes=max_size)
    wishes = Wishes(
        licence=licence,
        attribution=attribution,
        prompt_bps=prompt_bps,
        context=context or 0,
        engine=engine,
        graph=graph,
        precision=precision,
        converter=converter,
        profile=_profile(profile_file),
        parts=None if provisional else parts_of(jobs),
        unverified=unverified,
    )
    with Bars(quiet=as_json) as bars:
        prepared = await Workshop(Store(store), policy, bars.report).prepare(given, wishes)
    found = Request(name, prepared.manifest, uri or prepared.folder.as_uri(), royalty_bps, private, grant, again)
    about = f"{network.chain_id} {name} {prepared.manifest.digest().hex()}"
    journal = store / "work" / "released" / f"{hashlib.sha256(about.encode()).hexdigest()[:32]}.json"
    async with ChainClient(network) as chain:
        release = Release(chain, found, Account(chain, key) if key else None, journal)
        with release.alone():
            published = None if dry_run else await release.resume()
            if published is None:
                plan = await release.plan()
                if not as_json:
                    print_plan(prepared, found, plan)
                if dry_run:
                    if as_json:
                        print_json({**describe_plan(prepared, found), "plan": plan, "cost": plan.cost})
                    return
                if not plan.existing:
                    _check_reachable(network, found.uri, prepared)
                    await check_source(found.uri, prepared.manifest, policy, prepared.folder)
                    if not yes:
                        click.confirm(f"Publish it, for {amounts.format_nes(plan.cost)} at most?", abort=True, err=True)
                published = await release.run(plan)
    print_published(prepared, published, as_json=as_json)


def _check_reachable(network: Network, uri: str, prepared: Prepared) -> None:
    if uri.startswith("file:") and not is_local(network):
        raise NesaError(
            f"miners of {network.chain_id} cannot read this machine's files: put the files of {prepared.folder} on a "
            "server or the hub, and name the place with --source"
        )
