"""Provable models: int8 graphs whose every number is an exact integer, on any machine and in a circuit."""

from nesa.provable._form import Provable
from nesa.provable._integers import run_integers, trace
from nesa.provable._read import read_provable

__all__ = ["Provable", "read_provable", "run_integers", "trace"]
