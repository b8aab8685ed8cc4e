"""Runs of the same jobs on another machine: written there to a file, compared here."""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nesa.calibration._digest import digest_of
from nesa.calibration._jobs import Job, Prompts, job_of
from nesa.calibration._machines import Machine
from nesa.engines import MARGINS, Outcome, Output
from nesa.errors import CalibrationError
from nesa.models import Manifest

__all__ = ["Away", "Here", "read_away", "write_away"]


@dataclass(frozen=True, slots=True)
class Away:
    """A job as another machine ran it.

    Attributes:
        job: what was asked.
        written: its own answer.
        own: its reading of that answer.
    """

    job: Job
    written: Output
    own: Output


class Here(Protocol):
    """This machine, with the model; see `nesa.calibration.Calibration`."""

    manifest: Manifest
    prompts: Prompts
    usual: Machine


def _asked(job: Job) -> npt.NDArray[np.uint8]:
    return np.frombuffer(hashlib.sha256(job.data).digest(), np.uint8)


def write_away(path: Path, here: Here, jobs: int, at_once: int = 1) -> None:
    """Run jobs 1 to ``jobs`` on this machine, and write what came of them: a file of arrays without pickles.

    Args:
        path: of the file.
        here: this machine.
        jobs: how many.
        at_once: how many of them are written at the same time, as a busy machine does.
    """
    machine, manifest = here.usual, here.manifest
    arrays: dict[str, npt.NDArray[np.generic]] = {"digest": np.frombuffer(bytes.fromhex(digest_of(manifest)), np.uint8)}
    for first in range(1, jobs + 1, at_once):
        some = [job_of(number, here.prompts, manifest) for number in range(first, min(first + at_once, jobs + 1))]
        for job, written in zip(some, machine.write_all(some), strict=True):
            if written.outcome is Outcome.OK:
                own = machine.read(job, written.payload)
                arrays |= {
                    f"{job.number}.asked": _asked(job),
                    f"{job.number}.payload": np.frombuffer(written.payload, np.uint8),
                    f"{job.number}.units": np.array([written.units]),
                    f"{job.number}.written": written.tensors[manifest.profile.tensor],
                    f"{job.number}.read": own.tensors[manifest.profile.tensor],
                    f"{job.number}.margins": own.tensors[MARGINS],
                }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def read_away(path: Path, here: Here) -> Iterator[Away]:
    """Yield the jobs of such a file.

    Raises:
        CalibrationError: it is none, or of another model.
    """
    try:
        with np.load(path, allow_pickle=False) as found:  # a pickle would run what is in the file
            arrays = dict(found)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise CalibrationError(f"{path} holds no runs of another machine") from error
    manifest = here.manifest
    if bytes(arrays.get("digest", b"")).hex() != digest_of(manifest):
        raise CalibrationError(f"{path} holds runs of another model, or other fingerprints of it")
    tensor = manifest.profile.tensor
    for name, values in arrays.items():
        number, _, part = name.partition(".")
        if part != "payload":
            continue
        job = job_of(int(number), here.prompts, manifest)
        if not np.array_equal(arrays[f"{number}.asked"], _asked(job)):
            raise CalibrationError(f"{path} holds runs with other prompts")
        payload, units = values.tobytes(), int(arrays[f"{number}.units"][0])
        yield Away(
            job,
            Output(Outcome.OK, payload, units=units, tensors={tensor: arrays[f"{number}.written"]}),
            Output(
                Outcome.OK,
                payload,
                units=units,
                tensors={tensor: arrays[f"{number}.read"], MARGINS: arrays[f"{number}.margins"]},
            ),
        )
