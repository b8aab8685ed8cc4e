"""Bars for long work, on a terminal only."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Rows

from nesa.cli._output import console
from nesa.models import Progress
from nesa.untrusted import clean

__all__ = ["Bars"]


class Bars:
    """A bar for each file that is read or fetched, and a spinner for what nobody knows the end of."""

    def __init__(self, *, quiet: bool = False) -> None:
        screen = console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
        self._rows = Rows(
            *columns, TimeElapsedColumn(), console=screen, transient=True, disable=quiet or not screen.is_terminal
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._rows.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.stop()

    def report(self, progress: Progress) -> None:
        """Show how far something is; a total of 0 is one that is not known."""
        if progress.path not in self._tasks:
            self._tasks[progress.path] = self._rows.add_task(clean(progress.path), total=progress.total or None)
        self._rows.update(self._tasks[progress.path], completed=progress.done)
