"""What the demonstration prints."""

from collections.abc import Mapping
from pathlib import Path

import anyio
from rich.console import Console
from rich.rule import Rule
from rich.table import Table

from nesa.chain import amounts
from nesa.cli._steps import Names, describe
from nesa.client import CERTAIN, Client, Quote, Step, verify_receipt

__all__ = ["Balances", "Screen"]

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")

Balances = Mapping[str, int]
"""Amounts in anes by the holder's name."""


class Screen:
    """Prints the demonstration; jobs in colours of their own, because their steps come mixed."""

    def __init__(self, console: Console, who: Names) -> None:
        self.console = console
        self._who = who

    def title(self, text: str) -> None:
        """Print a heading."""
        self.console.print()
        self.console.print(Rule(f"[bold]{text}[/]", align="left", style="dim"))

    def say(self, text: str) -> None:
        """Print a line."""
        self.console.print(text, soft_wrap=True)

    def prices(self, quotes: Mapping[str, Quote]) -> None:
        """Print what each request will cost, before it is made."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("Job", "Model", "Check", "Fee", "Executor", "Royalty", "Levy", "Burn", "Reserve", "Escrow"):
            table.add_column(column, justify="left" if column in {"Job", "Model"} else "right", no_wrap=True)
        for name, quote in quotes.items():
            item = quote.estimate
            check = "certain" if item.check_bps == CERTAIN else f"{item.check_bps / 100:g} %"
            parts = (item.fee, item.executor, item.royalty, item.levy, item.burn, item.reserve, item.escrow)
            table.add_row(name, quote.version.model, check, *(amounts.format_nes(part, 4)[:-4] for part in parts))
        self.console.print(table)
        self.say("[dim]Amounts in NES. The reserve comes back unless a check needs it.[/]")

    def step(self, number: int, name: str, step: Step) -> None:
        """Print what happened to a job."""
        colour = _COLOURS[number % len(_COLOURS)]
        tx = f" [dim]tx {step.tx_hash[:10]}[/]" if step.tx_hash else ""
        line = describe(step, self._who)
        self.console.print(f"[dim]{step.height:>5}[/] [{colour}]{name:12}[/] {line}{tx}", soft_wrap=True)

    def balances(self, before: Balances, after: Balances) -> None:
        """Print who has what now, and what changed."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("Who", "Before", "After", "Change"):
            table.add_column(column, justify="left" if column == "Who" else "right", no_wrap=True)
        for name in before:
            change = after[name] - before[name]
            style = "green" if change > 0 else "red" if change < 0 else "dim"
            sign = "+" if change > 0 else ""
            money = (amounts.format_nes(value, 6) for value in (before[name], after[name]))
            table.add_row(name, *money, f"[{style}]{sign}{amounts.format_nes(change, 6)}[/]")
        self.console.print(table)

    async def receipt(self, client: Client, job: int, path: Path) -> None:
        """Write a job's receipt to a file, verify it as a third person would, and print what it says."""
        receipt = await client.receipt(job)
        await anyio.Path(path.parent).mkdir(parents=True, exist_ok=True)
        await anyio.Path(path).write_text(receipt.to_json())
        verified = verify_receipt(receipt)
        self.say(
            f"receipt of job {verified.job_id} in {path}: {verified.status.name.lower()}, paid "
            f"{amounts.format_nes(verified.fee)}, signed by the validators of {len(verified.blocks)} blocks"
        )
