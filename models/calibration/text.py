"""Measures a chat model, and keeps what was measured."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from calibration.conversations import conversation_sample
from calibration.results import FOLDER
from nesa.calibration import Calibration, Parts, Record, add_away, digest_of
from nesa.errors import CalibrationError
from nesa.models import Store

__all__ = ["FULL", "Parts", "load", "measure", "parts"]

FULL = Parts(ways=40, searches=24, hard=100, cheats=250, honest=37_500)
"""Without a false alarm, so many honest checks bound the rate of them below one in ten thousand."""
_SHARE = 250
"""Honest jobs that a process runs before it tells of them."""


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def load(name: str) -> Record:
    """Read a model's results.

    Raises:
        CalibrationError: it was not measured yet.
    """
    return Record.read(_path(name))


def parts(honest: int | None, cheats: int | None) -> Parts:
    """Return the parts of a whole calibration, but for two that are named."""
    return replace(FULL, honest=honest or FULL.honest, cheats=cheats or FULL.cheats)


@cache
def _model(folder: Path, store: Path) -> Calibration:
    return Calibration(folder, Store(store), conversation_sample)


def _honest(folder: Path, store: Path, first: int, last: int) -> Record:
    """Return what honest jobs of these numbers measure."""
    model = _model(folder, store)
    record = model.record()
    record.done["honest"] = first - 1
    for _ in model.go_on(record, Parts(0, 0, 0, 0, last), lambda: None):
        pass
    record.done["honest"] -= first - 1
    return record


def _go_on(folder: Path, store: Path, record: Record, wanted: Parts, processes: int) -> Iterator[None]:
    """Measure what a record lacks: honest jobs in several processes, if there are to be several."""
    few = replace(wanted, honest=0 if processes > 1 else wanted.honest)
    yield from _model(folder, store).go_on(record, few, lambda: None)
    if processes == 1:
        return
    starts = range(record.done["honest"] + 1, wanted.honest + 1, _SHARE)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        shares = [pool.submit(_honest, folder, store, at, min(at + _SHARE - 1, wanted.honest)) for at in starts]
        for share in shares:  # in their order, so that the record is that of one process
            record.add_all(share.result())
            yield


def measure(folder: Path, store: Path, wanted: Parts, away: Mapping[str, str], processes: int) -> None:
    """Measure the model in a folder, or what is left to measure, and keep it."""
    model = _model(folder, store)
    path = _path(model.manifest.name)
    record = model.record()
    try:
        before = Record.read(path)
        if before.digest == digest_of(model.manifest):
            record = before
    except CalibrationError:
        pass  # it was not measured before
    path.parent.mkdir(exist_ok=True)
    for name, file in away.items():
        add_away(model, record, name, Path(file))
    for _ in _go_on(folder, store, record, wanted, processes):
        path.write_text(record.to_json())
        print(f"{model.manifest.name}: {', '.join(f'{part} {done}' for part, done in record.done.items())}", flush=True)
