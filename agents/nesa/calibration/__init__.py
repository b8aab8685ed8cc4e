"""Calibration of language models: honest variation against what a miner that wants to save work would do."""

from nesa.calibration._away import write_away
from nesa.calibration._blocks import expand_blocks, quantise_blocks
from nesa.calibration._calibration import Calibration
from nesa.calibration._cheats import BEHAVIOURS, READ, RIGHT
from nesa.calibration._curves import draw_curves
from nesa.calibration._digest import digest_of
from nesa.calibration._honest import add_away
from nesa.calibration._judge import CheatKind, HonestKind, judge_cheats, judge_honest, propose, ranges_of
from nesa.calibration._parts import HONEST, QUICK, TOKENS, Parts
from nesa.calibration._prompts import prompts_of
from nesa.calibration._ranges import draw_ranges
from nesa.calibration._record import Compared, Record, Tally
from nesa.calibration._scores import WHOLE, Scores, ratio
from nesa.calibration._statistics import area, interval
from nesa.calibration._variants import VARIANTS, Variant, write_variant

__all__ = [
    "BEHAVIOURS",
    "HONEST",
    "QUICK",
    "READ",
    "RIGHT",
    "TOKENS",
    "VARIANTS",
    "WHOLE",
    "Calibration",
    "CheatKind",
    "Compared",
    "HonestKind",
    "Parts",
    "Record",
    "Scores",
    "Tally",
    "Variant",
    "add_away",
    "area",
    "digest_of",
    "draw_curves",
    "draw_ranges",
    "expand_blocks",
    "interval",
    "judge_cheats",
    "judge_honest",
    "prompts_of",
    "propose",
    "quantise_blocks",
    "ranges_of",
    "ratio",
    "write_away",
    "write_variant",
]
