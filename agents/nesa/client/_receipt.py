"""Receipts: a finished job's payment and result, provable to a third person without a node."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from google.protobuf.message import DecodeError, Message

from nesa.chain import ChainClient, EventDelivered, EventRequested, Network, Status, encode_address
from nesa.chain._transport import GrpcTransport
from nesa.client._errors import ReceiptError
from nesa.client._evidence import SignedBlock, StateProof, TxProof
from nesa.hashing import u64
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as node_pb2
from nesa.proto.cosmos.tx.v1beta1.tx_pb2 import TxBody, TxRaw
from nesa.proto.nesa.job.v1.tx_pb2 import MsgDeliver, MsgRequest
from nesa.proto.nesa.job.v1.types_pb2 import Record

__all__ = ["PROVES", "Receipt", "Verified", "confirm_receipt", "export_receipt", "verify_receipt"]

M = TypeVar("M", bound=Message)

PROVES = (
    "More than two thirds of the validators named here signed blocks which contain the request and the delivery, and "
    "whose state says what the job cost, what was refunded, and which input and output it was about, by their SHA-256. "
    "It does not prove that these were the chain's validators: compare the validator sets, or a block's hash, with a "
    "node or an explorer that you trust. It does not prove that the output is right beyond what the job's own checks "
    "and the time to challenge it have established."
)

_FORMAT = "nesa/receipt/v1"
_NODE = "/cosmos.base.tendermint.v1beta1.Service/"
_STORE = "job"
_RECORDS = b"\x0c"  # prefix of finished jobs in the module's store
_DEADLINE = 10.0
_KEY_BYTES = 32  # an Ed25519 key is the only field of its message, and the last in its encoding


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves; amounts in anes.

    Attributes:
        blocks: hashes of the blocks by height, to compare with a trusted source.
        validator_sets: hashes of their validator sets, likewise.
    """

    chain_id: str
    job_id: int
    status: Status
    requester: str
    executor: str
    version_id: int
    fee: int
    refunded: int
    units: int
    input_digest: bytes
    output_digest: bytes
    request_tx: str
    deliver_tx: str
    blocks: Mapping[int, str]
    validator_sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it is given away: JSON."""

    document: Mapping[str, Any]

    def to_json(self) -> str:
        """Return the file's content."""
        return json.dumps(self.document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Receipt":
        """Read a file.

        Raises:
            ReceiptError: it is no receipt.
        """
        try:
            document = orjson.loads(text)
        except ValueError as error:
            raise ReceiptError("this is no receipt: it is not JSON") from error
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise ReceiptError(f"this is no receipt of the format {_FORMAT}")
        return cls(document)


class _Node:
    """Blocks and proofs from a node."""

    def __init__(self, transport: GrpcTransport) -> None:
        self._transport = transport

    async def block(self, height: int) -> node_pb2.GetBlockByHeightResponse:
        """Return a block."""
        request = node_pb2.GetBlockByHeightRequest(height=height)
        return await self._transport.call(_NODE + "GetBlockByHeight", request, node_pb2.GetBlockByHeightResponse)

    async def signed(self, height: int) -> tuple[SignedBlock, tuple[bytes, ...]]:
        """Return a block with the signatures that the next one carries, and its transactions."""
        block, following = (await self.block(height)).block, (await self.block(height + 1)).block
        validators: list[tuple[bytes, int]] = []
        request = node_pb2.GetValidatorSetByHeightRequest(height=height)
        while True:
            answer = await self._transport.call(
                _NODE + "GetValidatorSetByHeight", request, node_pb2.GetValidatorSetByHeightResponse
            )
            validators += [(item.pub_key.value[-_KEY_BYTES:], item.voting_power) for item in answer.validators]
            request.pagination.key = answer.pagination.next_key
            if not request.pagination.key:
                break
        return SignedBlock(block.header, following.last_commit, tuple(validators)), tuple(block.data.txs)

    async def state(self, store: str, key: bytes, height: int) -> StateProof:
        """Return what a store holds after the block at ``height``, with its proof."""
        request = node_pb2.ABCIQueryRequest(path=f"/store/{store}/key", data=key, height=height, prove=True)
        answer = await self._transport.call(_NODE + "ABCIQuery", request, node_pb2.ABCIQueryResponse)
        if not answer.value or len(answer.proof_ops.ops) != 2:  # noqa: PLR2004 - one for each tree
            raise ReceiptError("the node gave no proof of the job's record")
        in_store, in_app = (item.data for item in answer.proof_ops.ops)
        return StateProof(store, key, answer.value, in_store, in_app)


async def export_receipt(chain: ChainClient, network: Network, job_id: int) -> Receipt:
    """Collect the proof of a finished job from a node, and check it before it is given away.

    Raises:
        ReceiptError: the job is not finished, or the chain keeps too little of it.
    """
    view = await chain.jobs.get(job_id)
    if view.record is None:
        state = "forgotten by the chain" if view.forgotten else f"not finished: it is {view.status.name.lower()}"
        raise ReceiptError(f"there is no receipt of job {job_id} yet or any more: it is {state}")
    height = await chain.height()
    await chain.wait_height(height + 2)
    transport = GrpcTransport(network.chain_id, network.grpc, deadline=_DEADLINE)
    try:
        node = _Node(transport)
        state_block, _ = await node.signed(height + 1)
        document: dict[str, Any] = {
            "format": _FORMAT,
            "proves": PROVES,
            "chain_id": network.chain_id,
            "job_id": job_id,
            "state": {
                "block": state_block.to_dict(),
                "record": (await node.state(_STORE, _key(job_id), height)).to_dict(),
            },
        }
        for event in await chain.jobs.timeline(job_id):
            name = {EventRequested: "request", EventDelivered: "delivery"}.get(type(event.data))
            if name is not None:
                block, txs = await node.signed(event.height)
                raw = next(tx for tx in txs if hashlib.sha256(tx).hexdigest().upper() == event.tx_hash.upper())
                document[name] = {"block": block.to_dict(), "tx": TxProof.make(raw, txs).to_dict()}
    finally:
        await transport.aclose()
    receipt = Receipt(document)
    verify_receipt(receipt)
    return receipt


async def confirm_receipt(network: Network, verified: Verified) -> None:
    """Compare the blocks that a receipt rests on with those of a network that the caller trusts.

    Raises:
        ReceiptError: the network has other blocks at these heights.
        ChainError: it cannot be asked.
    """
    if network.chain_id != verified.chain_id:
        raise ReceiptError(f"the receipt is of the chain {verified.chain_id}, the network is {network.chain_id}")
    transport = GrpcTransport(network.chain_id, network.grpc, deadline=_DEADLINE)
    try:
        for height, digest in sorted(verified.blocks.items()):
            if (await _Node(transport).block(height)).block_id.hash.hex().upper() != digest:
                raise ReceiptError(f"the network has another block at height {height} than the receipt")
    finally:
        await transport.aclose()


def _key(job_id: int) -> bytes:
    return _RECORDS + u64(job_id)


def verify_receipt(receipt: Receipt) -> Verified:
    """Check a receipt without a node and return what it proves; `PROVES` says it in words.

    Raises:
        ReceiptError: it proves nothing; the text says why.
    """
    try:
        return _verify(receipt.document)
    except (KeyError, TypeError, ValueError, DecodeError) as error:
        raise ReceiptError("the receipt is damaged: a part is missing or of the wrong form") from error


def _verify(document: Mapping[str, Any]) -> Verified:
    chain_id, job_id = str(document["chain_id"]), int(document["job_id"])
    block = SignedBlock.read(document["state"]["block"])
    state = StateProof.read(document["state"]["record"])
    block.check(chain_id)
    state.check(block.header)
    record = Record.FromString(state.value)
    if state.store != _STORE or state.key != _key(job_id) or record.id not in {0, job_id}:  # the key tells the id
        raise ReceiptError("the proof is of something else than this job's record")
    blocks = [block]
    hashes = {"request": "", "delivery": ""}
    for name in hashes:
        if name not in document:
            continue
        signed, tx = SignedBlock.read(document[name]["block"]), TxProof.read(document[name]["tx"])
        signed.check(chain_id)
        tx.check(signed.header)
        _CHECKS[name](tx.raw, record, job_id)
        hashes[name] = tx.hash
        blocks.append(signed)
    return Verified(
        chain_id=chain_id,
        job_id=job_id,
        status=Status(record.status),
        requester=encode_address(record.requester),
        executor=encode_address(record.executor) if record.executor else "",
        version_id=record.version_id,
        fee=int(record.fee),
        refunded=int(record.refunded),
        units=record.units,
        input_digest=record.input_digest,
        output_digest=record.output_digest,
        request_tx=hashes["request"],
        deliver_tx=hashes["delivery"],
        blocks={item.header.height: item.hash.hex().upper() for item in blocks},
        validator_sets=tuple(sorted({item.trust.hex().upper() for item in blocks})),
    )


def _messages(raw: bytes, kind: type[M]) -> list[M]:
    body = TxBody.FromString(TxRaw.FromString(raw).body_bytes)
    return [kind.FromString(item.value) for item in body.messages if item.type_url == f"/{kind.DESCRIPTOR.full_name}"]


def _check_request(raw: bytes, record: Record, _job_id: int) -> None:
    for message in _messages(raw, MsgRequest):
        for terms in message.requests:
            digest = terms.input_digest or hashlib.sha256(terms.input).digest()
            if digest == record.input_digest and message.requester == encode_address(record.requester):
                return
    raise ReceiptError("the transaction said to be the request does not make it")


def _check_delivery(raw: bytes, record: Record, job_id: int) -> None:
    for message in _messages(raw, MsgDeliver):
        for entry in message.deliveries:
            digest = hashlib.sha256(entry.output).digest() if entry.output else entry.output_digest
            if entry.job_id == job_id and digest == record.output_digest:
                return
    raise ReceiptError("the transaction said to be the delivery does not deliver this output")


_CHECKS = {"request": _check_request, "delivery": _check_delivery}
