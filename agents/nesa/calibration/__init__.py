"""Calibration of language models: honest variation against what a miner that wants to save work would do."""

from nesa.calibration._variants import VARIANTS, Variant, write_variant

__all__ = ["VARIANTS", "Variant", "write_variant"]
