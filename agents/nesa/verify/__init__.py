"""Verification: fingerprints, distances and the scores that a chain can judge in integers."""

from nesa.verify._check import Check, Delivery, check, score, scores_ok
from nesa.verify._compare import Standing, distance, reference, standing
from nesa.verify._fingerprint import fingerprint, fingerprint_seed
from nesa.verify._image_distance import FAR, image_distance, tile_distance
from nesa.verify._output_distance import label_distance, output_distance
from nesa.verify._projection import project

__all__ = [
    "FAR",
    "Check",
    "Delivery",
    "Standing",
    "check",
    "distance",
    "fingerprint",
    "fingerprint_seed",
    "image_distance",
    "label_distance",
    "output_distance",
    "project",
    "reference",
    "score",
    "scores_ok",
    "standing",
    "tile_distance",
]
