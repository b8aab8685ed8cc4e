"""``nesa model calibrate``, on a small model."""

import json
import shutil
from pathlib import Path

import pytest

from nesa.calibration import Record
from nesa.models import Manifest, Profile
from textmodels import LAYOUTS, manifest_of
from unit.cli.conftest import Done, Nesa

QUICKLY = ("--honest", "31", "--cheats", "3", "--ways", "1", "--hard", "4")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "model"
    shutil.copytree(LAYOUTS / "qwen3", made)
    (made / "manifest.json").write_bytes(manifest_of(LAYOUTS / "qwen3").to_json())
    return made


def calibrate(nesa: Nesa, folder: Path, *more: str) -> Done:
    return nesa("model", "calibrate", str(folder), *QUICKLY, *more)


def test_thresholds_are_measured_proposed_and_written(nesa: Nesa, folder: Path, tmp_path: Path) -> None:
    keep, plot = tmp_path / "kept.json", tmp_path / "plot.svg"
    done = calibrate(nesa, folder, "--keep", str(keep), "--plot", str(plot))
    assert done.status == 0, done
    for text in ("every way", "hard prompts", "int8, then read", "cached", "score_thresholds proposed"):
        assert text in done.out
    assert "<svg" in plot.read_text()
    assert "sibling, then read" in plot.read_text()
    assert "honest: every way" in plot.read_text()
    assert Record.read(keep).done == {"ways": 1, "searches": 1, "hard": 4, "cheats": 3, "honest": 31}

    again = json.loads(calibrate(nesa, folder, "--keep", str(keep), "--write", "--json").out)
    assert {one["kind"]: one["at_fault"] for one in again["honest"]} == {"honest": 0, "every way": 0, "hard prompts": 0}
    assert again["proposed"]["score_thresholds"][0] < again["profile"]["score_thresholds"][0] == 400
    written = Manifest.from_json((folder / "manifest.json").read_bytes()).profile
    assert list(written.score_thresholds) == again["proposed"]["score_thresholds"]
    assert written.threshold == again["proposed"]["threshold"]
    assert nesa("model", "check", str(folder)).status == 0


def test_there_is_nothing_to_calibrate_where_nobody_checks(nesa: Nesa, folder: Path) -> None:
    manifest = manifest_of(LAYOUTS / "qwen3", profile=Profile.unchecked(20))
    (folder / "manifest.json").write_bytes(manifest.to_json())
    done = calibrate(nesa, folder)
    assert done.sentence == "Error: there is nothing to calibrate: nobody checks what this model delivers"


def test_another_machine_is_compared(nesa: Nesa, folder: Path, tmp_path: Path) -> None:
    there, prompts = tmp_path / "there.npz", tmp_path / "prompts.txt"
    prompts.write_text("what is it?\n\nwho are you?\n")
    assert calibrate(nesa, folder, "--record", str(there), "--prompts", str(prompts)).out == ""
    found = calibrate(nesa, folder, "--away", f"laptop={there}", "--prompts", str(prompts), "--json")
    kinds = {one["kind"]: one for one in json.loads(found.out)["honest"]}
    assert kinds["away: laptop"]["checks"] == 62
    assert kinds["away: laptop"]["at_fault"] == 0
    alone = calibrate(nesa, folder, "--provider", "cuda")
    assert (alone.status, "--provider is of --record" in alone.err) == (2, True)
    card = calibrate(nesa, folder, "--provider", "cuda", "--record", str(there))
    assert "has no execution provider 'cuda'" in card.sentence
    missing = calibrate(nesa, folder, "--away", "laptop=nowhere")
    assert missing.sentence == "Error: nowhere holds no runs of another machine"


def test_what_cannot_be_read_gets_a_sentence(nesa: Nesa, folder: Path, tmp_path: Path) -> None:
    empty, wild = tmp_path / "empty.txt", tmp_path / "wild.txt"
    empty.write_text("\n")
    wild.write_bytes(b"\xff\xfe")
    assert "has no prompts, one a line" in calibrate(nesa, folder, "--prompts", str(empty)).sentence
    assert "is not UTF-8" in calibrate(nesa, folder, "--prompts", str(wild)).sentence
    assert calibrate(nesa, folder, "--away", "laptop").status == 2
    (folder / "manifest.json").unlink()
    assert "no manifest.json" in calibrate(nesa, folder).sentence
