"""Threat 25: endpoints that are down, lag, lie or belong to another chain, and websockets that lie or fall silent.

The servers are real ones, gRPC and websocket, on this machine.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import grpc.aio
import pytest
from websockets.asyncio.server import ServerConnection, serve

from nesa.chain import ChainClient, ChainUnreachableError, Network, WrongChainError
from nesa.proto.cosmos.base.node.v1beta1 import query_pb2 as node_pb2
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as block_pb2

pytestmark = pytest.mark.anyio
CHAIN = "nesa-fake-1"
NODE = "cosmos.base.tendermint.v1beta1.Service"
STATUS = "cosmos.base.node.v1beta1.Service"


@pytest.fixture(scope="module", autouse=True)
async def one_loop() -> AsyncIterator[None]:
    """Share one event loop: gRPC's poller is the process's, and may still answer a loop after its last test."""
    yield
    await anyio.sleep(0.2)


class FakeNode(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """A node that says what it is told to say."""

    def __init__(self, height: int = 1, *, chain_id: str = CHAIN, delay: float = 0) -> None:
        self.height = height
        self.delay = delay  # seconds before it shows a block
        self.claimed: int | None = None  # a height that it says it has reached
        self.chain_id = chain_id
        self.asked = 0

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any] | None":
        requests: dict[str, tuple[Any, Any]] = {
            f"/{NODE}/GetNodeInfo": (self._info, block_pb2.GetNodeInfoRequest),
            f"/{NODE}/GetBlockByHeight": (self._block, block_pb2.GetBlockByHeightRequest),
            f"/{STATUS}/Status": (self._status, node_pb2.StatusRequest),
        }
        method, request = requests[details.method]
        return grpc.unary_unary_rpc_method_handler(
            method,
            request_deserializer=request.FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    async def _info(self, _: object, __: object) -> block_pb2.GetNodeInfoResponse:
        answer = block_pb2.GetNodeInfoResponse()
        answer.default_node_info.network = self.chain_id
        return answer

    async def _status(self, _: object, __: object) -> node_pb2.StatusResponse:
        self.asked += 1
        return node_pb2.StatusResponse(height=self.claimed or self.height)

    async def _block(
        self, request: block_pb2.GetBlockByHeightRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> block_pb2.GetBlockByHeightResponse:
        if request.height > self.height:
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, "requested block height is bigger than the chain length"
            )
        await anyio.sleep(self.delay)
        answer = block_pb2.GetBlockByHeightResponse()
        answer.block.header.height = request.height
        return answer


@asynccontextmanager
async def served(*nodes: FakeNode) -> AsyncIterator[tuple[str, ...]]:
    async with AsyncExitStack() as stack:
        addresses = []
        for node in nodes:
            server = grpc.aio.server()
            server.add_generic_rpc_handlers((node,))
            addresses.append(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
            await server.start()
            stack.push_async_callback(server.stop, None)
        yield tuple(addresses)


def client(grpc_: tuple[str, ...], rpc: tuple[str, ...] = (), *, poll: float = 0.05) -> ChainClient:
    return ChainClient(Network(CHAIN, grpc_, rpc), poll=poll, deadline=2.0)


async def take(chain: ChainClient, start: int, count: int) -> list[int]:
    found: list[int] = []
    with anyio.fail_after(10):
        async for height in chain.blocks(start):
            found.append(height)
            if len(found) == count:
                break
    return found


async def test_threat_25_a_dead_endpoint_is_passed_over() -> None:
    async with served(FakeNode(5)) as (alive,), client(("127.0.0.1:1", alive)) as chain:
        assert await chain.height() == 5


async def test_threat_25_no_endpoint_gives_one_clear_sentence() -> None:
    async with client(("127.0.0.1:1", "127.0.0.1:2")) as chain:
        with pytest.raises(ChainUnreachableError, match="is it running"):
            await chain.height()


async def test_threat_25_an_endpoint_of_another_chain_is_never_used() -> None:
    async with served(FakeNode(9, chain_id="other"), FakeNode(5)) as addresses:
        async with client(addresses) as chain:
            assert await chain.height() == 5
        async with client(addresses[:1]) as chain:
            with pytest.raises(WrongChainError, match="'other'"):
                await chain.height()


async def test_threat_25_heights_never_go_back_when_a_lagging_endpoint_takes_over() -> None:
    ahead, behind = FakeNode(8), FakeNode(3)
    async with AsyncExitStack() as stack:
        (first,) = await stack.enter_async_context(served(ahead))
        (second,) = await stack.enter_async_context(served(behind))
        chain = await stack.enter_async_context(client((first, second)))
        assert await take(chain, 6, 3) == [6, 7, 8]
        chain.transport._current = 1  # type: ignore[attr-defined]
        await anyio.sleep(0.3)
        assert await chain.height() == 8
        behind.height = 9
        assert await take(chain, 9, 1) == [9]


async def test_threat_25_a_claimed_height_is_believed_when_its_block_can_be_shown() -> None:
    liar = FakeNode(4)
    async with served(liar) as addresses, client(addresses) as chain:
        assert await chain.height() == 4
        liar.claimed = 1_000_000
        with anyio.move_on_after(0.5) as scope:
            await take(chain, 5, 1)
        assert scope.cancelled_caught
        liar.claimed, liar.height = None, 6
        assert await take(chain, 5, 2) == [5, 6]


@asynccontextmanager
async def websocket(handler: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[str]:
    async with serve(handler, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}"


async def test_threat_25_each_height_comes_once_and_in_order_whatever_the_websocket_says() -> None:
    node, connections = FakeNode(3), 0

    async def lie(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        await connection.recv()
        for text in ("{}", "no json", '{"result":{"data":{"value":{"header":{"height":"999"}}}}}', "{}"):
            await connection.send(text)
            node.height += 2  # two blocks behind one announcement
        await connection.close()  # and reconnecting is up to the client

    async with (
        served(node) as addresses,
        websocket(lie) as endpoint,
        client(addresses, (endpoint,), poll=0.2) as chain,
    ):
        assert await take(chain, 1, 15) == list(range(1, 16))
    assert connections >= 2


async def test_threat_25_a_silent_websocket_costs_a_poll_and_no_block() -> None:
    node = FakeNode(1)

    async def silence(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with served(node) as addresses, websocket(silence) as endpoint, client(addresses, (endpoint,)) as chain:
        assert await chain.height() == 1
        node.height = 4
        assert await take(chain, 2, 3) == [2, 3, 4]


async def test_threat_25_a_flood_of_hints_is_no_flood_of_queries() -> None:
    node = FakeNode(1)

    async def flood(connection: ServerConnection) -> None:
        while True:
            await connection.send("{}")
            await anyio.lowlevel.checkpoint()

    async with served(node) as addresses, websocket(flood) as endpoint, client(addresses, (endpoint,)) as chain:
        with anyio.move_on_after(0.5):
            await chain.wait_height(2)
    assert node.asked < 60


async def test_many_that_wait_ask_once() -> None:
    node = FakeNode(1)
    async with served(node) as addresses, client(addresses) as chain:
        async with anyio.create_task_group() as group:
            for _ in range(100):
                group.start_soon(chain.wait_height, 2)
            await anyio.sleep(0.2)
            node.height = 2
        assert node.asked < 20


async def test_a_scope_that_ends_in_the_middle_of_a_call_ends_only_that_scope() -> None:
    node, ended = FakeNode(1), 0
    async with served(node) as addresses, client(addresses) as chain:
        await chain.height()
        for attempt in range(600):
            with anyio.move_on_after(attempt * 5e-6) as scope:
                await chain.block(1)
            ended += scope.cancelled_caught
    assert 0 < ended < 600  # some ended before the answer, at whatever point, and some after it


async def test_a_client_that_is_closed_says_so_to_those_who_still_ask() -> None:
    async with served(FakeNode(1, delay=5)) as addresses, client(addresses) as chain:

        async def ask() -> None:
            with pytest.raises(ChainUnreachableError):
                await chain.block(1)

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await anyio.sleep(0.1)
            await chain.transport.aclose()
