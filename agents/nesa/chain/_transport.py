"""Calls to nodes: one protocol, spoken over gRPC to several endpoints in turn."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import anyio.lowlevel
import grpc
import grpc.aio
from google.protobuf.message import Message

from nesa.chain._errors import ChainError, ChainUnreachableError, InvalidRequestError, NotFoundError, WrongChainError
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as node_pb2

__all__ = ["GrpcTransport", "NotSentError", "RefusedError", "Transport"]

M = TypeVar("M", bound=Message)

_HEIGHT = "x-cosmos-block-height"
_OPTIONS = (("grpc.max_receive_message_length", 64 << 20),)  # blocks are larger than gRPC's default
_NODE_INFO = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo"
_AWAY = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.UNIMPLEMENTED,
}
_BEHIND = ("bigger than the chain length", "cannot query with height in the future", "must be less than or equal to")


_NOT_CONNECTED = ("failed to connect", "name resolution", "name or service not known")


class RefusedError(ChainError):
    """A node answered with an error of its own; the text is the node's."""


class NotSentError(ChainUnreachableError):
    """A node was not reached: it cannot have seen the request."""


def _vagueness(error: ChainError) -> int:
    """Return how little an error tells: of several endpoints' the first of the clearest is reported."""
    return (WrongChainError, ChainUnreachableError, NotSentError).index(type(error))


class Transport(Protocol):
    """A way to call the methods of a node. `GrpcTransport` is the real one; tests bring their own."""

    @property
    def endpoints(self) -> int:
        """How many endpoints there are."""

    @property
    def preferred(self) -> int:
        """The endpoint that answered last."""

    async def call(
        self,
        path: str,
        request: Message,
        response: type[M],
        *,
        height: int | None = None,
        endpoint: int | None = None,
    ) -> M:
        """Call the gRPC method at ``path`` and return its answer.

        Args:
            path: ``/package.Service/Method``.
            request: the method's request.
            response: the type of its response.
            height: ask for the state at this height instead of the newest.
            endpoint: ask this endpoint only; without it they are tried in turn.

        Raises:
            ChainUnreachableError: nobody answered in time, or nobody has reached ``height``.
            NotFoundError: there is no such thing.
            InvalidRequestError: the request makes no sense to the node.
            RefusedError: any other error that the node reports.
        """

    async def aclose(self) -> None:
        """Give connections back."""


class GrpcTransport:
    """Calls over gRPC. It stays with an endpoint that answers and moves on from one that does not.

    Args:
        chain_id: endpoints of another chain are never used.
        endpoints: ``host:port`` for plain text, ``https://host:port`` for TLS.
        deadline: seconds that one endpoint gets for one call.
    """

    def __init__(self, chain_id: str, endpoints: Sequence[str], *, deadline: float) -> None:
        self._chain_id = chain_id
        self._names = tuple(endpoints)
        self._deadline = deadline
        self._channels: dict[int, grpc.aio.Channel] = {}
        self._verified: set[int] = set()
        self._current = 0
        self._closed = False

    @property
    def endpoints(self) -> int:
        """How many endpoints there are."""
        return len(self._names)

    @property
    def preferred(self) -> int:
        """The endpoint that answered last."""
        return self._current

    def _channel(self, index: int) -> grpc.aio.Channel:
        if index not in self._channels:
            name = self._names[index]
            if name.startswith("https://"):
                target, credentials = name.removeprefix("https://"), grpc.ssl_channel_credentials()
                self._channels[index] = grpc.aio.secure_channel(target, credentials, options=_OPTIONS)
            else:
                self._channels[index] = grpc.aio.insecure_channel(name.removeprefix("http://"), options=_OPTIONS)
        return self._channels[index]

    def _order(self, endpoint: int | None) -> Iterator[int]:
        if endpoint is not None:
            yield endpoint
        else:
            yield from ((self._current + step) % len(self._names) for step in range(len(self._names)))

    async def call(
        self,
        path: str,
        request: Message,
        response: type[M],
        *,
        height: int | None = None,
        endpoint: int | None = None,
    ) -> M:
        """Call a method; see `Transport.call`."""
        failures: list[ChainError] = []
        for index in self._order(endpoint):
            try:
                await self._verify(index)
                answer = await self._unary(index, path, request, response, height)
            except (ChainUnreachableError, WrongChainError) as error:
                failures.append(error)
                continue
            if endpoint is None:
                self._current = index
            return answer
        raise min(failures, key=_vagueness)

    async def _verify(self, index: int) -> None:
        """Make sure, once, that an endpoint belongs to this chain."""
        if index in self._verified:
            return
        request, response = node_pb2.GetNodeInfoRequest(), node_pb2.GetNodeInfoResponse
        try:
            info = await self._unary(index, _NODE_INFO, request, response, None)
        except ChainUnreachableError as error:
            raise NotSentError(str(error)) from None
        found = info.default_node_info.network
        if found != self._chain_id:
            raise WrongChainError(
                f"The node {self._names[index]} belongs to the chain {found!r}, not to {self._chain_id!r}; "
                "correct the endpoint or the chain id."
            )
        self._verified.add(index)

    async def _unary(self, index: int, path: str, request: Message, response: type[M], height: int | None) -> M:
        method = self._channel(index).unary_unary(
            path, request_serializer=type(request).SerializeToString, response_deserializer=response.FromString
        )
        metadata = ((_HEIGHT, str(height)),) if height is not None else None
        try:
            answer: M | None = await method(request, timeout=self._deadline, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            raise self._translated(index, error) from None
        except asyncio.CancelledError:
            # gRPC may replace the cancellation by one of its own, which the scope that cancelled does not know as its
            # own and lets through: the task would end as if nobody had wanted it any more.
            await anyio.lowlevel.checkpoint_if_cancelled()
            if self._closed:
                raise ChainUnreachableError(f"The connection to the node {self._names[index]} was closed.") from None
            raise
        if answer is None:  # what gRPC makes of bytes that are no such message
            raise ChainUnreachableError(f"The node {self._names[index]} gave an answer to {path} that cannot be read.")
        return answer

    def _translated(  # noqa: PLR0911 (one return for each kind of error)
        self, index: int, error: grpc.aio.AioRpcError
    ) -> ChainError:
        name, code, details = self._names[index], error.code(), (error.details() or "").strip()
        if any(text in details for text in _BEHIND):
            return ChainUnreachableError(f"The node {name} has not reached that height yet; try again in a moment.")
        if code is grpc.StatusCode.UNIMPLEMENTED:
            return ChainUnreachableError(f"The node {name} does not offer what was asked; it may run another version.")
        if any(text in details.lower() for text in _NOT_CONNECTED):
            return NotSentError(f"The node {name} cannot be reached; is it running, and is the address right?")
        if code in _AWAY:
            return ChainUnreachableError(f"The node {name} did not answer within {self._deadline:g} s; is it running?")
        if code is grpc.StatusCode.NOT_FOUND:
            return NotFoundError(f"The chain does not hold that: {details.rstrip('.')}.")
        if code is grpc.StatusCode.INVALID_ARGUMENT:
            return InvalidRequestError(f"The chain refused the question: {details.rstrip('.')}.")
        return RefusedError(details)

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        for channel in self._channels.values():
            await channel.close(None)
        self._channels.clear()
        self._verified.clear()
