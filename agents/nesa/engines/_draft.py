"""An answer that is being written, token by token, whatever reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nesa.errors import RunCancelledError
from nesa.sampling import Noise, choose
from nesa.text import Ending, Finish, Follower, Guide, TextOptions

__all__ = ["Draft", "Task", "Writer"]


@dataclass(frozen=True, slots=True)
class Task:
    """A request, understood.

    Attributes:
        prompt: its tokens.
        options: how to go on.
        ending: when to end.
        noise: of the answer.
        guide: begins to guide an answer, where one was asked for.
        source: tokens that an encoder reads, where there is one; the prompt is then what its answers begin after.
    """

    prompt: list[int]
    options: TextOptions
    ending: Ending
    noise: Noise
    guide: Callable[[], Guide] | None = None
    source: tuple[int, ...] = ()

    @property
    def room(self) -> int:
        """How many tokens prompt and answer have at most."""
        return len(self.prompt) + self.ending.limit


@dataclass(slots=True)
class Draft:
    """What is written so far.

    Attributes:
        task: what is answered.
        cancelled: whether nobody waits for the answer any more.
        tokens: of the answer.
        hidden: float32 [features] of the place that each was drawn at.
        finish: why the answer ended; None while it goes on.
    """

    task: Task
    cancelled: Callable[[], bool]
    tokens: list[int] = field(default_factory=list)
    hidden: list[npt.NDArray[np.float32]] = field(default_factory=list)
    finish: Finish | None = None
    _guide: Guide | None = field(init=False)
    _follower: Follower = field(init=False)

    def __post_init__(self) -> None:
        """Begin to guide, and to look for the end."""
        self._guide = self.task.guide() if self.task.guide else None
        self._follower = self.task.ending.follow()

    @property
    def read(self) -> list[int]:
        """The tokens that a graph has read when the answer ends: its last is not."""
        return [*self.task.prompt, *self.tokens[:-1]]

    def check(self) -> None:
        """Raise a `RunCancelledError` if nobody waits any more."""
        if self.cancelled():
            raise RunCancelledError("the run was cancelled")

    def take(self, logits: npt.NDArray[np.float32], hidden: npt.NDArray[np.float32]) -> bool:
        """Draw the next token.

        Args:
            logits: float32 [vocabulary], of the place after the tokens so far.
            hidden: float32 [features] of it.

        Returns:
            Whether the answer goes on.

        Raises:
            FloatingPointError: the logits are not numbers.
            RunCancelledError: nobody waits any more.
        """
        self.check()
        task, guide = self.task, self._guide
        allowed = guide.allowed() if guide else None
        token = choose(logits, task.noise, len(self.tokens), task.options.sampling, allowed)
        if guide:
            guide.take(token)
        self.tokens.append(token)
        self.hidden.append(hidden.copy())
        self.finish = self._follower.take(token)
        return self.finish is None


class Writer(Protocol):
    """Writes answers. Many threads may use one."""

    @property
    def together(self) -> int:
        """How many answers are written at once at most, for what one alone would take of the processor."""
        ...

    def write(self, draft: Draft) -> None:
        """Write an answer to its end; blocks.

        Raises:
            EngineError: the runtime failed.
            FloatingPointError: the logits are not numbers.
            RunCancelledError: nobody waits any more.
        """
        ...
