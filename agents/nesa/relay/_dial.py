"""Connecting to a NATS server without leaving anything behind when it fails."""

from contextlib import suppress
from typing import Any

import anyio
from nats.aio.client import Client
from nats.errors import Error

__all__ = ["dial", "hang_up"]

_STOP = 5.0


async def dial(url: str, **options: Any) -> Client:  # noqa: ANN401 - the library's options
    """Return a connection; see the library's ``connect`` for options and errors."""
    client = Client()
    try:
        await client.connect(url, **options)
    except BaseException:
        await hang_up(client)
        raise
    return client


async def hang_up(client: Client) -> None:
    """Close a connection, and what a failed attempt has left of one."""
    with anyio.CancelScope(shield=True), anyio.move_on_after(_STOP):
        with suppress(OSError, Error):
            await client.close()
        transport = client._transport  # noqa: SLF001 - the library forgets it when connecting fails half-way
        if transport is not None:
            with suppress(OSError):
                transport.close()  # type: ignore[no-untyped-call]
                await transport.wait_closed()  # type: ignore[no-untyped-call]
