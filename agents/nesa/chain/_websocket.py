"""CometBFT's websocket: hints that there may be a new block."""

import json
from collections.abc import Sequence

import anyio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException

__all__ = ["Hints", "websocket_url"]

_SUBSCRIBE = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": {"query": "tm.event='NewBlockHeader'"}}
)
_FIRST_PAUSE = 0.25
_LAST_PAUSE = 30.0
_TIMEOUT = 10.0
_MAX_BYTES = 1 << 20


def websocket_url(endpoint: str) -> str:
    """Return the websocket's address of an RPC endpoint."""
    scheme, separator, rest = endpoint.partition("://")
    if not separator:
        scheme, rest = "http", endpoint
    return f"{'wss' if scheme in {'https', 'wss'} else 'ws'}://{rest.rstrip('/')}/websocket"


class Hints:
    """Listens to one endpoint after another, with longer and longer pauses, and wakes up whoever waits."""

    def __init__(self, endpoints: Sequence[str]) -> None:
        self._endpoints = tuple(endpoints)
        self._event = anyio.Event()

    async def wait(self) -> None:
        """Return at the next message, whatever it says."""
        await self._event.wait()

    def _wake(self) -> None:
        event, self._event = self._event, anyio.Event()
        event.set()

    async def run(self) -> None:
        """Listen until cancelled; without endpoints there is nothing to listen to."""
        pause, turn = _FIRST_PAUSE, 0
        while self._endpoints:
            endpoint = self._endpoints[turn % len(self._endpoints)]
            turn += 1
            try:
                async with connect(
                    websocket_url(endpoint), open_timeout=_TIMEOUT, ping_timeout=_TIMEOUT, max_size=_MAX_BYTES
                ) as socket:
                    await socket.send(_SUBSCRIBE)
                    async for _ in socket:
                        pause = _FIRST_PAUSE
                        self._wake()
            except (OSError, TimeoutError, InvalidURI, InvalidHandshake, WebSocketException):
                pass  # polling goes on without hints
            await anyio.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)
