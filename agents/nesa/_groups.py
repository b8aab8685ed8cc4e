"""One error out of a task group's many."""

from collections.abc import Iterator
from contextlib import contextmanager

from nesa.errors import NesaError

__all__ = ["single_error"]


@contextmanager
def single_error() -> Iterator[None]:
    """Raise the first error of our own alone when a task group raises a group of them: the others follow from it."""
    try:
        yield
    except BaseExceptionGroup as group:
        ours, rest = group.split(NesaError)
        if ours is None or (rest is not None and rest.split(Exception)[0] is not None):
            raise
        error: BaseException = ours
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group
