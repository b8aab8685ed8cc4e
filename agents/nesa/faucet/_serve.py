"""Run a faucet until it is told to stop."""

import errno
import socket

import uvicorn

from nesa.chain import Account, ChainClient, Key, Network, messages
from nesa.errors import NesaError
from nesa.faucet._app import create_app
from nesa.faucet._limits import Limits, RateLimiter

__all__ = ["serve"]


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise NesaError(f"port {port} on {host} is in use by another program") from error
        raise NesaError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


async def serve(network: Network, key: Key, limits: Limits, *, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve a faucet that pays from ``key`` until SIGINT or SIGTERM.

    Raises:
        NesaError: the port is in use, or the chain cannot be reached.
    """
    listener = _listen(host, port)
    with listener:
        async with ChainClient(network) as chain:
            await chain.height()
            account = Account(chain, key)

            async def send(recipient: str, amount: int) -> str:
                result = await account.send(messages.send(key.address, recipient, amount), memo="faucet")
                return result.hash

            app = create_app(RateLimiter(limits), send, key.address)
            config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_keep_alive=5)
            await uvicorn.Server(config).serve(sockets=[listener])
