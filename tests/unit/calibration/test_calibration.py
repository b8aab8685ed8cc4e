"""A whole calibration of a small model: honest machines agree, cheats do not pass, and a run can be gone on with."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nesa.calibration import (
    BEHAVIOURS,
    READ,
    RIGHT,
    WHOLE,
    Calibration,
    CheatKind,
    Parts,
    Record,
    add_away,
    digest_of,
    judge_cheats,
    judge_honest,
    prompts_of,
    propose,
    write_away,
)
from nesa.errors import CalibrationError, ProviderError
from nesa.models import Store
from textmodels import LAYOUTS, manifest_of
from unit.calibration.small import PARTS, VARIANTS, gone_on

BATCH = 8


def cheats(model: Calibration, record: Record) -> dict[str, CheatKind]:
    return {one.kind: one for one in judge_cheats(record, propose(record, model.manifest.profile))}


def test_threat_19_honest_machines_agree_in_every_way(model: Calibration, record: Record) -> None:
    found = {one.kind: one for one in judge_honest(record, propose(record, model.manifest.profile))}
    assert set(found) == {"honest", "every way", "hard prompts"}
    assert not any(one.at_fault for one in found.values())
    assert found["every way"].checks == PARTS.ways * 15 * 11 + BATCH
    assert found["honest"].checks == PARTS.honest
    batch = record.writing["8 jobs at once"]
    assert all(
        way.same_text == way.answers == (BATCH if way is batch else PARTS.ways) for way in record.writing.values()
    )
    assert max(record.verifiers["honest"]) <= 4
    assert len(record.prompts) == PARTS.searches


def test_threat_19_a_cheaper_or_another_model_is_caught_by_its_first_token(model: Calibration, record: Record) -> None:
    found = cheats(model, record)
    for name in ("int8", "int4", "sibling", "system"):
        assert not found[name].read
        assert found[name].caught[1] == found[name].answers[1] == 30
        assert found[name].areas[1] == 1
        assert found[name].sure() == 1


def test_threat_21_what_a_cheap_model_wrote_and_the_true_one_read_is_caught(model: Calibration, record: Record) -> None:
    """Tokens alone tell, since fingerprints are right: the more, the longer the answer is."""
    found = cheats(model, record)
    for name in ("int8", "int4"):
        one = found[name + READ]
        assert one.read
        assert one.caught[WHOLE] == one.answers[WHOLE] - one.own > 0
        assert one.areas[16] > one.areas[1]
    head = found["head"]  # its fingerprint is of what it does not change
    assert head.read
    assert f"head{READ}" not in found
    assert head.caught[1] < head.answers[1]
    assert head.caught[WHOLE] >= 0.9 * head.answers[WHOLE]
    sibling = found[f"sibling{READ}"]
    assert sibling.own > 0  # its answers are often the true model's own: then there is nothing to find
    assert sibling.caught[WHOLE] <= sibling.answers[WHOLE] - sibling.own


def test_threat_31_right_fingerprints_of_other_answers_are_caught(model: Calibration, record: Record) -> None:
    found = cheats(model, record)
    assert set(BEHAVIOURS) <= set(found)
    for name in ("seed", "edited", "cached"):
        assert found[name].read
        assert found[name].caught[WHOLE] == found[name].answers[WHOLE]
    assert found["edited"].caught[16] == found["edited"].answers[16]


def test_threat_47_a_check_by_a_cheaper_model_is_at_fault(model: Calibration, record: Record) -> None:
    theta = propose(record, model.manifest.profile).threshold
    for name in set(VARIANTS) - RIGHT:
        assert min(record.verifiers[name]) > 4 * theta


def test_a_record_is_gone_on_with_and_ends_the_same(model: Calibration, record: Record, tmp_path: Path) -> None:
    part = gone_on(model, model.record(), replace(PARTS, hard=2, cheats=10, honest=0))
    path = tmp_path / "record.json"
    path.write_text(part.to_json())
    whole = gone_on(model, Record.read(path), PARTS)
    assert whole == record
    path.write_text(whole.to_json())
    assert Record.read(path) == record


def test_records_of_other_jobs_are_added_up(model: Calibration, record: Record) -> None:
    first, second = gone_on(model, model.record(), replace(PARTS, honest=10)), model.record()
    second.done["honest"] = 10
    gone_on(model, second, Parts(0, 0, 0, 0, PARTS.honest))
    second.done["honest"] -= 10
    first.add_all(second)
    assert first == record
    with pytest.raises(CalibrationError, match="another model"):
        first.add_all(replace(second, digest="00"))


def test_a_record_of_another_model_is_refused(model: Calibration, tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="another model"):
        gone_on(model, replace(model.record(), digest="00"), Parts(0, 0, 0, 0, 1))
    for text in ("{}", "[]", "", '{"digest":1,"machine":2,"done":3}'):
        (tmp_path / "damaged.json").write_text(text)
        with pytest.raises(CalibrationError, match="holds no calibration"):
            Record.read(tmp_path / "damaged.json")


def test_thresholds_leave_room_and_do_not_make_another_model(model: Calibration, record: Record) -> None:
    profile = model.manifest.profile
    better = propose(record, profile)
    for one in judge_honest(record, better):
        assert all(3 * value <= limit for value, limit in zip(one.largest, better.score_thresholds, strict=False))
    assert better.shift == profile.shift
    wide = replace(record, sizes=Counter(spread=4 * 6553))
    assert propose(wide, profile).shift == profile.shift + 2
    with pytest.raises(CalibrationError, match="nothing honest"):
        propose(model.record(), profile)


def test_another_machine_s_runs_are_compared(model: Calibration, tmp_path: Path) -> None:
    found = model.record()
    write_away(tmp_path / "there.npz", model, 3)
    for _ in range(2):  # again takes the place of what was there
        add_away(model, found, "there", tmp_path / "there.npz")
    assert found.checks["away: there"][WHOLE].total() == 6
    assert found.writing["away: there"].same_bits == 3
    assert found.verifiers["away: there"].total() == 3
    assert [one.kind for one in judge_honest(found, model.manifest.profile)] == ["away: there"]


def test_another_machine_may_be_busy(model: Calibration, tmp_path: Path) -> None:
    """Answers that are written at the same time are compared as others are."""
    found = model.record()
    write_away(tmp_path / "there.npz", model, 5, at_once=4)
    add_away(model, found, "there", tmp_path / "there.npz")
    assert found.checks["away: there"][WHOLE].total() == 10
    assert found.writing["away: there"].same_text == 5


def test_a_provider_is_measured_before_it_is_admitted(model: Calibration, folder: Path, tmp_path: Path) -> None:
    """Measurements stay those of the model when its manifest admits another provider."""
    hardware = replace(model.manifest.hardware, providers=("cpu", "cuda"))
    assert digest_of(replace(model.manifest, hardware=hardware)) == digest_of(model.manifest)
    smaller = replace(model.manifest.hardware, memory=model.manifest.hardware.memory // 2)
    assert digest_of(replace(model.manifest, hardware=smaller)) != digest_of(model.manifest)
    with pytest.raises(ProviderError, match="has no execution provider 'cuda'"):
        Calibration(folder, Store(tmp_path / "store"), provider="cuda")


def test_other_files_are_not_taken_for_another_machine_s_runs(model: Calibration, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("nothing")
    for path in (tmp_path / "text.npz", tmp_path / "missing.npz"):
        with pytest.raises(CalibrationError, match="holds no runs"):
            add_away(model, model.record(), "there", path)
    asked = Calibration(folder, Store(tmp_path / "store"), prompts_of(model.manifest, ["what?"]))
    write_away(tmp_path / "there.npz", asked, 1)
    with pytest.raises(CalibrationError, match="runs with other prompts"):
        add_away(model, model.record(), "there", tmp_path / "there.npz")
    other = Calibration(changed(folder, tmp_path, positions=8), Store(tmp_path / "store"))
    write_away(tmp_path / "there.npz", other, 1)
    with pytest.raises(CalibrationError, match="runs of another model"):
        add_away(model, model.record(), "there", tmp_path / "there.npz")


def changed(folder: Path, tmp_path: Path, **profile: Any) -> Path:
    """Return the model's folder with another profile."""
    made, manifest = tmp_path / "changed", manifest_of(LAYOUTS / "qwen3")
    shutil.copytree(folder, made)
    manifest = replace(manifest, profile=replace(manifest.profile, **profile))
    (made / "manifest.json").write_bytes(manifest.to_json())
    return made


def test_what_has_no_tolerance_is_not_calibrated(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="only language models whose profile has a tolerance"):
        Calibration(changed(folder, tmp_path, threshold=0, score_thresholds=(0, 0, 0, 0, 0)), Store(tmp_path / "store"))
