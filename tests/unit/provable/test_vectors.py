"""Golden vectors of the provable form and of proofs, which Go and Solidity read as well."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nesa.errors import ProofError
from nesa.provable import (
    VerifyingKey,
    commitment,
    pack,
    public_values,
    read_provable,
    run_integers,
    trace,
    unpack,
    verify_proof,
)
from nesa.provable._integers import requantise

FOLDER = Path(__file__).parents[2] / "vectors"
FORM = json.loads((FOLDER / "provable.json").read_bytes())
PROOFS = json.loads((FOLDER / "groth16.json").read_bytes())
KEYS = {key["name"]: key for key in PROOFS["keys"]}

# What is told without a pairing, which takes a second.
MALFORMED = (
    "compressed", "infinite", "not on the curve", "outside the subgroup", "byte", "empty", "truncated", "real part",
    "coordinate", "modulus more", "2^256 more", "too few", "too many",
)  # fmt: skip


def cheap(case: dict[str, Any]) -> bool:
    return any(part in case["name"] for part in MALFORMED)


def quick(case: dict[str, Any]) -> bool:
    return case["valid"] or cheap(case) or case["key"].startswith("tiny")


def test_rounding() -> None:
    for case in FORM["requantise"]:
        accumulator = max(case["accumulator"], 0) if case["relu"] else case["accumulator"]
        assert requantise(np.array([accumulator]), case["shift"])[0] == case["value"], case


def test_packing() -> None:
    for case in FORM["packing"]:
        payload = bytes.fromhex(case["payload"])
        assert [str(element) for element in pack(payload)] == case["elements"]
        assert unpack([int(element) for element in case["elements"]], len(payload)) == payload


def test_commitments() -> None:
    for case in FORM["commitments"]:
        assert str(commitment(int(case["salt"]), bytes.fromhex(case["payload"]))) == case["commitment"]


@pytest.mark.parametrize("case", FORM["models"], ids=lambda case: case["name"])
def test_models(case: dict[str, Any]) -> None:
    model = read_provable(bytes.fromhex(case["model"]))
    for run in case["runs"]:
        payload = bytes.fromhex(run["input"])
        assert run_integers(model, payload).hex() == run["output"]
        found = trace(model, np.frombuffer(payload, np.int8).reshape(model.input.shape))
        assert {name: value.tobytes().hex() for name, value in found.items()} == run["tensors"]


@cache
def key(name: str) -> VerifyingKey:
    return VerifyingKey.from_bytes(bytes.fromhex(KEYS[name]["verifying_key"]))


def check(case: dict[str, Any]) -> None:
    proof, public = bytes.fromhex(case["proof"]), [int(value) for value in case["public"]]
    if cheap(case):
        with pytest.raises(ProofError):
            verify_proof(key(case["key"]), proof, public)
    else:
        assert verify_proof(key(case["key"]), proof, public) is case["valid"]


def name(case: dict[str, Any]) -> str:
    return f"{case['key']} {case['name']}"


@pytest.mark.parametrize("case", [case for case in PROOFS["cases"] if quick(case)], ids=name)
def test_proofs(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in PROOFS["cases"] if not quick(case)], ids=name)
def test_every_other_proof(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", [case for case in PROOFS["cases"] if case["valid"]], ids=name)
def test_public_values_are_those_of_the_statement(case: dict[str, Any]) -> None:
    payload, output = bytes.fromhex(case["input"]), bytes.fromhex(case["output"])
    source = commitment(int(case["salt"]), payload) if "salt" in case else payload
    context, *_ = public = tuple(int(value) for value in case["public"])
    assert public_values(context, source, output) == public
    assert run_integers(read_provable(bytes.fromhex(KEYS[case["key"]]["model"])), payload) == output


KEY = bytes.fromhex(KEYS["tiny-public"]["verifying_key"])


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "0 bytes are no verifying key"),
        (KEY[:-1], "are no verifying key"),
        (KEY + b"\0", "are no verifying key"),
        (KEY[:-8], "are no verifying key"),
        (KEY[:-1] + b"\1", "are no verifying key"),
        (KEY[:576] + bytes(4) + KEY[-8:], "are no verifying key"),
        (KEY[:576] + b"\xff" * 4 + KEY[580:], "are no verifying key"),
        (bytes(64) + KEY[64:], "not on the curve, or at infinity"),
        (KEY[:64] + bytes(64) + KEY[128:], "not on the curve, or at infinity"),
        (KEY[:128] + bytes(128) + KEY[256:], "not on the twisted curve, or at infinity"),
        (KEY[:384] + bytes(64) + KEY[448:], "not on the curve, or at infinity"),
        (KEY[:580] + bytes(64) + KEY[644:], "not on the curve, or at infinity"),
        (b"\x40" + KEY[1:], "not below the curve's modulus"),
    ],
)
def test_keys_that_are_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(ProofError, match=sentence):
        VerifyingKey.from_bytes(raw)
