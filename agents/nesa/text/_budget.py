"""What rendering a stranger's template may cost: every step and every character is counted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from nesa.errors import TemplateError

__all__ = ["BUDGET", "Budget"]

T = TypeVar("T")

_STEPS = 1_000_000
_CHARACTERS = 2**25
_LONGEST = 2**19
_WORD = 64
_MACRO_STEPS = 2_000
_DEEPEST = 20
_NESTED = 100


class Budget:
    """Counts down during one rendering, alike on every machine, so that all refuse the same conversation."""

    def __init__(self) -> None:
        self._steps = _STEPS
        self._characters = _CHARACTERS
        self._depth = 0

    def step(self, count: int = 1) -> None:
        """Count steps that are about to be taken.

        Raises:
            TemplateError: they are too many.
        """
        self._steps -= count
        if self._steps < 0:
            raise TemplateError(f"the chat template takes more than {_STEPS} steps")

    @contextmanager
    def macro(self) -> Iterator[None]:
        """Count a macro as if it had all of a template's parts, and how deep macros call one another.

        Raises:
            TemplateError: too deep. Where the interpreter's own stack ends depends on who renders.
        """
        self.step(_MACRO_STEPS)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TemplateError(f"the chat template's macros call one another more than {_DEEPEST} deep")
        try:
            yield
        finally:
            self._depth -= 1

    def length(self, length: int) -> None:
        """Count characters that are about to be made or read.

        Raises:
            TemplateError: they are too many, at once or altogether.
        """
        self._characters -= length
        if length > _LONGEST or self._characters < 0:
            raise TemplateError(f"the chat template makes a text beyond {_LONGEST} characters, or too many texts")

    def taken(self, value: T) -> T:
        """Count a value that is worked with, all of it, and return it.

        Raises:
            TemplateError: it is too large or too deep, or of a kind that chat templates have no use for.
        """
        level: list[object] = [value]
        for _ in range(_NESTED):
            inner: list[object] = []
            for one in level:
                self.step()
                if isinstance(one, str):
                    self.length(len(one))
                elif isinstance(one, int):
                    if one.bit_length() > _WORD:
                        raise TemplateError("the chat template makes numbers beyond 64 bits")
                elif isinstance(one, dict):
                    inner += one
                    inner += one.values()
                elif isinstance(one, list | tuple):
                    inner += one
            if not inner:
                return value
            level = inner
        raise TemplateError(f"the chat template makes lists more than {_NESTED} deep")

    def counted(self, values: Iterable[T], cost: int) -> Iterator[T]:
        """Count an iteration, of which each round has so many steps."""
        for value in values:
            self.step(cost)
            yield value


BUDGET: ContextVar[Budget] = ContextVar("BUDGET")
"""Of the rendering that is under way. While a template is compiled there is none, so nothing is worked out then."""
