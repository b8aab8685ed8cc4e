"""Tickets, commitments and thresholds as the chain computes them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nesa.chain import Outcome, Result, encode_address
from nesa.miner._sortition import best_ticket, claim_threshold, commitment, result_bytes

VECTORS = Path(__file__).parents[2] / "vectors"


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("case", [case for case in vectors("ticket") if case["slot"] < 300])
def test_ticket_vectors(case: dict[str, Any]) -> None:
    owner = encode_address(bytes.fromhex(case["miner"]))
    seed, job, round_ = bytes.fromhex(case["seed"]), case["job"], case["round"]
    best, slot = best_ticket(case["chain_id"], seed, job, round_, owner, case["slot"] + 1)
    assert best <= bytes.fromhex(case["ticket"])
    assert (best == bytes.fromhex(case["ticket"])) == (slot == case["slot"])


@pytest.mark.parametrize("case", vectors("commitment"))
def test_commitment_vectors(case: dict[str, Any]) -> None:
    result = Result(Outcome(case["outcome"]), bytes.fromhex(case["fingerprint"]), tuple(case["scores"]))
    owner = encode_address(bytes.fromhex(case["miner"]))
    assert result_bytes(result).hex() == case["encoded"]
    made = commitment(case["chain_id"], case["job"], case["round"], owner, result, bytes.fromhex(case["salt"]))
    assert made.hex() == case["commitment"]


def test_claim_threshold_expects_one_claim_and_doubles() -> None:
    first = int.from_bytes(claim_threshold(1000, 0), "big")
    assert first == 2**256 // 1000
    assert int.from_bytes(claim_threshold(1000, 3), "big") == 2**259 // 1000
    assert claim_threshold(1000, 10) == claim_threshold(0, 0) == b"\xff" * 32
