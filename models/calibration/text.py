"""Measures a chat model, and keeps what was measured."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from calibration.conversations import conversation_sample
from calibration.results import FOLDER
from nesa.calibration import Calibration, Parts, Record, add_away, digest_of
from nesa.errors import CalibrationError
from nesa.models import Store

__all__ = ["FULL", "Parts", "load", "measure", "parts"]

FULL = Parts(ways=40, searches=24, hard=100, cheats=250, honest=37_500)
"""Without a false alarm, so many honest checks bound the rate of them below one in ten thousand."""


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


def measure(folder: Path, store: Store, wanted: Parts, away: Mapping[str, str]) -> None:
    """Measure the model in a folder, or what is left to measure, and keep it."""
    model = Calibration(folder, store, conversation_sample)
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
    for _ in model.go_on(record, wanted, lambda: None):
        path.write_text(record.to_json())
        print(f"{model.manifest.name}: {', '.join(f'{part} {done}' for part, done in record.done.items())}")
