"""In JSON an amount is always text, whatever its size, and everything else is what it is."""

import dataclasses
import importlib
import json
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from google.protobuf.descriptor import FieldDescriptor

import nesa.chain
from nesa.chain import EventPaid, Role
from nesa.cli._output import AMOUNTS, plain, print_json
from nesa.client import Entry, Gift, Verified
from nesa.evm import CallbackOffer
from nesa.miner import Status, VersionStatus
from nesa.proto.nesa.job.v1 import query_pb2
from nesa.publish import Plan

OWN = {  # types that no message of the chain describes
    Status: {"stake", "free", "locked", "unbonding", "owed", "earned", "lost", "fees", "cost_per_job", "gas_balances"},
    VersionStatus: {"ask", "earned", "lost", "per_job"},
    Verified: {"fee", "refunded"},
    Gift: {"amount"},
    CallbackOffer: {"fee", "cost", "profit"},
    Entry: {"asks"},
    Plan: {"registration_fee", "gas_cost"},
}


def fields() -> Iterator[tuple[str, str, bool]]:
    """Type, name, and whether it is an amount, of each whole number that the commands may print."""
    for module in ("job", "miner", "model", "beacon"):
        importlib.import_module(f"nesa.proto.nesa.{module}.v1.events_pb2")
    for name in dir(nesa.chain):
        kind: Any = getattr(nesa.chain, name)
        source = re.search(r"Source: `(nesa\.[\w.]+)`", kind.__doc__ or "")
        if not dataclasses.is_dataclass(kind) or not source:
            continue
        message = query_pb2.DESCRIPTOR.pool.FindMessageTypeByName(source[1])
        for field in dataclasses.fields(kind):
            known = message.fields_by_name[field.metadata.get("proto", field.name)]
            if get_type_hints(kind)[field.name] is int:
                yield name, field.name, known.type == FieldDescriptor.TYPE_STRING
    for own, amounts in OWN.items():
        for item, hint in get_type_hints(own).items():
            if hint in {int, int | None} or item in amounts:
                yield own.__name__, item, item in amounts


def test_amounts_are_told_from_other_numbers_by_their_names() -> None:
    found = list(fields())
    assert len(found) > 100
    assert [field for field in found if field[2] and field[1] not in AMOUNTS] == []
    assert [field for field in found if not field[2] and field[1] in AMOUNTS] == []
    assert {name for _, name, amount in found if amount} == AMOUNTS


@pytest.mark.parametrize("amount", [0, 1, 2**53 - 1, 2**53, 2**256])
def test_an_amount_is_text_whatever_its_size(amount: int) -> None:
    assert plain(EventPaid(2**60, Role.REFUND, "nesa1x", amount)) == {
        "job_id": 2**60, "role": "REFUND", "address": "nesa1x", "amount": str(amount),
    }  # fmt: skip
    assert plain({"gas_balances": {"operator": amount}, "versions": [{"ask": amount, "jobs": 1}, {"ask": None}]}) == {
        "gas_balances": {"operator": str(amount)}, "versions": [{"ask": str(amount), "jobs": 1}, {"ask": None}],
    }  # fmt: skip


@pytest.mark.parametrize("number", [0, 2**53, 2**63 - 1, 2**64 - 1, -(2**63)])
def test_heights_and_ids_are_numbers_whatever_their_size(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"height": number, "executor": "nesa1x", "retired": True, "drawn": (number,)})
    assert json.loads(capsys.readouterr().out) == {
        "height": number, "executor": "nesa1x", "retired": True, "drawn": [number],
    }  # fmt: skip
