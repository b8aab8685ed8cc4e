"""``nesa miner``."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from google.protobuf.message import Message
from rich.text import Text

from nesa.chain import Account, ChainClient, Keystore, amounts, messages
from nesa.cli._options import (
    ask_password,
    default_data,
    from_option,
    json_option,
    load_key,
    load_network,
    network_option,
    run,
    until_signal,
)
from nesa.cli._output import console, plain, print_fields, print_json, print_table
from nesa.cli._values import COUNT, ID, MAX_ID, PORT
from nesa.client import find_version
from nesa.engines import EngineConfig
from nesa.errors import NesaError
from nesa.miner import HARDWARE, SIMULATED, WITH_GPU, MinerConfig, init_home
from nesa.miner import attest as attest_enclave
from nesa.miner import doctor as examine
from nesa.miner import drain as drain_agent
from nesa.miner import revoke as revoke_enclave
from nesa.miner import run as run_agent
from nesa.miner import status as read_status
from nesa.untrusted import clean, parse_whole

__all__ = ["miner"]

_THREADS = click.IntRange(0, 1024)

home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="NESA_MINER",
    default=default_data / "miner",
    show_default=True,
    help="Folder of the miner.",
)


@click.group()
def miner() -> None:
    """Run a miner."""


def _asks(entries: Sequence[str]) -> dict[int, int]:
    """Read ``VERSION=ASK`` entries."""
    asks = {}
    for entry in entries:
        version, separator, ask = entry.partition("=")
        version_id = parse_whole(version, MAX_ID)
        if not separator or not version_id:
            raise click.BadParameter(f"{entry!r} is not VERSION=ASK, such as 3=0.5nes")
        asks[version_id] = amounts.parse_amount(ask)
    return asks


@miner.command()
@click.option("--owner", required=True, help="Address of the miner's owner, whose key may stay elsewhere.")
@click.option("--serve", "entries", multiple=True, metavar="VERSION=ASK", help="Model version and ask; repeatable.")
@click.option("--threads", type=_THREADS, default=0, show_default=True, help="Threads of one run; 0: as many as cores.")
@click.option(
    "--provider",
    type=click.Choice(["cpu", "cuda", "coreml"]),
    default="cpu",
    show_default=True,
    help="What runs models.",
)
@click.option("--workers", type=COUNT, default=2, show_default=True, help="Runs at once.")
@click.option("--metrics-port", type=PORT, default=9464, show_default=True, help="Port of the metrics; 0: none.")
@click.option("--force", is_flag=True, help="Write the settings again; keys and journal stay.")
@home_option
@network_option
@json_option
@run
async def init(
    owner: str,
    entries: tuple[str, ...],
    threads: int,
    provider: str,
    workers: int,
    metrics_port: int,
    home: Path,
    network_file: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Make a miner's folder with its settings and two hot keys."""
    init_home(
        home,
        load_network(network_file),
        owner=owner,
        serve=_asks(entries),
        engine=EngineConfig(provider=provider, threads=threads),
        password=ask_password(confirm=True),
        force=force,
        workers=workers,
        metrics_port=metrics_port,
    )
    fields = {"home": str(home), **{key.name: key.address for key in Keystore(home / "keys").list()}}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)
        click.echo("Fund both keys for gas, then stake with nesa miner stake --from OWNER'S-KEY AMOUNT.")


@miner.command()
@home_option
@json_option
@run
async def doctor(home: Path, *, as_json: bool) -> None:
    """Say what would keep this miner from working; exit status 1 when something would."""
    checks = await examine(MinerConfig.load(home))
    if as_json:
        print_json(checks)
    else:
        marks = {"error": ("wrong", "red"), "warning": ("warning", "yellow")}
        screen = console()
        for check in checks:
            word, colour = ("fine", "green") if check.ok else marks[check.level]
            text = clean(f" {check.name}: {check.text}")
            screen.print(Text.assemble((f"{word:10}", colour), text), soft_wrap=True)
    if any(not check.ok and check.level == "error" for check in checks):
        raise click.exceptions.Exit(1)


@miner.command()
@click.option(
    "--simulate",
    type=click.Path(file_okay=False, resolve_path=True),
    help="Folder of a simulated root, which only a local network trusts.",
)
@click.option("--gpu", is_flag=True, help="With the report of this machine's first GPU.")
@home_option
@json_option
@run
async def attest(simulate: str | None, home: Path, *, gpu: bool, as_json: bool) -> None:
    """Let this machine's hardware attest the miner's enclave, so that it can take jobs that ask for that."""
    if simulate is not None and gpu:
        raise click.UsageError("a simulated enclave has no GPU")
    config = MinerConfig.load(home)
    enclave = f"{SIMULATED}{simulate}" if simulate is not None else WITH_GPU if gpu else config.enclave
    found = await attest_enclave(config, enclave=enclave or HARDWARE)
    expires = datetime.fromtimestamp(found.expires, UTC)
    fields = {
        "key": found.key.hex(),
        "platform": found.platform.name,
        "product": found.product,
        "measurement": found.measurement.hex(),
        "gpu": found.gpu,
        "expires": expires.isoformat(),
    }
    if as_json:
        print_json(fields)
        return
    print_fields(fields)
    if config.enclave != enclave or not enclave:
        click.echo(f'Put enclave = "{enclave or HARDWARE}" into config.toml, and nesa miner run renews it in time.')


@miner.command("revoke-key")
@home_option
@json_option
@run
async def revoke_key(home: Path, *, as_json: bool) -> None:
    """Give up this miner's attested key for good; the next attestation makes another."""
    fields = {"revoked": (await revoke_enclave(MinerConfig.load(home))).hex()}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@miner.command("run")
@home_option
@run
async def run_miner(home: Path) -> None:
    """Run the agent until SIGTERM, or until it is drained."""
    config = MinerConfig.load(home)
    await until_signal(lambda: run_agent(config))


@miner.command()
@home_option
@click.option("--no-wait", is_flag=True, help="Return at once.")
@run
async def drain(home: Path, *, no_wait: bool) -> None:
    """Let a running agent take no new work, end what it owes, and stop."""
    await drain_agent(MinerConfig.load(home), wait=not no_wait)


@miner.command()
@home_option
@json_option
@run
async def status(home: Path, *, as_json: bool) -> None:
    """Show stake, duties, earnings, and what a job costs this miner."""
    found = await read_status(MinerConfig.load(home))
    if as_json:
        print_json(found.to_dict())
        return
    fields = plain(found)
    versions = fields.pop("versions")
    money = {"stake", "free", "locked", "unbonding", "owed", "earned", "lost", "fees", "cost_per_job"}
    print_fields({name: amounts.format_nes(int(value)) if name in money else value for name, value in fields.items()})
    print_table(
        ("Version", "Model", "Ask", "Jobs", "Checks", "Earned", "Lost"),
        [
            (
                item["version"],
                item["name"],
                "-" if item["ask"] is None else amounts.format_nes(int(item["ask"])),
                item["jobs"],
                item["checks"],
                amounts.format_nes(int(item["earned"])),
                amounts.format_nes(int(item["lost"])),
            )
            for item in versions
        ],
        empty="It serves no model.",
    )


async def _send(
    network_file: Path | None, keys_folder: Path, key_name: str, message: Message, *, as_json: bool
) -> None:
    key = load_key(keys_folder, key_name)
    async with ChainClient(load_network(network_file)) as chain:
        result = await Account(chain, key).send(message)
    fields = {"tx": result.hash, "height": result.height}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


def _check_owner(config: MinerConfig, address: str, chain_id: str) -> None:
    """Refuse a key or a network that the folder is not made for: its agent would never work for that miner."""
    if config.network.chain_id != chain_id:
        raise NesaError(f"{config.home} is for the chain {config.network.chain_id}, the network is {chain_id}")
    if config.owner != address:
        raise NesaError(
            f"{config.home} belongs to {config.owner}, but the key is {address}'s; "
            "name the owner's key with --from, or the miner's folder with --home"
        )


@miner.command()
@click.argument("amount")
@click.option("--moniker", default="", help="Name to display, when the miner is new.")
@home_option
@from_option
@network_option
@json_option
@run
async def stake(
    amount: str,
    moniker: str,
    home: Path,
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Stake AMOUNT with the owner's key; registers the miner of this folder if it is new."""
    network, owner = load_network(network_file), load_key(keys_folder, key_name)
    anes = amounts.parse_amount(amount)
    if (home / "config.toml").exists():
        _check_owner(MinerConfig.load(home), owner.address, network.chain_id)
    async with ChainClient(network) as chain:
        known = {item.owner async for item in chain.miners.list()}
        if owner.address in known:
            message: Message = messages.add_stake(owner.address, anes)
        else:
            config = MinerConfig.load(home)
            operator, claim_key = (config.keystore.get(name) for name in (config.operator_key, config.claim_key))
            message = messages.register_miner(
                owner.address,
                operator=operator.address,
                claim_key=claim_key.address,
                moniker=moniker,
                stake=anes,
                relays=tuple(config.relays),
            )
        result = await Account(chain, owner).send(message)
    fields = {"tx": result.hash, "height": result.height}
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@miner.command()
@click.argument("amount")
@from_option
@network_option
@json_option
@run
async def unstake(amount: str, key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """Start the unbonding of AMOUNT of free stake with the owner's key."""
    key = load_key(keys_folder, key_name)
    message = messages.unstake(key.address, amounts.parse_amount(amount))
    await _send(network_file, keys_folder, key_name, message, as_json=as_json)


@miner.command()
@from_option
@network_option
@json_option
@run
async def unjail(key_name: str, keys_folder: Path, network_file: Path | None, *, as_json: bool) -> None:
    """End a jail whose time has passed, with the owner's key."""
    key = load_key(keys_folder, key_name)
    await _send(network_file, keys_folder, key_name, messages.unjail(key.address), as_json=as_json)


async def _named_asks(entries: Sequence[str], network_file: Path | None) -> dict[int, int]:
    """Read ``VERSION=ASK`` entries in which a model's name may stand for its newest version."""
    named = [entry for entry in entries if "/" in entry.partition("=")[0]]
    asks = _asks([entry for entry in entries if entry not in named])
    if named:
        async with ChainClient(load_network(network_file)) as chain:
            for entry in named:
                name, _, ask = entry.partition("=")
                asks[(await find_version(chain, name)).id] = amounts.parse_amount(ask)
    return asks


@miner.command()
@click.argument("entries", nargs=-1, metavar="[VERSION=ASK]...")
@click.option("--drop", "drops", multiple=True, type=ID, metavar="VERSION", help="No longer serve it; repeatable.")
@from_option
@network_option
@json_option
@run
async def serve(
    entries: tuple[str, ...],
    drops: tuple[int, ...],
    key_name: str,
    keys_folder: Path,
    network_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Set what is served and asked, with the operator's or the owner's key.

    A VERSION is an id, or publisher/name, which stands for its newest version.
    """
    key = load_key(keys_folder, key_name)
    message = messages.serve(key.address, await _named_asks(entries, network_file), drop=drops)
    await _send(network_file, keys_folder, key_name, message, as_json=as_json)


@miner.command("list")
@network_option
@json_option
@run
async def list_miners(network_file: Path | None, *, as_json: bool) -> None:
    """List all miners."""
    async with ChainClient(load_network(network_file)) as chain:
        found = [item async for item in chain.miners.list()]
    if as_json:
        print_json(found)
        return
    rows = [
        (item.moniker, item.owner, amounts.format_nes(item.stake), amounts.format_nes(item.locked)) for item in found
    ]
    print_table(("Miner", "Owner", "Stake", "Locked"), rows, empty="No miners.")
