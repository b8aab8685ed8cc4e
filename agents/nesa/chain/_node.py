"""Blocks and transactions, as nodes keep them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from nesa.chain._errors import ChainError, ChainUnreachableError, InvalidRequestError, NotFoundError
from nesa.chain._events import ChainEvent, decode_events
from nesa.chain._transport import Transport
from nesa.proto.cosmos.base.abci.v1beta1 import abci_pb2 as sdk_abci_pb2
from nesa.proto.cosmos.base.node.v1beta1 import query_pb2 as status_pb2
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as node_pb2
from nesa.proto.cosmos.tx.v1beta1 import service_pb2
from nesa.proto.tendermint.abci import types_pb2 as abci_pb2
from nesa.proto.tendermint.types import block_pb2

__all__ = ["Block", "Node", "TxResult", "result_of", "tx_hash"]

M = TypeVar("M", bound=Message)

_NODE = "/cosmos.base.tendermint.v1beta1.Service"
_STATUS = "/cosmos.base.node.v1beta1.Service/Status"
_TX = "/cosmos.tx.v1beta1.Service"


def tx_hash(raw: bytes) -> str:
    """Return a transaction's hash: SHA-256 in upper-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class Block:
    """A block.

    Attributes:
        height: its height.
        time: when it was proposed, in UTC.
        proposer: the proposer's 20-byte consensus address.
        txs: its transactions as bytes; the first may be the beacon's entry.
    """

    height: int
    time: datetime
    proposer: bytes
    txs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TxResult:
    """What became of an included transaction.

    Attributes:
        hash: the transaction's hash.
        height: the block that holds it.
        code: 0 when it succeeded.
        codespace: the module whose error the code is.
        log: the chain's own words.
        gas_used: gas it took.
        gas_wanted: gas it paid for.
        events: what our modules announced in it.
        data: the encoded responses of its messages; see `responses`.
    """

    hash: str
    height: int
    code: int
    codespace: str
    log: str
    gas_used: int
    gas_wanted: int
    events: tuple[ChainEvent, ...]
    data: bytes

    def response(self, index: int, kind: type[M]) -> M:
        """Return the response to the message at ``index`` as a ``kind``.

        Raises:
            ChainError: there is no such response, or it is of another type.
        """
        try:
            found = sdk_abci_pb2.TxMsgData.FromString(self.data).msg_responses[index]
        except (DecodeError, IndexError):
            raise ChainError(f"Transaction {self.hash} has no response number {index}.") from None
        message = kind()
        if not found.Unpack(message):
            raise ChainError(f"Response {index} of transaction {self.hash} is a {found.type_url}.")
        return message


class Node:
    """Queries of blocks and transactions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def height(self) -> int:
        """Return the newest height whose state a node has committed; its block store may be one ahead."""
        answer = await self._transport.call(_STATUS, status_pb2.StatusRequest(), status_pb2.StatusResponse)
        return answer.height

    async def _block(self, height: int) -> block_pb2.Block:
        request, response = node_pb2.GetBlockByHeightRequest(height=height), node_pb2.GetBlockByHeightResponse
        answer = await self._transport.call(f"{_NODE}/GetBlockByHeight", request, response)
        if answer.block.header.height != height:
            raise ChainUnreachableError(f"A node answered with another block than {height}; ask another node.")
        return answer.block

    async def block(self, height: int) -> Block:
        """Return the block at a height.

        Raises:
            ChainUnreachableError: no node has it, yet or any longer.
        """
        block = await self._block(height)
        time = block.header.time
        moment = datetime.fromtimestamp(time.seconds, UTC).replace(microsecond=time.nanos // 1000)
        return Block(height, moment, block.header.proposer_address, tuple(block.data.txs))

    async def results(self, height: int) -> node_pb2.GetBlockResultsResponse:
        """Return what came of a block, as the node tells it."""
        request, response = node_pb2.GetBlockResultsRequest(height=height), node_pb2.GetBlockResultsResponse
        answer = await self._transport.call(f"{_NODE}/GetBlockResults", request, response)
        if answer.height != height:
            raise ChainUnreachableError(f"A node answered with the results of another block than {height}.")
        return answer

    async def events(self, height: int) -> tuple[ChainEvent, ...]:
        """Return what our modules announced in a block: its transactions in order, then the block itself."""
        block, results = await self._block(height), await self.results(height)
        found: list[ChainEvent] = []
        for raw, result in zip(block.data.txs, results.txs_results, strict=True):
            if result.code == 0:
                found += decode_events(result.events, height=height, tx_hash=tx_hash(raw))
        found += decode_events(results.finalize_block_events, height=height)
        return tuple(found)

    async def tx(self, wanted: str, *, endpoint: int | None = None) -> TxResult | None:
        """Return what became of a transaction by its hash, or None when the node's index does not hold it."""
        request, response = service_pb2.GetTxRequest(hash=wanted), service_pb2.GetTxResponse
        try:
            answer = await self._transport.call(f"{_TX}/GetTx", request, response, endpoint=endpoint)
        except (NotFoundError, InvalidRequestError):
            return None
        found = answer.tx_response
        events = tuple(decode_events(found.events, height=found.height, tx_hash=found.txhash))
        return TxResult(
            hash=found.txhash,
            height=found.height,
            code=found.code,
            codespace=found.codespace,
            log=found.raw_log,
            gas_used=found.gas_used,
            gas_wanted=found.gas_wanted,
            events=events,
            data=bytes.fromhex(found.data),
        )


def result_of(raw: bytes, height: int, result: abci_pb2.ExecTxResult) -> TxResult:
    """Return a transaction's result from the results of its block."""
    hashed = tx_hash(raw)
    return TxResult(
        hash=hashed,
        height=height,
        code=result.code,
        codespace=result.codespace,
        log=result.log.decode(errors="replace"),
        gas_used=result.gas_used,
        gas_wanted=result.gas_wanted,
        events=tuple(decode_events(result.events, height=height, tx_hash=hashed)),
        data=result.data,
    )
