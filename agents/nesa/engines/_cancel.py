"""Runs that are given up: whoever waits for one says in its thread how it can be told that nobody does any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["cancellation", "cancelled_by"]


def _never() -> bool:
    return False


_CANCELLED: ContextVar[Callable[[], bool]] = ContextVar("_CANCELLED", default=_never)


@contextmanager
def cancelled_by(check: Callable[[], bool]) -> Iterator[None]:
    """Have the runs of this context end with a `nesa.errors.RunCancelledError` soon after ``check`` returns True.

    Only language models look, at each token; other models run at once.

    Args:
        check: called in any thread.
    """
    mark = _CANCELLED.set(check)
    try:
        yield
    finally:
        _CANCELLED.reset(mark)


def cancellation() -> Callable[[], bool]:
    """Return what tells whether this context's run is given up."""
    return _CANCELLED.get()
