"""For users of cosmpy: its plain ``LedgerClient`` and ``Wallet`` request and follow jobs.

cosmpy is imported when a function is called, for it takes seconds. Everything here blocks. cosmpy has no Ethereum keys
and no recovery of lost replies; `nesa.chain.Account` has both.
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import grpc
from google.protobuf.message import Message

from nesa.chain._addresses import PREFIX
from nesa.chain._convert import from_proto
from nesa.chain._errors import ChainError, ChainUnreachableError, KeyFormatError, NotFoundError
from nesa.chain._job_types import JobView
from nesa.chain._keys import Key, KeyType
from nesa.chain._network import Network
from nesa.proto.cosmos.base.abci.v1beta1 import abci_pb2
from nesa.proto.nesa.job.v1 import query_pb2, tx_pb2

if TYPE_CHECKING:
    from cosmpy.aerial.client import LedgerClient
    from cosmpy.aerial.config import NetworkConfig
    from cosmpy.aerial.tx import Transaction
    from cosmpy.aerial.tx_helpers import SubmittedTx
    from cosmpy.aerial.wallet import LocalWallet, Wallet

__all__ = ["follow", "job", "job_ids", "network_config", "send", "transaction", "wallet"]

_GAS_PRICE = 1_000_000_000  # the floor of the chain's fee market, in anes
_DEADLINE = 15.0
_JOB = "/nesa.job.v1.Query/Job"


def network_config(network: Network, *, gas_price: int = _GAS_PRICE) -> "NetworkConfig":
    """Return cosmpy's description of a network, for its ``LedgerClient``."""
    from cosmpy.aerial.config import NetworkConfig  # noqa: PLC0415 (slow to import)

    endpoint = network.grpc[0]
    secure, target = endpoint.startswith("https://"), endpoint.removeprefix("https://").removeprefix("http://")
    return NetworkConfig(
        chain_id=network.chain_id,
        url=f"grpc+{'https' if secure else 'http'}://{target}",
        fee_minimum_gas_price=gas_price,
        fee_denomination=network.denom,
        staking_denomination=network.denom,
    )


def wallet(key: Key) -> "LocalWallet":
    """Return a key as cosmpy's wallet.

    Raises:
        KeyFormatError: it is an Ethereum key, which cosmpy cannot use.
    """
    from cosmpy.aerial.wallet import LocalWallet  # noqa: PLC0415 (slow to import)
    from cosmpy.crypto.keypairs import PrivateKey  # noqa: PLC0415 (slow to import)

    if key.key_type is not KeyType.COSMOS:
        raise KeyFormatError("cosmpy signs with Cosmos keys only; use nesa.chain.Account for an Ethereum key.")
    return LocalWallet(PrivateKey(key.private), prefix=PREFIX)


def transaction(*messages: Message) -> "Transaction":
    """Return cosmpy's transaction of messages from `nesa.chain.messages`."""
    from cosmpy.aerial.tx import Transaction  # noqa: PLC0415 (slow to import)

    built = Transaction()
    for message in messages:
        built.add_message(message)
    return built


def send(ledger: "LedgerClient", sender: "Wallet", *messages: Message, memo: str = "") -> "SubmittedTx":
    """Sign and broadcast messages through cosmpy; ``wait_to_complete`` of the result waits for a block."""
    from cosmpy.aerial.client.utils import prepare_and_broadcast_basic_transaction  # noqa: PLC0415 (slow to import)

    return prepare_and_broadcast_basic_transaction(ledger, transaction(*messages), sender, memo=memo)


def job_ids(ledger: "LedgerClient", submitted: "SubmittedTx") -> tuple[int, ...]:
    """Return the ids of all jobs that a completed transaction opened; cosmpy itself merges events of one type.

    Raises:
        ChainError: it opened none.
    """
    from cosmpy.protos.cosmos.tx.v1beta1.service_pb2 import GetTxRequest  # noqa: PLC0415 (slow to import)

    answer = ledger.txs.GetTx(GetTxRequest(hash=submitted.tx_hash))
    found = tx_pb2.MsgRequestResponse()
    ids: list[int] = []
    for response in abci_pb2.TxMsgData.FromString(bytes.fromhex(answer.tx_response.data)).msg_responses:
        if response.Unpack(found):
            ids += found.job_ids
    if not ids:
        raise ChainError(f"The transaction {submitted.tx_hash} opened no jobs.")
    return tuple(ids)


def job(ledger: "LedgerClient", job_id: int) -> JobView:
    """Return what the chain still knows of a job, from the endpoint of cosmpy's client.

    Raises:
        NotFoundError: there never was such a job.
        ChainUnreachableError: the endpoint does not answer.
        ChainError: the client uses REST; configure a ``grpc+`` address.
    """
    scheme, _, target = str(ledger.network_config.url).partition("://")
    if not scheme.startswith("grpc+"):
        raise ChainError("Jobs are read over gRPC: give cosmpy's NetworkConfig a grpc+http or grpc+https address.")
    secure = scheme == "grpc+https"
    channel = grpc.secure_channel(target, grpc.ssl_channel_credentials()) if secure else grpc.insecure_channel(target)
    with channel:
        call = channel.unary_unary(
            _JOB,
            request_serializer=query_pb2.QueryJobRequest.SerializeToString,
            response_deserializer=query_pb2.QueryJobResponse.FromString,
        )
        try:
            return from_proto(JobView, call(query_pb2.QueryJobRequest(id=job_id), timeout=_DEADLINE))
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                raise NotFoundError(f"There is no job {job_id}.") from None
            raise ChainUnreachableError(f"The node {target} did not answer: {error.details()}.") from error


def follow(ledger: "LedgerClient", job_id: int, *, interval: float = 1.0, timeout: float = 600.0) -> Iterator[JobView]:
    """Yield a job whenever something about it has changed, until it has ended.

    Args:
        ledger: cosmpy's client.
        job_id: the job.
        interval: seconds between looks.
        timeout: seconds after which it is given up.

    Raises:
        ChainError: the job has not ended in time.
    """
    end, seen = time.monotonic() + timeout, None
    while time.monotonic() < end:
        view = job(ledger, job_id)
        if view != seen:
            seen = view
            yield view
        if view.job is None:
            return
        time.sleep(interval)
    raise ChainError(f"Job {job_id} has not ended within {timeout:g} s; it goes on without being followed.")
