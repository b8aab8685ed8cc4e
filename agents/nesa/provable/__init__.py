"""Provable models: int8 graphs whose every number is an exact integer, on any machine and in a circuit."""

from nesa.provable._field import ELEMENT_BYTES, MODULUS, pack, unpack
from nesa.provable._form import Provable
from nesa.provable._integers import run_integers, trace
from nesa.provable._poseidon2 import commitment, new_salt, poseidon2
from nesa.provable._read import read_provable
from nesa.provable._statement import as_context, decision_digest, delivery_digest

__all__ = [
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
