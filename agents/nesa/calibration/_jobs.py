"""Jobs to calibrate on, each a function of its number."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nesa.models import Manifest
from nesa.verify import fingerprint_seed

__all__ = ["CHAIN_ID", "GREEDY", "Job", "Prompts", "job_of"]

CHAIN_ID = "nesa-calibration-1"
GREEDY = b'{"temperature":0}'
_USUAL, _HOT = 1000, 1500
_FEW = 5

Prompts = Callable[[int], bytes]
"""Returns the input of a job by the job's number."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request.

    Attributes:
        number: of the job.
        data: its input.
        options: in canonical JSON.
        seed: of its sampling, 32 bytes.
    """

    number: int
    data: bytes
    options: bytes
    seed: bytes

    def fingerprint_seed(self, round_: int) -> bytes:
        """Return the seed of its fingerprints in a round."""
        beacon = hashlib.sha256(f"beacon {self.number} {round_}".encode()).digest()
        return fingerprint_seed(CHAIN_ID, beacon, self.number, round_)


def job_of(number: int, prompts: Prompts, manifest: Manifest) -> Job:
    """Return a job: the usual temperature and top-k half of the time, else greedy, or hotter, or with another top-k."""
    rng = np.random.default_rng([3, number])
    usual = manifest.sampling
    temperature = rng.choice([usual.temperature, usual.temperature, 0, _USUAL, _HOT])
    top_k = rng.choice([usual.top_k, usual.top_k, 0, _FEW])
    options = {"temperature": int(temperature), "top_k": int(top_k)}
    raw = json.dumps(options, separators=(",", ":"), sort_keys=True).encode()
    return Job(number, prompts(number), raw, hashlib.sha256(f"sampling {number}".encode()).digest())
