"""Connecting to a NATS server that may be anybody's, without leaving anything behind when it fails."""

from contextlib import suppress
from typing import Any

import anyio
from nats.aio.client import Client
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, Parser

__all__ = ["dial", "hang_up"]

_STOP = 1.0
_MAX_MESSAGE = 2**20 + 2**16  # payload and headers: what a relay's server allows, see `server_config`
_MAX_LINE = 2**15  # a server describes itself in a line of JSON, which the library parses


class _BoundedParser(Parser):
    """The library's parser, which would keep in memory whatever size a server announces."""

    async def parse(self, data: bytes = b"") -> None:
        """Take what has come.

        Raises:
            ProtocolError: the server does not speak NATS, or is about to send more than a relay's answer holds.
        """
        try:
            await super().parse(data)
        except Exception as error:  # the library would stop reading and leave the connection open
            raise ProtocolError(str(error)) from error
        line = self.state == AWAITING_CONTROL_LINE and len(self.buf) > _MAX_LINE
        if line or self.needed > _MAX_MESSAGE:
            raise ProtocolError("more than a message may hold")


async def dial(url: str, **options: Any) -> Client:  # noqa: ANN401 - the library's options
    """Return a connection; see the library's ``connect`` for options and errors."""
    client = Client()
    client._ps = _BoundedParser(client)  # noqa: SLF001 - the library offers no bound of its own
    try:
        await client.connect(url, **options)
    except BaseException:
        await hang_up(client)
        raise
    return client


async def hang_up(client: Client) -> None:
    """Close a connection, and what a failed attempt has left of one."""
    with anyio.CancelScope(shield=True), anyio.move_on_after(_STOP):
        with suppress(Exception):  # half-made, it may fail in any way
            await client.close()
        transport = client._transport  # noqa: SLF001 - the library forgets it when connecting fails half-way
        if transport is not None:
            with suppress(OSError):
                transport.close()  # type: ignore[no-untyped-call]
                await transport.wait_closed()  # type: ignore[no-untyped-call]
