"""Options that many commands share, and what they stand for."""

import functools
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import anyio
import click
import platformdirs

from nesa._groups import single_error
from nesa.errors import NesaError

if TYPE_CHECKING:
    from nesa.chain import Key, Network

__all__ = [
    "ask_password",
    "default_data",
    "default_home",
    "from_option",
    "is_local",
    "json_option",
    "keys_option",
    "load_key",
    "load_network",
    "network_option",
    "run",
    "until_signal",
    "yes_option",
]

P = ParamSpec("P")
R = TypeVar("R")

default_data = Path(platformdirs.user_data_dir("nesa"))


def default_home() -> Path:
    """Return the folder of the network on this machine."""
    return Path(os.environ.get("NESA_LOCALNET", default_data / "localnet"))


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
network_option = click.option(
    "--network",
    "network_file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="NESA_NETWORK",
    help="File with the network's addresses; by default that of the network on this machine.",
)


def from_option(function: Callable[P, R]) -> Callable[P, R]:
    """Add the options that say who signs."""
    named = click.option("--from", "key_name", required=True, envvar="NESA_FROM", help="Name of the key that signs.")
    return named(keys_option(function))


def keys_option(function: Callable[P, R]) -> Callable[P, R]:
    """Add the option that says where keys are."""
    return click.option(
        "--keys",
        "keys_folder",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="NESA_KEYS",
        default=default_data / "keys",
        show_default=True,
        help="Folder of the key store.",
    )(function)


def load_network(network_file: Path | None) -> "Network":
    """Read the network's addresses.

    Raises:
        NesaError: there is no such file.
    """
    from nesa.chain import Network  # noqa: PLC0415 - it takes a while to import

    path = network_file or default_home() / "network.json"
    if not path.is_file():
        hint = "" if network_file else "; start a network with nesa localnet up, or name a file with --network"
        raise NesaError(f"{path} does not exist{hint}")
    return Network.load(path)


def is_local(network: "Network") -> bool:
    """Tell whether a network is one for play, all of it on this machine."""
    return network.grpc[0].startswith(("127.0.0.1:", "localhost:"))


def ask_password(*, confirm: bool = False) -> str:
    """Return the key store's password from the environment, or from the user."""
    if (given := os.environ.get("NESA_PASSWORD")) is not None:
        return given
    return str(click.prompt("Password of the key", hide_input=True, confirmation_prompt=confirm, err=True))


def load_key(folder: Path, name: str) -> "Key":
    """Open a key of the key store."""
    from nesa.chain import Keystore  # noqa: PLC0415 - it takes a while to import

    return Keystore(folder).load(name, ask_password())


def run(function: Callable[P, Awaitable[R]]) -> Callable[P, R]:
    """Turn an async command into one that click can call; one error comes out of a group of them."""

    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> R:
        with single_error():
            return anyio.run(functools.partial(function, *args, **kwargs))

    return command


async def until_signal(function: Callable[[], Awaitable[None]]) -> None:
    """Run ``function`` until it returns, or SIGINT or SIGTERM comes: then it is cancelled, and cleans up."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with anyio.create_task_group() as tasks:

            async def stop() -> None:
                async for _ in signals:
                    tasks.cancel_scope.cancel()

            tasks.start_soon(stop)
            await function()
            tasks.cancel_scope.cancel()
