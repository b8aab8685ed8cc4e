"""``nesa demo``, ``nesa demo-proof`` and ``nesa demo-text``."""

from pathlib import Path

import click

from nesa.cli._options import run, until_signal
from nesa.cli._output import console
from nesa.demo import Options, ProofOptions, TextOptions, run_demo, run_proof_demo, run_text_demo

__all__ = ["demo", "demo_proof", "demo_text"]

_models = click.option(
    "--models",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/models"),
    show_default=True,
    help="Folder with the models that models/build.py has made.",
)
_output = click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Folder for pictures and receipts.",
)


@click.command()
@_models
@_output
@click.option(
    "--photo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A JPEG or PNG of your own."
)
@click.option("--miners", type=click.IntRange(1, 63), default=6, show_default=True, help="Miners of the network.")
@run
async def demo(models: Path, output: Path, photo: Path | None, miners: int) -> None:
    """Start a network, publish two models, and pay for jobs on real input; nothing is left running."""
    options = Options(models, output, photo, miners)
    await until_signal(lambda: run_demo(options, console()))


@click.command("demo-proof")
@_models
@click.option(
    "--contracts",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("contracts/out"),
    show_default=True,
    help="Folder with the contracts that make contracts has built.",
)
@click.option("--miners", type=click.IntRange(4, 63), default=5, show_default=True, help="Miners of the network.")
@run
async def demo_proof(models: Path, contracts: Path, miners: int) -> None:
    """Settle one input four ways, prove a decision on private data, and answer a contract; nothing is left running."""
    options = ProofOptions(models, contracts, miners)
    await until_signal(lambda: run_proof_demo(options, console()))


@click.command("demo-text")
@_models
@_output
@click.option(
    "--miners", type=click.IntRange(4, 62), default=6, show_default=True, help="Honest miners of the network."
)
@run
async def demo_text(models: Path, output: Path, miners: int) -> None:
    """Pay for a checked answer of a language model, and see a miner cheat in every way; nothing is left running."""
    await until_signal(lambda: run_text_demo(TextOptions(models, output, miners), console()))
