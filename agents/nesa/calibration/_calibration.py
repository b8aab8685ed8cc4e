"""A model's folder, loaded in as many ways as a calibration needs."""

import platform
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np

from nesa.calibration._digest import digest_of
from nesa.calibration._dishonest import cheat
from nesa.calibration._honest import hard_job, honest_jobs, in_every_way
from nesa.calibration._jobs import Prompts
from nesa.calibration._machines import AT_ONCE, READING, WAYS, WRITING, Machine, Way, machine
from nesa.calibration._parts import Parts
from nesa.calibration._prompts import prompts_of
from nesa.calibration._record import Record
from nesa.calibration._search import climb
from nesa.calibration._variants import VARIANTS, write_variant
from nesa.errors import CalibrationError
from nesa.models import Store, TextInput
from nesa.text import Prompter

__all__ = ["Calibration"]

_SAVE = 500


class Calibration:
    """A language model that is to be calibrated."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        prompts: Prompts | None = None,
        variants: Iterable[str] = tuple(VARIANTS),
        *,
        provider: str = "cpu",
    ) -> None:
        """Read the manifest, and store its files.

        Args:
            folder: of the model.
            store: to load it from; variants of it are stored there, too.
            prompts: ordinary inputs; plain questions if there are none.
            variants: names of those that cheats run.
            provider: of the usual machine, for `write_away`.

        Raises:
            CalibrationError: it is no language model with a tolerance, or not verified at all.
            NesaError: it cannot be loaded.
        """
        self._folder, self._store, self._variants = folder, store, tuple(variants)
        self.manifest = store.manifest(store.add_folder(folder))
        spec = self.manifest.input
        if self.manifest.profile.unverified:
            raise CalibrationError("there is nothing to calibrate: nobody checks what this model delivers")
        if not isinstance(spec, TextInput) or self.manifest.profile.exact:
            raise CalibrationError("only language models whose profile has a tolerance are calibrated here")
        self.prompter = Prompter(
            spec,
            store.read(self.manifest.file(spec.tokenizer)),
            store.read(self.manifest.file(spec.template)) if spec.template else b"",
        )
        self.prompts = prompts or prompts_of(self.manifest)
        self._machines: dict[str, Machine] = {}
        self.usual = machine(Way(replace(Way().config, provider=provider)), self.manifest, store)

    def record(self) -> Record:
        """Return a record of this model without measurements."""
        where = f"{platform.machine()}, Python {platform.python_version()}, onnxruntime {version('onnxruntime')}"
        return Record(digest_of(self.manifest), where)

    def way(self, name: str) -> Machine:
        """Return a machine that runs the model in a way, loaded when it is first asked for."""
        if name not in self._machines:
            self._machines[name] = machine(WAYS[name], self.manifest, self._store)
        return self._machines[name]

    def drawn(self, number: int) -> tuple[Machine, Machine]:
        """Return a job's executor and its verifier: of ways that are quick, for there are many jobs."""
        rng = np.random.default_rng([5, number])
        writer, reader = (str(rng.choice([name for name in names if WAYS[name].quick])) for names in (WRITING, READING))
        return self.way(writer), self.way(reader)

    @cached_property
    def variants(self) -> Mapping[str, Machine]:
        """The variants that this model has."""
        found = {}
        with tempfile.TemporaryDirectory(prefix="nesa-calibration-") as scratch:
            for name in self._variants:
                try:
                    changed = write_variant(self._folder, name, Path(scratch, name))
                except CalibrationError:
                    continue
                self._store.add_folder(Path(scratch, name))
                found[name] = machine(Way(), changed, self._store)
        return found

    def go_on(self, record: Record, parts: Parts, tick: Callable[[], None]) -> Iterator[None]:
        """Measure what a record lacks; yields now and then, so that it can be saved.

        Args:
            record: what was measured before; added to.
            parts: how much there is to be in the end.
            tick: called after each job.

        Raises:
            CalibrationError: the record is of another model.
        """
        if record.digest != digest_of(self.manifest):
            raise CalibrationError("what was measured before is of another model")
        for part, wanted, run in (
            ("ways", parts.ways, in_every_way),
            ("searches", parts.searches, climb),
            ("hard", parts.hard, hard_job),
            ("cheats", parts.cheats, cheat),
        ):
            while record.done[part] < wanted:
                run(self, record.done[part] + 1, record)
                record.done[part] += 1
                tick()
            yield
        while (done := record.done["honest"]) < parts.honest:
            numbers = range(done + 1, min(parts.honest, done + AT_ONCE - done % AT_ONCE) + 1)
            honest_jobs(self, numbers, record)
            record.done["honest"] += len(numbers)
            for _ in numbers:
                tick()
            if record.done["honest"] % _SAVE < AT_ONCE:
                yield
        yield
