"""What transactions of our modules answer."""

from typing import Any

from google.protobuf.message import Message

from nesa.chain._convert import from_proto
from nesa.chain._job_entries import ItemResult
from nesa.chain._node import TxResult
from nesa.proto.cosmos.base.abci.v1beta1 import abci_pb2
from nesa.proto.nesa.job.v1 import tx_pb2 as job_pb2
from nesa.proto.nesa.model.v1 import tx_pb2 as model_pb2

__all__ = ["item_results", "job_ids", "version_added"]

_BATCHES: dict[str, type[Message]] = {
    f"/{kind.DESCRIPTOR.full_name}": kind
    for kind in (
        job_pb2.MsgClaimResponse,
        job_pb2.MsgDeliverResponse,
        job_pb2.MsgAbstainResponse,
        job_pb2.MsgCommitResponse,
        job_pb2.MsgRevealResponse,
        job_pb2.MsgSettleResponse,
    )
}


def job_ids(result: TxResult, index: int = 0) -> tuple[int, ...]:
    """Return the ids of the jobs that the request at ``index`` opened, in its order."""
    return tuple(result.response(index, job_pb2.MsgRequestResponse).job_ids)


def version_added(result: TxResult, index: int = 0) -> tuple[int, int]:
    """Return the id and the number of the version that the message at ``index`` released; -1 is the last."""
    response = result.response(index, model_pb2.MsgAddVersionResponse)
    return response.version_id, response.number


def item_results(result: TxResult, index: int = 0) -> tuple[ItemResult, ...]:
    """Return what became of each entry of the batch message at ``index``."""
    found = abci_pb2.TxMsgData.FromString(result.data).msg_responses
    url = found[index].type_url if index < len(found) else ""
    items: Any = result.response(index, _BATCHES.get(url, job_pb2.MsgClaimResponse))
    return tuple(from_proto(ItemResult, item) for item in items.results)
