"""tests/vectors/tee_simulated.json, whose quotes the chain verifies, read without verifying them."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nesa.chain import encode_address
from nesa.errors import AttestationError
from nesa.tee import AttestedKey, Simulator, SnpReport

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "tee_simulated.json").read_text())
CASES = {case["name"]: case for case in VECTORS["cases"]}
KEY = AttestedKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["seed"])))


def test_the_key() -> None:
    assert KEY.key.hex() == VECTORS["key"]
    miner = encode_address(bytes.fromhex(VECTORS["miner"]))
    assert KEY.report_data(VECTORS["chain_id"], miner, VECTORS["expires"]).hex() == VECTORS["report_data"]
    assert KEY.sign(bytes.fromhex(VECTORS["digest"])).hex() == VECTORS["signature"]


def test_the_enclave() -> None:
    assert Simulator.measurement.hex() == VECTORS["measurement"]
    assert Simulator.product == VECTORS["product"]
    least = int.from_bytes(bytes.fromhex(VECTORS["min_tcb"]), "big")
    assert Simulator.tcb.to_int() - least == 1 << 56


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case["refused"]])
def test_quotes_that_hold(name: str) -> None:
    case = CASES[name]
    report = SnpReport.parse(bytes.fromhex(case["report"]))
    assert report.report_data.hex() == VECTORS["report_data"]
    assert report.measurement == Simulator.measurement
    assert not report.debug
    chip = x509.load_der_x509_certificate(bytes.fromhex(case["certificates"][0]))
    ask = x509.load_der_x509_certificate(bytes.fromhex(VECTORS["roots"]["ask"]))
    chip.verify_directly_issued_by(ask)
    assert chip.not_valid_before_utc.timestamp() < VECTORS["time"] < chip.not_valid_after_utc.timestamp()
    assert case["certificates"][1:] in ([], [VECTORS["roots"]["ask"], VECTORS["roots"]["ark"]])


def test_every_reason_to_refuse_is_there() -> None:
    reasons = {case["refused"] for case in CASES.values()}
    wanted = ["debug", "measurement", "tcb", "certificate", "expired", "vmpl", "signature", "format", "root"]
    assert reasons == {"", "report data", *wanted}


@pytest.mark.parametrize("name", ["cut short", "a byte too many"])
def test_quotes_of_another_size(name: str) -> None:
    with pytest.raises(AttestationError):
        SnpReport.parse(bytes.fromhex(CASES[name]["report"]))
