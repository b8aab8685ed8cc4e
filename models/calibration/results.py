"""Keeps what was measured, so that a report can be written again without measuring."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import cast

from calibration.committee import Found
from calibration.measure import Measured

__all__ = ["FOLDER", "load", "machine", "save"]

FOLDER = Path(__file__).with_name("results")


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def save(name: str, measured: Measured) -> None:
    """Write a model's results: each check as [fingerprint score, output score, verifiers' distances]."""
    rows = {kind: [[one.fingerprint, one.output, *one.verifiers] for one in found] for kind, found in measured.items()}
    where = f"{platform.machine()}, Python {platform.python_version()}, onnxruntime {version('onnxruntime')}"
    FOLDER.mkdir(exist_ok=True)
    _path(name).write_text(json.dumps({"machine": where, "checks": rows}, separators=(",", ":")) + "\n")


def load(name: str) -> Measured:
    """Read a model's results.

    Raises:
        SystemExit: it was not measured yet.
    """
    checks = cast("dict[str, list[list[int]]]", _read(name)["checks"])
    return {kind: [Found(row[0], row[1], tuple(row[2:])) for row in rows] for kind, rows in checks.items()}


def machine(name: str) -> str:
    """Return what a model was measured on."""
    return str(_read(name)["machine"])


def _read(name: str) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(_path(name).read_text())
    except FileNotFoundError:
        raise SystemExit(f"{name} was not measured: python models/calibrate.py measure {name}") from None
    return found
