"""What evidence is about, as the chain writes it to tests/vectors: computed from the specification, and by the code."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from nesa.chain import encode_address
from nesa.hashing import digest, u64
from nesa.provable import as_context, decision_digest, delivery_digest, pack, unpack
from nesa.tee import AttestedKey

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "statements.json").read_bytes())
ELEMENT = 31


def raw(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


@pytest.mark.parametrize("case", VECTORS["deliveries"])
def test_threat_44_delivery(case: dict[str, Any]) -> None:
    bound = digest(
        "delivery",
        case["chain_id"],
        u64(case["job"]) + u64(case["version"]) + raw(case, "miner") + raw(case, "input_digest"),
        hashlib.sha256(raw(case, "options")).digest() + raw(case, "seed") + u64(case["outcome"]),
        raw(case, "output_digest") + u64(case["units"]),
    )
    assert bound.hex() == case["digest"]
    assert (bound + bytes(32)).hex() == case["report_data"]
    assert bound == delivery_digest(
        case["chain_id"],
        job=case["job"],
        version=case["version"],
        miner=raw(case, "miner"),
        input_digest=raw(case, "input_digest"),
        options=raw(case, "options"),
        seed=raw(case, "seed"),
        outcome=case["outcome"],
        output_digest=raw(case, "output_digest"),
        units=case["units"],
    )
    assert str(as_context(bound)) == case["context"] == str(int.from_bytes(bound[1:], "big"))


@pytest.mark.parametrize("case", VECTORS["keys"])
def test_threat_44_attested_key(case: dict[str, Any]) -> None:
    fields = raw(case, "miner") + raw(case, "key") + u64(case["expires"])
    assert (digest("attested-key", case["chain_id"], fields) + bytes(32)).hex() == case["report_data"]

    class Known(AttestedKey):
        """A key whose secret nobody has."""

        def __init__(self) -> None:
            self._public = raw(case, "key")

    data = Known().report_data(case["chain_id"], encode_address(raw(case, "miner")), case["expires"])
    assert data.hex() == case["report_data"]


@pytest.mark.parametrize("case", VECTORS["decisions"])
def test_decision(case: dict[str, Any]) -> None:
    account, label = raw(case, "account"), raw(case, "label")
    bound = digest("decision", case["chain_id"], u64(case["version"]) + account + label)
    assert bound.hex() == case["digest"]
    assert bound == decision_digest(case["chain_id"], version=case["version"], account=account, label=label)
    assert str(as_context(bound)) == case["context"]


@pytest.mark.parametrize("case", VECTORS["packing"])
def test_packing(case: dict[str, Any]) -> None:
    payload = raw(case, "payload")
    chunks = [payload[start : start + ELEMENT].ljust(ELEMENT, b"\0") for start in range(0, len(payload), ELEMENT)]
    assert [str(int.from_bytes(chunk, "big")) for chunk in chunks] == case["elements"]
    assert [str(element) for element in pack(payload)] == case["elements"]
    assert unpack([int(element) for element in case["elements"]], len(payload)) == payload


def test_every_kind_has_cases() -> None:
    assert {name: len(cases) > 2 for name, cases in VECTORS.items()} == dict.fromkeys(
        ("deliveries", "keys", "decisions", "packing"), True
    )
