"""Keys that send transactions as fast as a node takes them, each counting its sequences itself."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
from google.protobuf.message import Message

from nesa.chain import ChainClient, Key, TxFailedError
from nesa.chain._broadcast import Broadcaster
from nesa.chain._tx import pack, sign

__all__ = ["Gas", "Outlet", "Traffic"]

Gas = Callable[[int], int]
"""The gas that a message with so many entries is given."""

_PAUSE = 0.02
_SEQUENCE = 32  # the SDK's code for a sequence that is not the account's next


@dataclass(slots=True)
class Traffic:
    """What was sent and not seen in a block yet, over all keys."""

    offered: int = 0
    included: int = 0
    refused: int = 0

    @property
    def backlog(self) -> int:
        return self.offered - self.included


@dataclass(slots=True)
class Outlet:
    """A key with entries to send, one message after another.

    Attributes:
        chain: the node.
        key: signs.
        traffic: counts.
        gas_price: anes for each unit of gas.
        batch: entries of one message at most.
    """

    chain: ChainClient
    key: Key
    traffic: Traffic
    gas_price: int
    batch: int = 1
    _queue: deque[tuple[Callable[[str, Sequence[Any]], Message], Gas, Any]] = field(default_factory=deque)
    _wanted: anyio.Event = field(default_factory=anyio.Event)
    _identity: tuple[int, int] | None = None

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def add(self, build: Callable[[str, Sequence[Any]], Message], gas: Gas, entry: Any) -> None:
        """Queue an entry of the message that ``build`` makes of the key's address and entries."""
        self._queue.append((build, gas, entry))
        self._wanted.set()

    async def run(self) -> None:
        """Send until cancelled."""
        broadcaster = Broadcaster(self.chain.transport)
        while True:
            if not self._queue:
                self._wanted = anyio.Event()
                await self._wanted.wait()
            build, gas, entry = self._queue.popleft()
            entries = [entry]
            while self._queue and len(entries) < self.batch and self._queue[0][0] is build:
                entries.append(self._queue.popleft()[2])
            await self._send(broadcaster, build(self.key.address, entries), gas(len(entries)))

    async def _send(self, broadcaster: Broadcaster, message: Message, gas: int) -> None:
        while True:
            if self._identity is None:
                info = await self.chain.auth.account(self.key.address)
                assert info is not None
                self._identity = info.number, info.sequence
            number, sequence = self._identity
            signed = sign(
                self.key,
                [pack(message)],
                chain_id=self.chain.network.chain_id,
                number=number,
                sequence=sequence,
                gas=gas,
                fee=gas * self.gas_price,
                denom=self.chain.network.denom,
            )
            answer = await broadcaster.offer(signed)
            if answer.refusal is None:
                self._identity = number, sequence + 1
                self.traffic.offered += 1
                return
            if not _out_of_step(answer.refusal):
                self.traffic.refused += 1  # a claim that cannot win any longer
                return
            self._identity = None
            await anyio.sleep(_PAUSE)


def _out_of_step(error: TxFailedError) -> bool:
    return error.codespace == "sdk" and error.code == _SEQUENCE
