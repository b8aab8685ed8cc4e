"""How far apart blocks are."""

from collections.abc import Callable

__all__ = ["Pace"]

_FIRST_GUESS = 0.5
_KEEP = 0.9


class Pace:
    """A running mean of the seconds between blocks.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0.0
        self.block_seconds = _FIRST_GUESS

    def saw_block(self) -> None:
        """Take note of a block."""
        now = self._clock()
        if self._last:
            self.block_seconds = _KEEP * self.block_seconds + (1 - _KEEP) * (now - self._last)
        self._last = now
