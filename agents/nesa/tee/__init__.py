"""Trusted execution environments: what their hardware says about a miner, real or simulated."""

from nesa.tee._key import AttestedKey
from nesa.tee._quote import REPORT_DATA_SIZE, Platform, Quote
from nesa.tee._report import SnpReport, TcbVersion
from nesa.tee._simulator import Simulator

__all__ = [
    "REPORT_DATA_SIZE",
    "AttestedKey",
    "Platform",
    "Quote",
    "Simulator",
    "SnpReport",
    "TcbVersion",
]
