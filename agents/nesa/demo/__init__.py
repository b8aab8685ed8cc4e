"""The demonstration: a network, two models, and a user who pays for jobs on real input."""

from nesa.demo._run import Options, run_demo

__all__ = ["Options", "run_demo"]
