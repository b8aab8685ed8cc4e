"""Provable models: int8 graphs whose every number is an exact integer, on any machine and in a circuit."""

from nesa.provable._field import ELEMENT_BYTES, MODULUS, pack, unpack
from nesa.provable._floats import FloatModel, read_floats
from nesa.provable._form import Provable
from nesa.provable._groth16 import PROOF_BYTES, VerifyingKey, verify_proof
from nesa.provable._integers import run_integers, trace
from nesa.provable._key_file import read_verifying_key
from nesa.provable._loss import LayerLoss, Loss, measure_loss
from nesa.provable._manifest import GRAPH, describe_provable
from nesa.provable._poseidon2 import commitment, new_salt, poseidon2
from nesa.provable._prover import Proven, parse_number, prove
from nesa.provable._quantise import Quantised, quantise, quantise_values
from nesa.provable._read import read_provable
from nesa.provable._runtime import check_runtime
from nesa.provable._setup import PROVING_KEYS, SETUP, set_up
from nesa.provable._statement import as_context, decision_digest, delivery_digest, public_values

__all__ = [
    "ELEMENT_BYTES",
    "GRAPH",
    "MODULUS",
    "PROOF_BYTES",
    "PROVING_KEYS",
    "SETUP",
    "FloatModel",
    "LayerLoss",
    "Loss",
    "Provable",
    "Proven",
    "Quantised",
    "VerifyingKey",
    "as_context",
    "check_runtime",
    "commitment",
    "decision_digest",
    "delivery_digest",
    "describe_provable",
    "measure_loss",
    "new_salt",
    "pack",
    "parse_number",
    "poseidon2",
    "prove",
    "public_values",
    "quantise",
    "quantise_values",
    "read_floats",
    "read_provable",
    "read_verifying_key",
    "run_integers",
    "set_up",
    "trace",
    "unpack",
    "verify_proof",
]
