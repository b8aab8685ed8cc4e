"""Trusted execution environments: what their hardware says about a miner, real or simulated."""

from nesa.tee._key import AttestedKey
from nesa.tee._measurement import measurement_of
from nesa.tee._nvidia import add_gpu, with_gpu
from nesa.tee._quote import REPORT_DATA_SIZE, Platform, Quote, Reader
from nesa.tee._report import SnpReport, TcbVersion
from nesa.tee._simulator import Simulator
from nesa.tee._sources import Places, Source, available, choose
from nesa.tee._tdx import quote_measurement, report_measurement

__all__ = [
    "REPORT_DATA_SIZE",
    "AttestedKey",
    "Places",
    "Platform",
    "Quote",
    "Reader",
    "Simulator",
    "SnpReport",
    "Source",
    "TcbVersion",
    "add_gpu",
    "available",
    "choose",
    "measurement_of",
    "quote_measurement",
    "report_measurement",
    "with_gpu",
]
