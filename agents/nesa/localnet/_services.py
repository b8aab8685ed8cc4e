"""Commands of the services beside the chain: relay, faucet and miners."""

import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from nesa.chain import Network
from nesa.localnet._accounts import FAUCET, PASSWORD, miner_keys
from nesa.localnet._process import GUARD, Command
from nesa.localnet._topology import NES, Home

__all__ = ["faucet_command", "miner_command", "nesa", "prepare_miner", "relay_command"]

_GIFT = 1_000 * NES
_ENVIRONMENT = {"NESA_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"}


def nesa(*arguments: str) -> tuple[str, ...]:
    """Return the command line of this package's own program."""
    return (sys.executable, "-m", "nesa.cli", *arguments)


def faucet_command(home: Home, network: Path, port: int) -> Command:
    """Return the command that runs the faucet."""
    return Command(
        name="faucet",
        argv=nesa(
            "faucet", "serve", "--network", str(network), "--keys", str(home.keys), "--from", FAUCET,
            "--listen", f"127.0.0.1:{port}", "--amount", f"{_GIFT}anes", "--per-ip", "1000",
        ),
        log=home.log("faucet"),
        env=_ENVIRONMENT,
    )  # fmt: skip


def relay_command(nats: str, home: Home, network: Path, chain_id: str, port: int) -> Command:
    """Write the relay's settings and return the command that runs it."""
    home.relay.mkdir(parents=True, exist_ok=True)
    # The relay starts the NATS server itself, which must not outlive it either.
    program = home.relay / "nats-server"
    guard = shlex.join([sys.executable, "-I", "-S", str(GUARD)])
    program.write_text(f'#!/bin/sh\nexec {guard} "$PPID" {shlex.quote(nats)} "$@"\n')
    program.chmod(0o755)
    settings = home.relay / "relay.toml"
    values = {"chain_id": chain_id, "host": "127.0.0.1", "port": port, "server": str(program)}
    settings.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    return Command(
        name="relay",
        argv=nesa("relay", "serve", str(settings), "--network", str(network)),
        log=home.log("relay"),
        env=_ENVIRONMENT,
    )


def prepare_miner(home: Home, number: int, network: Network, serve: Mapping[int, int], metrics_port: int) -> None:
    """Write a miner's settings; its keys are there since genesis.

    Args:
        home: the network's folder.
        number: which miner.
        network: where the network is.
        serve: asks in anes by version.
        metrics_port: where it shows its metrics.
    """
    from nesa.engines import EngineConfig  # noqa: PLC0415 - imports ONNX
    from nesa.localnet._trust import ENCLAVES  # noqa: PLC0415 - imports cryptography
    from nesa.miner import SIMULATED, init_home  # noqa: PLC0415 - the agent imports models and engines

    init_home(
        home.miner(number),
        network,
        owner=miner_keys(home, number).owner.address,
        serve=serve,
        engine=EngineConfig(threads=1),  # all miners share this machine
        password=PASSWORD,
        force=True,
        metrics_port=metrics_port,
        workers=1,
        allow_private=True,
        store=home.root / "store",
        enclave=f"{SIMULATED}{home.root / ENCLAVES}",
    )


def miner_command(home: Home, number: int) -> Command:
    """Return the command that runs a miner."""
    folder = home.miner(number)
    return Command(
        name=folder.name,
        argv=nesa("miner", "run", "--home", str(folder)),
        log=home.log(folder.name),
        env=_ENVIRONMENT,
    )
