"""``nesa localnet``."""

from pathlib import Path

import anyio
import click

from nesa.cli._options import default_home, json_option, run, until_signal, yes_option
from nesa.cli._output import print_fields, print_json, print_table
from nesa.cli._values import COUNT, SECONDS
from nesa.errors import NesaError
from nesa.localnet import (
    Home,
    State,
    Topology,
    detach,
    find_models,
    follow_log,
    inspect,
    reset_home,
    running,
    shut_down,
    tail,
)
from nesa.localnet import Progress as Live
from nesa.untrusted import clean

__all__ = ["localnet"]

home_option = click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), default=default_home, help="Folder of the network."
)


@click.group()
def localnet() -> None:
    """A network of real processes on this machine."""


@localnet.command()
@click.option("--validators", type=click.IntRange(1, 64), default=1, show_default=True, help="Nodes that make blocks.")
@click.option(
    "--miners", type=click.IntRange(0, 63), default=6, show_default=True, help="Miners, staked from the start."
)
@click.option("--chain-id", default="nesa-local-1", show_default=True, help="Name of the chain.")
@click.option("--block-seconds", type=SECONDS, default=0.5, show_default=True, help="Time between blocks.")
@click.option(
    "--models",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/models"),
    show_default=True,
    help="Folder of models to publish; nothing happens when there is none.",
)
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file with the whole topology, parameters and accounts included, in place of these options.",
)
@click.option(
    "--detach", "detached", is_flag=True, help="Return when the network is ready; end it with nesa localnet down."
)
@home_option
@json_option
@run
async def up(
    validators: int,
    miners: int,
    chain_id: str,
    block_seconds: float,
    models: Path,
    plan: Path | None,
    home: Path,
    *,
    detached: bool,
    as_json: bool,
) -> None:
    """Start a network, or the one that was there before; Ctrl-C ends it."""
    folders = {f"nesa/{folder.name}": str(folder) for folder in find_models(models)}
    shape = Topology(validators, miners, chain_id, block_seconds, models=folders)
    topology = Topology.load(plan) if plan else shape
    _say_if_other(Home.at(home), topology)
    if detached:
        await detach(home, topology)
        _print_status(home, as_json=as_json)
        return

    async def serve() -> None:
        with Live(quiet=as_json) as progress:
            async with running(topology, home, progress.report):
                progress.close()
                _print_status(home, as_json=as_json)
                await anyio.sleep_forever()

    await until_signal(serve)


def _say_if_other(home: Home, topology: Topology) -> None:
    """Say so when a network goes on that has another shape than the one asked for."""
    if not home.state.is_file():
        return
    made = State.load(home).topology
    if (made.validators, made.miners, made.chain_id) != (topology.validators, topology.miners, topology.chain_id):
        shape = f"{made.chain_id} with {made.validators} validators and {made.miners} miners"
        click.echo(f"The network goes on as it was made: {shape}; nesa localnet reset starts afresh.", err=True)


def _print_status(home: Path, *, as_json: bool) -> None:
    state = State.load(Home(home))
    fields = inspect(Home(home), state)
    if as_json:
        print_json(fields)
        return
    print_fields({"network": f"{fields['chain_id']} in {home}", "state": fields["state"], **fields["endpoints"]})
    print_table(
        ("Process", "State", "PID", "Log"),
        [(item["name"], item["state"], item["pid"], item["log"]) for item in fields["processes"]],
        empty="No processes.",
    )


@localnet.command()
@home_option
@json_option
def status(home: Path, *, as_json: bool) -> None:
    """Show what runs and where it listens; exit status 1 unless the network is ready."""
    _print_status(home, as_json=as_json)
    state = State.load(Home(home))
    if not (state.ready and state.running):
        raise click.exceptions.Exit(1)


@localnet.command()
@home_option
@run
async def down(home: Path) -> None:
    """End a network; its chain goes on with the next up."""
    click.echo("The network has ended." if await shut_down(Home(home)) else "The network was not running.")


@localnet.command()
@click.argument("name", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--lines", "-n", type=COUNT, default=20, show_default=True, help="How many of the last lines.")
@home_option
@run
async def logs(name: str | None, lines: int, home: Path, *, follow: bool) -> None:
    """Show the log of a process, or name the logs there are."""
    if not (home / "logs").is_dir():
        raise NesaError(f"there is no network in {home}; start one with nesa localnet up")
    found = {path.stem: path for path in sorted((home / "logs").glob("*.log"))}
    if name is None:
        for item in found:
            click.echo(item)
        return
    if name not in found:
        raise NesaError(f"there is no log of {name!r}; there are: {', '.join(found) or 'none'}")
    click.echo(clean(tail(found[name], lines), keep="\t\n"))
    if follow:
        async for text in follow_log(found[name]):
            click.echo(clean(text, keep="\t\n"), nl=False)


@localnet.command()
@home_option
@yes_option
@run
async def reset(home: Path, *, yes: bool) -> None:
    """End a network and delete its chain, keys and logs."""
    if not yes:
        click.confirm(f"Delete the network in {home}, with its chain, keys and logs?", abort=True, err=True)
    if left := await reset_home(Home(home)):
        click.echo(f"{home} stays: the network has not written {', '.join(left)}.", err=True)
