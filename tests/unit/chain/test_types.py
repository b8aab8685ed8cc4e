"""The package's own types against the protobuf ones: same fields, same numbers, nothing lost on the way."""

from dataclasses import fields
from enum import IntEnum
from typing import Any

import pytest
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nesa import chain
from nesa.chain import ChainError, encode_address
from nesa.chain._convert import from_proto, proto_name, to_proto
from nesa.proto.nesa.attestation.v1 import query_pb2 as attestation_query_pb2
from nesa.proto.nesa.attestation.v1 import types_pb2 as attestation_pb2
from nesa.proto.nesa.beacon.v1 import types_pb2 as beacon_pb2
from nesa.proto.nesa.callback.v1 import query_pb2 as callback_query_pb2
from nesa.proto.nesa.callback.v1 import types_pb2 as callback_pb2
from nesa.proto.nesa.job.v1 import events_pb2 as job_events_pb2
from nesa.proto.nesa.job.v1 import query_pb2 as job_query_pb2
from nesa.proto.nesa.job.v1 import tx_pb2 as job_tx_pb2
from nesa.proto.nesa.job.v1 import types_pb2 as job_pb2
from nesa.proto.nesa.miner.v1 import query_pb2 as miner_query_pb2
from nesa.proto.nesa.miner.v1 import types_pb2 as miner_pb2
from nesa.proto.nesa.model.v1 import types_pb2 as model_pb2

TYPES: list[tuple[type[Any], type[Message]]] = [
    (chain.Answer, callback_pb2.Answer),
    (chain.Assurance, job_pb2.Assurance),
    (chain.BeaconParams, beacon_pb2.Params),
    (chain.CallbackEntry, callback_pb2.Entry),
    (chain.CallbackParams, callback_pb2.Params),
    (chain.CallbackSolvency, callback_query_pb2.QuerySolvencyResponse),
    (chain.Checkpoint, miner_pb2.Checkpoint),
    (chain.Claim, job_tx_pb2.ClaimEntry),
    (chain.CommitEntry, job_tx_pb2.CommitEntry),
    (chain.DeliverEntry, job_tx_pb2.DeliverEntry),
    (chain.Delivery, job_pb2.Delivery),
    (chain.Due, job_pb2.Due),
    (chain.EncryptionKey, miner_pb2.EncryptionKey),
    (chain.EpochReveals, job_pb2.EpochReveals),
    (chain.EscrowSolvency, job_query_pb2.QuerySolvencyResponse),
    (chain.Estimate, job_query_pb2.QueryEstimateResponse),
    (chain.Anchor, attestation_pb2.Anchor),
    (chain.AttestationParams, attestation_pb2.Params),
    (chain.AttestedKey, attestation_pb2.AttestedKey),
    (chain.Evidence, attestation_pb2.Evidence),
    (chain.KeyState, attestation_query_pb2.KeyState),
    (chain.Measurement, attestation_pb2.Measurement),
    (chain.RevokedMachine, attestation_pb2.RevokedMachine),
    (chain.VerifyingKey, attestation_pb2.VerifyingKey),
    (chain.ItemResult, job_tx_pb2.ItemResult),
    (chain.Job, job_pb2.Job),
    (chain.JobParams, job_pb2.Params),
    (chain.JobView, job_query_pb2.QueryJobResponse),
    (chain.KeySignature, attestation_pb2.KeySignature),
    (chain.Log, callback_pb2.Log),
    (chain.Miner, miner_pb2.Miner),
    (chain.MinerInfo, miner_query_pb2.QueryMinerResponse),
    (chain.MinerParams, miner_pb2.Params),
    (chain.Model, model_pb2.Model),
    (chain.ModelParams, model_pb2.Params),
    (chain.Profile, model_pb2.Profile),
    (chain.Proof, attestation_pb2.Proof),
    (chain.Quote, attestation_pb2.Quote),
    (chain.Record, job_pb2.Record),
    (chain.Result, job_pb2.Result),
    (chain.RevealEntry, job_tx_pb2.RevealEntry),
    (chain.Round, job_pb2.Round),
    (chain.Seat, job_pb2.Seat),
    (chain.SeatEntry, job_tx_pb2.SeatEntry),
    (chain.Seed, beacon_pb2.Seed),
    (chain.Served, miner_pb2.Served),
    (chain.StakeSolvency, miner_query_pb2.QuerySolvencyResponse),
    (chain.Strike, miner_pb2.Strike),
    (chain.Terms, job_pb2.Terms),
    (chain.Totals, miner_pb2.Totals),
    (chain.Unbonding, miner_pb2.Unbonding),
    (chain.ValidatorKeys, beacon_pb2.ValidatorKeys),
    (chain.Version, model_pb2.Version),
    (chain.VrfKey, beacon_pb2.VrfKey),
]
ENUMS: list[tuple[type[IntEnum], EnumDescriptor]] = [
    (chain.CallbackState, callback_pb2.State.DESCRIPTOR),
    (chain.CheckCause, job_pb2.CheckCause.DESCRIPTOR),
    (chain.Finding, job_pb2.Finding.DESCRIPTOR),
    (chain.Outcome, job_pb2.Outcome.DESCRIPTOR),
    (chain.Phase, job_pb2.Phase.DESCRIPTOR),
    (chain.Role, job_events_pb2.Role.DESCRIPTOR),
    (chain.SeatState, job_pb2.SeatState.DESCRIPTOR),
    (chain.Standing, job_pb2.Standing.DESCRIPTOR),
    (chain.Status, job_pb2.Status.DESCRIPTOR),
    (chain.Unit, model_pb2.Unit.DESCRIPTOR),
    (chain.VersionStatus, model_pb2.VersionStatus.DESCRIPTOR),
]
ADDRESSES = {"requester", "executor"}  # raw bytes in records
NOT_REVERSIBLE = {chain.Record, chain.JobView}


@pytest.mark.parametrize(("kind", "message"), TYPES)
def test_types_have_the_protobuf_fields(kind: type[Any], message: type[Message]) -> None:
    assert [proto_name(field) for field in fields(kind)] == [field.name for field in message.DESCRIPTOR.fields]


@pytest.mark.parametrize(("kind", "descriptor"), ENUMS)
def test_enumerations_have_the_protobuf_numbers(kind: type[IntEnum], descriptor: EnumDescriptor) -> None:
    prefix = "".join("_" + letter if letter.isupper() else letter for letter in descriptor.name).upper()[1:] + "_"
    assert {value.name.removeprefix(prefix): value.number for value in descriptor.values} == {
        member.name: member.value for member in kind
    }


def _is_amount(kind: type[Any], name: str) -> bool:
    found = next(field for field in fields(kind) if proto_name(field) == name)
    return found.type is int


def _value(draw: st.DrawFn, kind: type[Any], owner: FieldDescriptor) -> Any:
    if owner.type == FieldDescriptor.TYPE_ENUM:
        return draw(st.sampled_from([value.number for value in owner.enum_type.values]))
    if owner.type == FieldDescriptor.TYPE_BYTES:
        return draw(st.binary(min_size=20, max_size=20))
    if owner.type == FieldDescriptor.TYPE_BOOL:
        return draw(st.booleans())
    if owner.type == FieldDescriptor.TYPE_STRING:
        if _is_amount(kind, owner.name):
            return str(draw(st.integers(0, 10**40)))
        return draw(st.text(max_size=8))
    return draw(st.integers(0, 2**32 - 1))


NESTED = {message.DESCRIPTOR.full_name: kind for kind, message in TYPES}


def _fill(draw: st.DrawFn, kind: type[Any], message: Message) -> None:
    for field in message.DESCRIPTOR.fields:
        count = draw(st.integers(0, 2)) if field.label == FieldDescriptor.LABEL_REPEATED else 1
        target = getattr(message, field.name)
        for _ in range(count):
            if field.message_type is not None:
                child = target.add() if field.label == FieldDescriptor.LABEL_REPEATED else target
                child.SetInParent()
                _fill(draw, NESTED[field.message_type.full_name], child)
            elif field.label == FieldDescriptor.LABEL_REPEATED:
                target.append(_value(draw, kind, field))
            else:
                setattr(message, field.name, _value(draw, kind, field))


@pytest.mark.parametrize(("kind", "message"), [pair for pair in TYPES if pair[0] not in NOT_REVERSIBLE])
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_is_lost_between_types_and_protobuf(
    kind: type[Any], message: type[Message], data: st.DataObject
) -> None:
    @st.composite
    def messages(draw: st.DrawFn) -> Message:
        built = message()
        _fill(draw, kind, built)
        return built

    original = data.draw(messages())
    assert to_proto(from_proto(kind, original), message) == original


def test_records_show_raw_addresses_in_bech32() -> None:
    record = from_proto(chain.Record, job_pb2.Record(requester=bytes(range(20)), fee="7", refunded="0"))
    assert record.requester == encode_address(bytes(range(20)))
    assert record.executor == ""
    assert record.fee == 7


def test_absent_messages_are_none() -> None:
    view = from_proto(chain.JobView, job_query_pb2.QueryJobResponse(forgotten=True))
    assert (view.job, view.record, view.forgotten) == (None, None, True)
    assert view.status is chain.Status.UNSPECIFIED


def test_numbers_of_a_newer_chain_are_refused() -> None:
    with pytest.raises(ChainError, match="update the package"):
        from_proto(chain.Result, job_pb2.Result(outcome=99))  # type: ignore[arg-type]


def test_threat_30_payloads_and_salts_are_not_in_representations() -> None:
    canary = b"canary"
    terms = chain.Terms(version_id=1, input=canary, price=1, max_units=1, assurance=chain.Assurance(500), deadline=9)
    deliver = chain.DeliverEntry(1, chain.Outcome.OK, output=canary)
    reveal = chain.RevealEntry(1, 1, chain.Result(chain.Outcome.OK), canary)
    delivery = chain.Delivery(1, chain.Outcome.OK, canary, b"", "", 1, b"")
    assert all("canary" not in repr(value) for value in (terms, deliver, reveal, delivery))
