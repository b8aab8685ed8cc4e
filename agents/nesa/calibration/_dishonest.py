"""Every kind of cheat meets the same jobs."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from nesa.calibration._cheats import READ, RIGHT, behave, read_by
from nesa.calibration._honest import Machines, add_check
from nesa.calibration._jobs import job_of
from nesa.calibration._machines import Machine
from nesa.calibration._record import Record
from nesa.calibration._scores import WHOLE, fingerprints_apart
from nesa.engines import Outcome, Output
from nesa.models import Profile
from nesa.text import Prompter

__all__ = ["cheat"]

_APART = 10_000_000


class _Cheating(Machines, Protocol):
    """Machines, and what cheats need besides."""

    prompter: Prompter

    @property
    def variants(self) -> Mapping[str, Machine]:
        """The variants that the model has."""
        ...


def cheat(machines: _Cheating, number: int, record: Record) -> None:
    """Let every kind of executor and of verifier cheat at a job."""
    job = job_of(number + _APART, machines.prompts, machines.manifest)
    manifest = machines.manifest
    executor, verifier = machines.drawn(job.number)
    true = machines.usual.write(job)
    if true.outcome is not Outcome.OK:
        return
    record.sizes["spread"] = max(record.sizes["spread"], _spread(true, manifest.profile))
    honest = verifier.read(job, true.payload)
    for name, other in machines.variants.items():
        written = other.write(job)
        if written.outcome is Outcome.OK:
            own = verifier.read(job, written.payload)
            add_check(record, name, job, written, own, manifest)
            if name not in RIGHT:
                add_check(record, name + READ, job, read_by(executor, job, written.payload), own, manifest)
        lazy = other.read(job, true.payload)
        record.add_verifier(name, fingerprints_apart(lazy, honest, job, 1, manifest, WHOLE))
    earlier = machines.usual.write(job_of(job.number - 1, machines.prompts, manifest)).payload
    for name, written, first in behave(job, executor, machines.prompter, true.payload, earlier):
        if written.outcome is Outcome.OK:
            add_check(record, name, job, written, verifier.read(job, written.payload), manifest, first=first)


def _spread(run: Output, profile: Profile) -> int:
    """Return the largest standard deviation that projections of a run have, in a fingerprint's units."""
    values = run.tensors[profile.tensor].astype(np.float64)
    norms = np.sqrt((values**2).sum(axis=profile.feature_axis))
    return int(norms.max() * 2.0 ** (profile.scale_bits - profile.shift))
