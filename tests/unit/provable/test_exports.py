import pytest

from nesa import provable

PUBLIC = [
    "PROVING_KEYS",
    "SETUP",
    "set_up",
    "prove",
    "parse_number",
    "Proven",
    "verify_proof",
    "VerifyingKey",
    "read_verifying_key",
    "PROOF_BYTES",
    "public_values",
    "check_runtime",
    "quantise_values",
    "quantise",
    "Quantised",
    "describe_provable",
    "GRAPH",
    "measure_loss",
    "Loss",
    "LayerLoss",
    "read_floats",
    "FloatModel",
    "ELEMENT_BYTES",
    "MODULUS",
    "Provable",
    "as_context",
    "commitment",
    "decision_digest",
    "delivery_digest",
    "new_salt",
    "pack",
    "poseidon2",
    "read_provable",
    "run_integers",
    "trace",
    "unpack",
]


def test_exported_names_are_the_promised_ones() -> None:
    assert sorted(provable.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_exported_names_exist(name: str) -> None:
    assert getattr(provable, name) is not None
