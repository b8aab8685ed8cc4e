"""The newest height, asked for once however many wait for it, and heights in order, each exactly once.

What a websocket says is taken as a hint that asking may be worth while, and as nothing else: it may lie, lag or fall
silent (threat 25). Heights come from queries, never go back, and skip nothing.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, Self

import anyio

from nesa.chain._errors import ChainUnreachableError

__all__ = ["Blocks", "Tip", "WakeUp"]

_FRESH = 0.2
_PAUSE = 0.02  # a hint may come just before the state it hints at, and a flood of them must not become one of queries


class WakeUp(Protocol):
    """Something that may tell early that there is a new block."""

    async def wait(self) -> None:
        """Return when something may have happened; it need not be true, and need not come."""


class Tip:
    """The newest height that a node can show a block for.

    Args:
        ask: returns the newest height.
        confirm: fetches the block at a height, and raises when there is none.
        wake_up: a hint between polls.
        poll: seconds between polls.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[int]],
        confirm: Callable[[int], Awaitable[object]],
        wake_up: WakeUp,
        *,
        poll: float,
    ) -> None:
        self._ask = ask
        self._confirm = confirm
        self._wake_up = wake_up
        self._poll = poll
        self._height = 0
        self._looked = -_FRESH
        self._waiting = anyio.Lock()  # held while waiting, so `now` must do without it

    async def now(self) -> int:
        """Return the newest height, some tenths of a second old at most; never lower than before."""
        if anyio.current_time() - self._looked >= _FRESH:
            await self._look()
        return self._height

    async def after(self, height: int) -> int:
        """Wait for a block beyond ``height`` and return the newest height. Only one of all who wait asks."""
        async with self._waiting:
            while self._height <= height:
                try:
                    await self._look()
                except ChainUnreachableError:
                    await anyio.sleep(self._poll)
                    continue
                if self._height <= height:
                    with anyio.move_on_after(self._poll):
                        await self._wake_up.wait()
                        await anyio.sleep(_PAUSE)
            return self._height

    async def _look(self) -> None:
        height = await self._ask()
        if height > self._height + 1 > 1:
            await self._confirm(height)  # a leap is believed when its block can be shown
        self._height = max(self._height, height)
        self._looked = anyio.current_time()


class Blocks:
    """Heights from ``start`` on, each exactly once and in order; an asynchronous iterator without end."""

    def __init__(self, tip: Tip, start: int | None) -> None:
        self._tip = tip
        self._next = start
        self._known = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        """Return the next height, waiting for it if need be."""
        if self._next is None:
            self._next = await self._tip.now() + 1
        if self._next > self._known:
            self._known = await self._tip.after(self._next - 1)
        height = self._next
        self._next += 1
        return height
