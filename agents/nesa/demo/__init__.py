"""Demonstrations: a network, models, and a user who pays for jobs on real input; and what backs their results."""

from nesa.demo._proof import ProofOptions, run_proof_demo
from nesa.demo._run import Options, run_demo
from nesa.demo._text import TextOptions, run_text_demo

__all__ = ["Options", "ProofOptions", "TextOptions", "run_demo", "run_proof_demo", "run_text_demo"]
