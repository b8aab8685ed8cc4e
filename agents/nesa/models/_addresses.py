"""Which network addresses a stranger's URI may make this machine call: public ones only."""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable

import anyio
import httpcore
import httpx

from nesa.errors import AddressRefusedError, DownloadError

__all__ = ["GuardedBackend", "Resolver", "guarded_transport", "public_addresses", "resolve"]

Resolver = Callable[[str, int], Awaitable[list[str]]]

_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


async def resolve(host: str, port: int) -> list[str]:
    """Return a host's addresses as text."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return _is_public(str(inner))
    return address.is_global and not address.is_multicast


async def public_addresses(
    host: str,
    port: int,
    *,
    allow_private: bool = False,
    resolver: Resolver = resolve,
    seconds: float | None = None,
) -> list[str]:
    """Return a host's addresses if all of them may be called.

    Raises:
        AddressRefusedError: one is private, loopback, link-local or otherwise not public.
        DownloadError: there is none, or it is not found within ``seconds``.
    """
    try:
        with anyio.fail_after(seconds):
            addresses = await resolver(host, port)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise DownloadError(f"the host {host} cannot be found") from error
    if not addresses:
        raise DownloadError(f"the host {host} has no address")
    if not allow_private and not all(_is_public(address) for address in addresses):
        raise AddressRefusedError(f"the host {host} has a private address, which is refused")
    return addresses


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host once, refuses it unless every address is public, and connects to one of those it has seen.

    Because the check stands where connections are made, it holds for redirects and cannot be outrun by a name that
    changes its address between check and use.
    """

    def __init__(self, *, allow_private: bool = False, resolver: Resolver = resolve) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a public address of ``host``.

        Raises:
            AddressRefusedError: an address of the host is private, loopback, link-local or otherwise not public.
            DownloadError: the host has no address.
        """
        addresses = await public_addresses(
            host, port, allow_private=self._allow_private, resolver=self._resolver, seconds=timeout
        )
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a URI has no business with local sockets."""
        del path, timeout, socket_options
        raise AddressRefusedError("local sockets are refused")

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        await anyio.sleep(seconds)


def guarded_transport(*, allow_private: bool = False, resolver: Resolver = resolve) -> httpx.AsyncHTTPTransport:
    """Return a transport for `httpx.AsyncClient` that calls public addresses only and ignores proxy settings."""
    transport = httpx.AsyncHTTPTransport(retries=0)
    backend = GuardedBackend(allow_private=allow_private, resolver=resolver)
    transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 - httpx has no public way to set a network backend
        ssl_context=httpx.create_ssl_context(), network_backend=backend, max_connections=8
    )
    return transport
