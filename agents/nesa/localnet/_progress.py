"""What a starting network shows on a terminal."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

__all__ = ["Progress"]

_READY = "ready"


class Progress:
    """A line for each part of the network, updated as it becomes ready; plain lines where there is no terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False, markup=False)
        self._parts: dict[str, tuple[str, float]] = {}
        self._begin = time.monotonic()
        self._live = (
            Live(console=self._console, refresh_per_second=8) if self._console.is_terminal and not quiet else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the lines as they are."""
        if self._live:
            self._live.stop()
            self._live = None

    def report(self, part: str, state: str) -> None:
        """Show what a part is doing."""
        self._parts[part] = (state, time.monotonic() - self._begin)
        if self._live:
            self._live.update(self._table())
        elif state == _READY or part not in ("genesis", "validators", "relay", "faucet", "miners"):
            self._console.print(f"{part:12} {state}")

    def _table(self) -> Table:
        table = Table(box=None, show_header=False, pad_edge=False)
        for part, (state, seconds) in self._parts.items():
            style = "green" if state == _READY else "yellow"
            table.add_row(part, Text(state, style), Text(f"{seconds:.1f} s", "dim"))
        return table
