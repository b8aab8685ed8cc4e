"""The client of a chain: all its queries, over several endpoints."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from nesa.chain._attestation import Attestation
from nesa.chain._accounts import Auth, Bank, Gas
from nesa.chain._beacon import Beacon
from nesa.chain._callbacks import Callbacks
from nesa.chain._errors import ChainError, ChainUnreachableError
from nesa.chain._events import ChainEvent
from nesa.chain._inclusion import Inclusion
from nesa.chain._jobs import Jobs
from nesa.chain._miners import Miners
from nesa.chain._models import Models
from nesa.chain._network import Network
from nesa.chain._node import Block, Node, TxResult
from nesa.chain._search import Search
from nesa.chain._timeline import Timeline
from nesa.chain._tip import Blocks, Tip
from nesa.chain._transport import GrpcTransport, RefusedError, Transport
from nesa.chain._websocket import Hints

__all__ = ["ChainClient"]


class ChainClient:
    """Queries of a chain. Use it in ``async with``; one serves a whole process.

    Args:
        network: the chain and its endpoints, which are tried in turn when one does not answer.
        deadline: seconds that one endpoint gets for one call.
        poll: seconds between looks for a new block when no websocket wakes it up.
        transport: how nodes are called, gRPC by default.

    Attributes:
        models, miners, jobs, attestation, beacon, bank, auth: queries of these modules.
        models, miners, jobs, callbacks, beacon, bank, auth: queries of these modules.
        gas: what gas costs.
    """

    def __init__(
        self, network: Network, *, deadline: float = 10.0, poll: float = 1.0, transport: Transport | None = None
    ) -> None:
        self.network = network
        self.transport = transport or GrpcTransport(network.chain_id, network.grpc, deadline=deadline)
        self._node = Node(self.transport)
        self._hints = Hints(network.rpc)
        self._tip = Tip(self._node.height, self._node.block, self._hints, poll=poll)
        self._stack = AsyncExitStack()
        self.models = Models(self.transport)
        self.miners = Miners(self.transport)
        self.jobs = Jobs(self.transport, Timeline(self._node, Search(network.rpc, deadline=deadline)))
        self.attestation = Attestation(self.transport)
        self.callbacks = Callbacks(self.transport)
        self.beacon = Beacon(self.transport)
        self.bank = Bank(self.transport)
        self.auth = Auth(self.transport)
        self.gas = Gas(self.transport, network.denom)
        self.inclusion = Inclusion(self._node, self._tip)

    async def __aenter__(self) -> Self:
        self._stack.push_async_callback(self.transport.aclose)
        # A plain task: a task group would wrap whatever error leaves the caller's block.
        listener = asyncio.create_task(self._hints.run())
        self._stack.push_async_callback(_stopped, listener)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._stack.__aexit__(kind, error, trace)

    async def height(self) -> int:
        """Return the newest height; never lower than before."""
        return await self._tip.now()

    async def wait_height(self, height: int) -> int:
        """Wait until the chain has reached ``height`` and return the newest height."""
        return await self._tip.after(height - 1)

    def blocks(self, start: int | None = None) -> Blocks:
        """Return heights from ``start`` on (without it, from the next block on), each exactly once and in order."""
        return Blocks(self._tip, start)

    async def block(self, height: int) -> Block:
        """Return the block at a height."""
        return await self._node.block(height)

    async def events(self, height: int) -> tuple[ChainEvent, ...]:
        """Return what our modules announced in a block: its transactions in order, then the block itself."""
        return await self._node.events(height)

    async def tx(self, tx_hash: str) -> TxResult | None:
        """Return what became of a transaction, or None when no endpoint's index holds it.

        Raises:
            ChainUnreachableError: no endpoint answered.
            RefusedError: no endpoint keeps an index.
        """
        failure: ChainError | None = None
        answered = False
        for endpoint in range(self.transport.endpoints):
            try:
                found = await self._node.tx(tx_hash, endpoint=endpoint)
            except (ChainUnreachableError, RefusedError) as error:
                failure = error
                continue
            if found is not None:
                return found
            answered = True
        if failure is not None and not answered:
            raise failure
        return None


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
