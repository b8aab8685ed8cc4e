"""``nesa demo``."""

from pathlib import Path

import click

from nesa.cli._options import run, until_signal
from nesa.cli._output import console
from nesa.demo import Options, run_demo

__all__ = ["demo"]


@click.command()
@click.option(
    "--models",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/models"),
    show_default=True,
    help="Folder with the models that models/build.py has made.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Folder for pictures and receipts.",
)
@click.option(
    "--photo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A JPEG or PNG of your own."
)
@click.option("--miners", type=click.IntRange(1, 63), default=6, show_default=True, help="Miners of the network.")
@run
async def demo(models: Path, output: Path, photo: Path | None, miners: int) -> None:
    """Start a network, publish two models, and pay for jobs on real input; nothing is left running."""
    options = Options(models, output, photo, miners)
    await until_signal(lambda: run_demo(options, console()))
