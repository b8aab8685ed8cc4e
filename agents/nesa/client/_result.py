"""A job's input and output, found on the chain and checked against its digests."""

import hashlib
from dataclasses import dataclass

from nesa.chain import ChainClient, EventDelivered, Outcome, Status
from nesa.client._errors import NoResultError
from nesa.proto.cosmos.tx.v1beta1.tx_pb2 import TxBody, TxRaw
from nesa.proto.nesa.job.v1.tx_pb2 import MsgDeliver
from nesa.relay import Blobs

__all__ = ["JobResult", "fetch_result"]

_DELIVER = "/nesa.job.v1.MsgDeliver"
_MAX_OUTPUT = 64 * 2**20


@dataclass(frozen=True, slots=True)
class JobResult:
    """A job's output.

    Attributes:
        job_id: the job.
        outcome: what came of the run; anything but OK has no payload.
        payload: the output, whose SHA-256 is the digest that the chain keeps.
        digest: that digest, 32 bytes; empty without an output.
        units: what was charged.
        executor: address of the miner's owner.
        status: where the job stood when it was read: an output that may still be found wrong is not SETTLED yet.
    """

    job_id: int
    outcome: Outcome
    payload: bytes
    digest: bytes
    units: int
    executor: str
    status: Status


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A delivery as its transaction or the job says it."""

    outcome: Outcome
    output: bytes
    digest: bytes
    uri: str
    units: int
    executor: str


async def fetch_result(chain: ChainClient, blobs: Blobs, job_id: int) -> JobResult:
    """Return a job's output.

    Raises:
        NoResultError: it has none, or what was delivered does not have the digest on the chain.
        BlobUnavailableError: the output is on a relay that does not give it.
    """
    view = await chain.jobs.get(job_id)
    if view.job is not None and (delivery := view.job.delivery) is not None:
        found = _Delivered(
            delivery.outcome,
            delivery.output,
            delivery.output_digest,
            delivery.output_uri,
            delivery.units,
            view.job.executor,
        )
        expected = delivery.output_digest
    elif view.record is not None and view.record.executor:
        found = await _from_transaction(chain, job_id)
        expected = view.record.output_digest
    elif view.forgotten:
        raise NoResultError(f"job {job_id} was finished so long ago that the chain has forgotten it")
    else:
        raise NoResultError(f"job {job_id} has no output: it is {view.status.name.lower()}")
    payload = found.output
    if found.outcome is Outcome.OK and found.uri:
        payload = await blobs.get(found.uri, max_bytes=_MAX_OUTPUT, digest=expected)
    if found.outcome is Outcome.OK and hashlib.sha256(payload).digest() != expected:
        raise NoResultError(f"the output of job {job_id} does not have the digest that the chain keeps")
    return JobResult(job_id, found.outcome, payload, expected, found.units, found.executor, view.status)


async def _from_transaction(chain: ChainClient, job_id: int) -> _Delivered:
    """Read the delivery from the transaction that made it: the chain's state has its digest only."""
    for event in reversed(await chain.jobs.timeline(job_id)):
        if isinstance(event.data, EventDelivered):
            block = await chain.block(event.height)
            for raw in block.txs:
                if hashlib.sha256(raw).hexdigest().upper() == event.tx_hash.upper():
                    return _entry(raw, job_id, event.data.executor)
    raise NoResultError(f"the transaction that delivered job {job_id} cannot be found")


def _entry(raw: bytes, job_id: int, executor: str) -> _Delivered:
    body = TxBody.FromString(TxRaw.FromString(raw).body_bytes)
    for message in body.messages:
        if message.type_url == _DELIVER:
            for entry in MsgDeliver.FromString(message.value).deliveries:
                if entry.job_id == job_id:
                    digest = entry.output_digest or hashlib.sha256(entry.output).digest()
                    outcome = Outcome(entry.outcome)
                    return _Delivered(outcome, entry.output, digest, entry.output_uri, entry.units, executor)
    raise NoResultError(f"the transaction does not deliver job {job_id}")
