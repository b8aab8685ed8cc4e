"""What the query classes of all modules have in common: a service, its methods, and pages."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from google.protobuf.message import Message

from nesa.chain._convert import from_proto
from nesa.chain._transport import Transport

__all__ = ["Service"]

T = TypeVar("T")
M = TypeVar("M", bound=Message)

PAGE = 100


class Service:
    """A gRPC service of a node.

    Args:
        transport: how nodes are called.
        name: ``package.Service``.
    """

    def __init__(self, transport: Transport, name: str) -> None:
        self._transport = transport
        self._name = name

    async def _call(
        self,
        method: str,
        request: Message,
        response: type[M],
        *,
        height: int | None = None,
        endpoint: int | None = None,
    ) -> M:
        return await self._transport.call(
            f"/{self._name}/{method}", request, response, height=height, endpoint=endpoint
        )

    async def _pages(
        self,
        method: str,
        request: Any,  # noqa: ANN401 (a generated message with the member pagination)
        response: type[Message],
        field: str,
        *,
        reverse: bool,
        page_size: int,
        height: int | None,
    ) -> AsyncIterator[Any]:
        """Yield the elements of ``field``, page after page."""
        request.pagination.limit = page_size
        request.pagination.reverse = reverse
        while True:
            answer: Any = await self._call(method, request, response, height=height)
            for element in getattr(answer, field):
                yield element
            request.pagination.key = answer.pagination.next_key
            if not request.pagination.key:
                return

    async def _list(
        self,
        kind: type[T],
        method: str,
        request: Message,
        response: type[Message],
        field: str,
        *,
        reverse: bool,
        page_size: int,
        height: int | None,
    ) -> AsyncIterator[T]:
        pages = self._pages(method, request, response, field, reverse=reverse, page_size=page_size, height=height)
        async for element in pages:
            yield from_proto(kind, element)
