"""Honest machines: in every way, in many jobs, on hard prompts, and far away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from nesa.calibration._away import Here, read_away
from nesa.calibration._jobs import GREEDY, Job, job_of
from nesa.calibration._machines import READING, WRITING, Machine
from nesa.calibration._parts import AWAY, HARD, HONEST, TOKENS, WAYS_PART
from nesa.calibration._prompts import hard_prompts
from nesa.calibration._record import Compared, Record
from nesa.calibration._scores import WHOLE, Scores, fingerprints_apart, scores_of
from nesa.engines import MARGINS, Outcome, Output
from nesa.models import Manifest
from nesa.text import read_answer

__all__ = ["Machines", "add_away", "add_check", "hard_job", "honest_job", "in_every_way"]

_DETAILED = 4000
"""Honest jobs of which scores by number of tokens are kept, too."""
_BATCH = 8
_APART = 1_000_000
"""Between the numbers of the jobs of two parts."""


class Machines(Here, Protocol):
    """A model, loaded in as many ways as are needed; see `nesa.calibration.Calibration`."""

    def way(self, name: str) -> Machine:
        """Return a machine that runs the model in a way."""
        ...

    def drawn(self, number: int) -> tuple[Machine, Machine]:
        """Return a job's executor and its verifier."""
        ...


def add_check(
    record: Record, kind: str, job: Job, written: Output, own: Output, manifest: Manifest, *, first: int = 1
) -> None:
    """Count the scores of an answer, and of its first tokens.

    Args:
        record: to count in.
        kind: of executor.
        job: what was asked.
        written: the executor's run.
        own: the verifier's reading.
        manifest: the model's.
        first: how few tokens are worth a look.
    """
    record.add(kind, WHOLE, scores_of(written, own, job, manifest))
    answer = read_answer(written.payload)
    if answer is None or own.outcome is not Outcome.OK:
        return
    for tokens in TOKENS:
        if first <= tokens <= len(answer.tokens):
            record.add(kind, tokens, scores_of(written, own, job, manifest, tokens))


def honest_job(machines: Machines, number: int, record: Record) -> None:
    """Run a job on one machine and read its answer on another."""
    job = job_of(number + _APART, machines.prompts, machines.manifest)
    executor, verifier = machines.drawn(number)
    written = executor.write(job)
    if written.outcome is not Outcome.OK:
        record.sizes["refused"] += 1
        record.sizes["refused by both"] += verifier.write(job).outcome is written.outcome
        return
    own = verifier.read(job, written.payload)
    if number <= _DETAILED:
        add_check(record, HONEST, job, written, own, machines.manifest)
    else:
        record.add(HONEST, WHOLE, scores_of(written, own, job, machines.manifest))
    record.sizes["answers"] += 1
    record.sizes["tokens"] += own.tensors[MARGINS].size


def in_every_way(machines: Machines, number: int, record: Record) -> None:
    """Write a job's answer in every way, and read each answer in every way; and eight jobs at once, now and then."""
    if number % _BATCH == 1:
        _in_a_batch(machines, number, record)
    job = job_of(number, machines.prompts, machines.manifest)
    written = {name: machines.way(name).write(job) for name in WRITING}
    usual = written[WRITING[0]]
    if usual.outcome is not Outcome.OK:
        return
    payloads = {run.payload: run for run in written.values()}
    pairs = _Pairs(machines.manifest, job)
    for payload in payloads:
        read = {name: machines.way(name).read(job, payload) for name in READING}
        first = read[READING[0]]
        for name, run in written.items():
            if run.payload == payload:
                for own in read.values():
                    record.add(WAYS_PART, WHOLE, pairs.scores(run, own))
                pairs.compare(record.writing.setdefault(name, Compared()), run, usual, first)
        for name, own in read.items():
            pairs.compare(record.reading.setdefault(name, Compared()), own, first, own)
            record.add_verifier(HONEST, fingerprints_apart(own, first, job, 1, machines.manifest, WHOLE))


def _in_a_batch(machines: Machines, number: int, record: Record) -> None:
    """Write eight jobs' answers at the same time, which the engine does in one run of the graph if it can."""
    jobs = [job_of(number + at, machines.prompts, machines.manifest) for at in range(_BATCH)]
    machines.usual.model.forget()
    with ThreadPoolExecutor(_BATCH) as threads:
        runs = list(threads.map(lambda job: machines.usual.model.run(job.data, job.options, job.seed), jobs))
    for job, run in zip(jobs, runs, strict=True):
        if run.outcome is not Outcome.OK:
            continue
        usual, own = machines.usual.write(job), machines.usual.read(job, run.payload)
        pairs = _Pairs(machines.manifest, job)
        record.add(WAYS_PART, WHOLE, pairs.scores(run, own))
        pairs.compare(record.writing.setdefault(f"{_BATCH} jobs at once", Compared()), run, usual, own)


class _Pairs:
    """Compares runs of one job; those whose tensors and margins are the same to the bit are compared once."""

    def __init__(self, manifest: Manifest, job: Job) -> None:
        self._manifest, self._job = manifest, job
        self._known: dict[tuple[bytes, ...], Scores] = {}

    def _bits(self, run: Output) -> bytes:
        return run.tensors[self._manifest.profile.tensor].tobytes()

    def scores(self, written: Output, own: Output) -> Scores:
        """Return the scores of a run against a reading."""
        key = self._bits(written), self._bits(own), own.tensors[MARGINS].tobytes(), own.payload
        if key not in self._known:
            self._known[key] = scores_of(written, own, self._job, self._manifest)
        return self._known[key]

    def compare(self, found: Compared, run: Output, other: Output, own: Output) -> None:
        """Count a run beside another; ``own`` is the reading that says how good it is."""
        found.answers += 1
        found.same_text += run.payload == other.payload
        found.same_bits += self._bits(run) == self._bits(other)
        scores = self.scores(run if run.payload == own.payload else other, own)
        found.fingerprint = max(found.fingerprint, scores.fingerprint)
        found.largest = max(found.largest, scores.largest)


def hard_job(machines: Machines, number: int, record: Record) -> None:
    """Write an answer to a hard prompt, and read it, in the ways that differ most."""
    job = job_of(number, hard_prompts(machines.manifest, record.prompts), machines.manifest)
    if number % 2:
        job = replace(job, options=GREEDY)  # near ties are found for greedy answers
    for writer in ("1 thread, disabled", "1 token at once", "prompt known"):
        written = machines.way(writer).write(job)
        if written.outcome is not Outcome.OK:
            record.sizes["hard prompts refused"] += 1
            return
        for reader in ("1 thread, all", "16 tokens at once", "1 token at once"):
            own = machines.way(reader).read(job, written.payload)
            record.add(HARD, WHOLE, scores_of(written, own, job, machines.manifest))


def add_away(machines: Machines, record: Record, name: str, path: Path) -> None:
    """Compare another machine's runs with this one's: each as executor, checked by the other.

    Args:
        machines: the model here.
        record: to count in.
        name: of the other machine.
        path: of the file that `write_away` wrote there.

    Raises:
        CalibrationError: it is none, or of another model.
    """
    kind, manifest = AWAY + name, machines.manifest
    record.checks.pop(kind, None)
    record.verifiers.pop(kind, None)
    found = record.writing[kind] = Compared()
    for away in read_away(path, machines):
        job = away.job
        here, written = machines.usual.read(job, away.written.payload), machines.usual.write(job)
        record.add(kind, WHOLE, scores_of(away.written, here, job, manifest))
        if written.payload == away.written.payload:
            record.add(kind, WHOLE, scores_of(written, away.own, job, manifest))
        record.add_verifier(kind, fingerprints_apart(away.own, here, job, 1, manifest, WHOLE))
        _Pairs(manifest, job).compare(found, away.written, written, here)
