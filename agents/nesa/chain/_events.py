"""Typed events: what modules announce in transactions and blocks, decoded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

import orjson
from google.protobuf import json_format
from google.protobuf.message import Message

from nesa.chain import _callback_types as callbacks
from nesa.chain import _job_events as jobs
from nesa.chain import _other_events as others
from nesa.chain._convert import from_proto
from nesa.chain._errors import ChainError
from nesa.proto.nesa.attestation.v1 import events_pb2 as attestation_pb2
from nesa.proto.nesa.beacon.v1 import events_pb2 as beacon_pb2
from nesa.proto.nesa.callback.v1 import events_pb2 as callback_pb2
from nesa.proto.nesa.job.v1 import events_pb2 as job_pb2
from nesa.proto.nesa.miner.v1 import events_pb2 as miner_pb2
from nesa.proto.nesa.model.v1 import events_pb2 as model_pb2
from nesa.proto.tendermint.abci import types_pb2 as abci_pb2

__all__ = ["EVENTS", "ChainEvent", "Event", "JobEvent", "decode_events"]

JobEvent: TypeAlias = (
    jobs.EventRequested
    | jobs.EventDrawn
    | jobs.EventClaimed
    | jobs.EventSeated
    | jobs.EventDelivered
    | jobs.EventLottery
    | jobs.EventChallenged
    | jobs.EventCommitted
    | jobs.EventRevealed
    | jobs.EventMissed
    | jobs.EventVerdict
    | jobs.EventJudged
    | jobs.EventAppealed
    | jobs.EventPaid
    | jobs.EventFinished
)
Event: TypeAlias = (
    JobEvent
    | others.EventModelRegistered
    | others.EventVersionAdded
    | others.EventVersionStatus
    | others.EventAccessChanged
    | others.EventModelRetired
    | others.EventRegistered
    | others.EventUpdated
    | others.EventStakeChanged
    | others.EventUnbonded
    | others.EventServed
    | others.EventEncryptionKey
    | others.EventStrike
    | others.EventJailed
    | others.EventRetired
    | others.EventSeed
    | others.EventAttested
    | others.EventRevoked
    | others.EventVerified
    | others.EventDecision
    | others.EventVerifyingKey
    | others.EventAnchor
    | others.EventKeyRegistered
    | others.EventParamsUpdated
    | callbacks.EventAwaited
    | callbacks.EventAnswered
    | callbacks.EventCalledBack
    | callbacks.EventForgotten
)

_FILES = (model_pb2, miner_pb2, job_pb2, attestation_pb2, beacon_pb2, callback_pb2)
_MESSAGES: dict[str, type[Message]] = {
    descriptor.full_name: getattr(file, descriptor.name)
    for file in _FILES
    for descriptor in file.DESCRIPTOR.message_types_by_name.values()
}
_TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Event)}
EVENTS: dict[str, tuple[type[Message], type[Any]]] = {
    name: (message, _TYPES[name.rpartition(".")[2]])
    for name, message in _MESSAGES.items()
    if name.rpartition(".")[2] in _TYPES
}
_OURS = "nesa."
_NOT_FIELDS = {b"mode", b"msg_index"}  # added by the SDK to every event


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """An event and where it was announced.

    Attributes:
        height: the block.
        tx_hash: the transaction, in upper-case hexadecimal digits; empty for what the block itself announced.
        index: position among the events of the block, or of the transaction.
        module: the module, for example ``job``.
        name: the event, for example ``EventDelivered``.
        data: the event's fields, of the type of that name.
    """

    height: int
    tx_hash: str
    index: int
    module: str
    name: str
    data: Event


def _decode(event: abci_pb2.Event) -> Event:
    message, kind = EVENTS[event.type]
    try:
        values = {
            item.key.decode(): orjson.loads(item.value) for item in event.attributes if item.key not in _NOT_FIELDS
        }
        decoded: Event = from_proto(kind, json_format.ParseDict(values, message(), ignore_unknown_fields=True))
    except (ValueError, json_format.ParseError) as error:
        raise ChainError(f"A node reports a damaged {event.type}; ask another node.") from error
    return decoded


def decode_events(events: Iterable[abci_pb2.Event], *, height: int, tx_hash: str = "") -> Iterator[ChainEvent]:
    """Yield the events of our own modules among those of a transaction or block; others are passed over.

    Raises:
        ChainError: an event's fields cannot be read.
    """
    for index, event in enumerate(events):
        if event.type in EVENTS:
            module, name = event.type.removeprefix(_OURS).split(".")[0], event.type.rpartition(".")[2]
            yield ChainEvent(height, tx_hash, index, module, name, _decode(event))
