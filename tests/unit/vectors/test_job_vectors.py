"""What the chain writes to tests/vectors, computed again here from the specification alone."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from nesa.hashing import digest, u8, u32, u64

VECTORS = Path(__file__).parents[2] / "vectors"
WHOLE = 10_000
CANONICAL = (2, 3, 4)

# the main network's parameters
MIN_CHECK_BPS, VERIFIERS, VERIFIER_BPS, BOND_FEES, BASE_FEE_BPS = 500, 5, 4_000, 2, 1_000
LEVY_BPS, BURN_BPS, LEVY_SHARE = 1_200, 200, 50


def vectors(name: str) -> list[Any]:
    found = json.loads((VECTORS / f"{name}.json").read_text())
    assert found
    return list(found)


@pytest.mark.parametrize("case", vectors("ticket"))
def test_ticket(case: dict[str, Any]) -> None:
    seed, round_ = bytes.fromhex(case["seed"]), u64(case["round"])
    job, miner = u64(case["job"]), bytes.fromhex(case["miner"])
    assert digest("ticket", case["chain_id"], seed, job, round_, miner, u32(case["slot"])).hex() == case["ticket"]
    assert digest("fingerprint-seed", case["chain_id"], seed, job, round_).hex() == case["fingerprint_seed"]


def test_lottery() -> None:
    seen = set()
    for case in vectors("lottery"):
        hashed = digest("lottery", case["chain_id"], bytes.fromhex(case["seed"]), u64(case["job"]))
        drawn = int.from_bytes(hashed[:8], "big") * WHOLE // 2**64 < case["check_bps"]
        assert drawn == case["drawn"]
        seen.add(drawn)
    assert seen == {True, False}


@pytest.mark.parametrize("case", vectors("commitment"))
def test_threat_10_commitment(case: dict[str, Any]) -> None:
    fingerprint = bytes.fromhex(case["fingerprint"])
    scores = b"".join(u64(score) for score in case["scores"])
    result = u8(case["outcome"]) + u32(len(fingerprint)) + fingerprint + u32(len(case["scores"])) + scores
    assert result.hex() == case["encoded"]
    commitment = digest(
        "commitment",
        case["chain_id"],
        u64(case["job"]),
        u64(case["round"]),
        bytes.fromhex(case["miner"]),
        hashlib.sha256(result).digest(),
        bytes.fromhex(case["salt"]),
    )
    assert commitment.hex() == case["commitment"]


def ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


def costs(case: dict[str, Any], fee: int) -> dict[str, int]:
    """Return what depends on a fee, the most or the one charged."""
    most = int(case["price"]) * case["max_units"]
    check_bps, verifiers = case["check_bps"], case["verifiers"] or VERIFIERS
    pay = fee * VERIFIER_BPS // WHOLE
    beyond = max(0, check_bps * verifiers - MIN_CHECK_BPS * VERIFIERS) if check_bps < WHOLE else 0
    return {
        "fee": fee,
        "premium": ceil(beyond * pay, WHOLE),
        "reserve": 0,
        "escrow": 0,
        "check_cost": verifiers * pay,
        "verifier_pay": pay,
        "bond": ceil(BOND_FEES * most * WHOLE, max(check_bps, MIN_CHECK_BPS)) if check_bps else BOND_FEES * most,
    }


@pytest.mark.parametrize("case", vectors("fees"))
def test_fees(case: dict[str, Any]) -> None:
    most = int(case["price"]) * case["max_units"]
    quote = costs(case, most)
    if case["check_bps"] == WHOLE:
        quote["reserve"] = quote["check_cost"]
    elif case["check_bps"]:
        quote["reserve"] = max(0, quote["check_cost"] - int(case["pool"]) // LEVY_SHARE)
    quote["escrow"] = quote["fee"] + quote["premium"] + quote["reserve"]
    assert quote == {name: int(amount) for name, amount in case["quote"].items()}

    fee = int(case["price"]) * min(case["units"], case["max_units"])
    if case["outcome"] in CANONICAL:
        fee = most * BASE_FEE_BPS // WHOLE
    assert costs(case, fee) == {name: int(amount) for name, amount in case["charge"].items()}

    burn = ceil(fee * BURN_BPS, WHOLE)
    levy = min(fee - burn, ceil(fee * LEVY_BPS, WHOLE))
    royalty = min(fee - burn - levy, fee * case["royalty_bps"] // WHOLE)
    shares = {"burn": burn, "levy": levy, "royalty": royalty, "executor": fee - burn - levy - royalty}
    assert shares == {name: int(amount) for name, amount in case["shares"].items()}
