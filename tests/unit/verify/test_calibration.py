"""The calibration's own arithmetic, and that the document says what was measured."""

import pytest

from build import MODELS
from calibration import report, results
from calibration.inputs import file_sample, image_sample
from calibration.measure import EXECUTOR_CHEATS, VERIFIER_CHEATS
from nesa.calibration import interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 1000, 0.0, 0.003682),
        (200, 200, 0.981725, 1.0),
        (5, 100, 0.016432, 0.112835),
        (1, 2, 0.012579, 0.987421),
    ],
)
def test_intervals_are_clopper_and_pearson_s(successes: int, trials: int, low: float, high: float) -> None:
    assert interval(successes, trials) == pytest.approx((low, high), abs=1e-6)


def test_samples_are_functions_of_their_number() -> None:
    for sample in (image_sample, file_sample):
        assert [sample(i) for i in range(1, 12)] == [sample(i) for i in range(1, 12)]
        assert len({sample(i) for i in range(1, 12)}) == 11


def test_the_document_is_what_was_measured() -> None:
    for path, text in report.render({name: describe()[0] for name, describe in MODELS.items()}).items():
        assert path.read_text() == text, f"{path.name} is out of date: python models/calibrate.py report"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_threat_19_enough_was_measured_and_thresholds_have_room(name: str) -> None:
    profile = MODELS[name]()[0].profile
    measured = results.load(name)
    honest = measured["honest"]
    assert len(honest) >= 1000
    assert 3 * max(one.fingerprint for one in honest) <= profile.score_thresholds[0]
    assert 3 * max(one.output for one in honest) <= profile.score_thresholds[1]
    assert 3 * max(value for one in honest for value in one.verifiers) <= profile.threshold
    for kind in EXECUTOR_CHEATS.keys() & measured.keys():
        assert len(measured[kind]) >= 200
        for one in measured[kind]:
            assert one.fingerprint > profile.score_thresholds[0] or one.output > profile.score_thresholds[1]
    for kind in VERIFIER_CHEATS:
        assert len(measured[kind]) >= 200
        assert all(one.verifiers[-1] > 4 * profile.threshold for one in measured[kind])
