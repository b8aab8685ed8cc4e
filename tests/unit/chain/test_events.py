"""Events as the SDK emits them: attributes whose values are JSON."""

import json
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

import nesa.proto.nesa
from nesa.chain import ChainError, EventPaid, EventRevealed, EventSeed, Outcome, Role
from nesa.chain._convert import from_proto
from nesa.chain._events import EVENTS, decode_events
from nesa.chain._node import result_of
from nesa.proto.cosmos.base.tendermint.v1beta1 import query_pb2 as node_pb2
from nesa.proto.nesa.beacon.v1 import events_pb2 as beacon_pb2
from nesa.proto.nesa.job.v1 import events_pb2 as job_pb2
from nesa.proto.nesa.job.v1 import types_pb2 as job_types_pb2
from nesa.proto.tendermint.abci import types_pb2 as abci_pb2


def emitted(message: Message, **extra: str) -> abci_pb2.Event:
    values = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    event = abci_pb2.Event(type=message.DESCRIPTOR.full_name)
    for key in sorted(values):
        event.attributes.add(key=key.encode(), value=json.dumps(values[key]).encode())
    for key, value in extra.items():
        event.attributes.add(key=key.encode(), value=value.encode())
    return event


def test_every_event_of_the_protos_has_a_type_of_the_same_fields() -> None:
    files = [
        import_module(f"{nesa.proto.nesa.__name__}.{module.name}.v1.events_pb2").DESCRIPTOR
        for module in iter_modules(nesa.proto.nesa.__path__)
    ]
    assert len(files) > 5  # noqa: PLR2004 - modules: a scan that finds none would prove nothing
    declared = {message.full_name for file in files for message in file.message_types_by_name.values()}
    assert declared == EVENTS.keys()
    for message, kind in EVENTS.values():
        assert [field.name for field in fields(kind)] == [field.name for field in message.DESCRIPTOR.fields]


@pytest.mark.parametrize(("message", "kind"), EVENTS.values(), ids=list(EVENTS))
def test_every_event_can_be_decoded(message: type[Message], kind: type[Any]) -> None:
    (found,) = decode_events([emitted(message(), msg_index="0")], height=1)
    assert found.data == from_proto(kind, message())


def test_values_are_decoded_by_their_types() -> None:
    paid = job_pb2.EventPaid(job_id=2**63, role=job_pb2.ROLE_ROYALTY, address="nesa1x", amount="12345678901234567890")
    revealed = job_pb2.EventRevealed(
        job_id=1, round=2, miner="m", outcome=job_types_pb2.OUTCOME_NON_FINITE, scores=[1, 2]
    )
    seed = beacon_pb2.EventSeed(height=3, value=b"\xff\x00", proposer="p", contributed=True)
    foreign = abci_pb2.Event(type="transfer")
    found = list(
        decode_events(
            [foreign, emitted(paid), emitted(revealed), emitted(seed, mode="EndBlock")], height=7, tx_hash="AB"
        )
    )
    assert [event.data for event in found] == [
        EventPaid(2**63, Role.ROYALTY, "nesa1x", 12345678901234567890),
        EventRevealed(1, 2, "m", Outcome.NON_FINITE, (1, 2)),
        EventSeed(3, b"\xff\x00", "p", contributed=True),
    ]
    assert [(event.height, event.tx_hash, event.index, event.module) for event in found] == [
        (7, "AB", 1, "job"),
        (7, "AB", 2, "job"),
        (7, "AB", 3, "beacon"),
    ]


@pytest.mark.parametrize("value", ["", "{", '"x"', "[]", "-1"])
def test_threat_25_damaged_events_are_refused(value: str) -> None:
    event = abci_pb2.Event(type="nesa.job.v1.EventPaid")
    event.attributes.add(key=b"job_id", value=value.encode())
    with pytest.raises(ChainError, match="another node"):
        list(decode_events([event], height=1))


def test_threat_25_what_is_no_text_leaves_a_block_readable() -> None:
    # The EVM announces a block's bloom filter as raw bytes, and a contract gives its reasons as it likes.
    bloom = abci_pb2.Event(type="block_bloom")
    bloom.attributes.add(key=b"bloom", value=bytes(range(256)))
    answer = node_pb2.GetBlockResultsResponse(height=4, finalize_block_events=[bloom])
    answer.txs_results.add(code=3, log=b"reverted: \xff\xfe")
    read = node_pb2.GetBlockResultsResponse.FromString(answer.SerializeToString())
    assert list(decode_events(read.finalize_block_events, height=4)) == []
    assert result_of(b"raw", 4, read.txs_results[0]).log == "reverted: \ufffd\ufffd"
