"""Publishing: what a folder holds is judged, described, tried, stored and registered."""

from nesa.publish._calibrate import Measured, parts_of
from nesa.publish._card import Card
from nesa.publish._convert import PRECISIONS
from nesa.publish._describe import ENGINES
from nesa.publish._hub import Repository, parse_repository
from nesa.publish._inspect import Form
from nesa.publish._prepare import Prepared, Workshop
from nesa.publish._release import Plan, Release, Request, check_source
from nesa.publish._wishes import Wishes

__all__ = [
    "ENGINES",
    "PRECISIONS",
    "Card",
    "Form",
    "Measured",
    "Plan",
    "Prepared",
    "Release",
    "Repository",
    "Request",
    "Wishes",
    "Workshop",
    "check_source",
    "parse_repository",
    "parts_of",
]
