"""The calibration's own arithmetic, and that the document says what was measured."""

from pathlib import Path

import pytest

from build import CHATS, MODELS, chat
from calibration import report, results, text
from calibration.conversations import conversation_sample
from calibration.inputs import file_sample, image_sample
from calibration.measure import EXECUTOR_CHEATS, VERIFIER_CHEATS
from chat_manifest import PROFILES
from nesa.calibration import RIGHT, WHOLE, digest_of, interval, judge_cheats, judge_honest
from nesa.models import Manifest


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
    for sample in (image_sample, file_sample, conversation_sample):
        assert [sample(i) for i in range(1, 12)] == [sample(i) for i in range(1, 12)]
        assert len({sample(i) for i in range(1, 12)}) == 11


def test_the_document_is_what_was_measured() -> None:
    for path, page in report.render({name: describe()[0] for name, describe in MODELS.items()}, PROFILES).items():
        assert path.read_text() == page, f"{path.name} is out of date: python models/calibrate.py report"


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


AWAY = {"AVX2", "SSE4.2", "aarch64", "H200", "H200, 8 at once", "H200, 32 at once"}
RATES = {"chat-fp32": 1e-4, "chat-int4": 1e-4}


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chats")
    chat(folder)
    return folder


@pytest.mark.parametrize("name", CHATS)
def test_text_was_measured_with_the_model_as_it_is(name: str, chats: Path) -> None:
    manifest = Manifest.from_json((chats / name / "manifest.json").read_bytes())
    assert text.load(name).digest == digest_of(manifest), f"python models/calibrate.py measure {name}"
    assert manifest.profile == PROFILES[name]


@pytest.mark.parametrize("name", CHATS)
def test_threat_19_enough_text_was_measured_and_thresholds_have_room(name: str) -> None:
    record, profile = text.load(name), PROFILES[name]
    honest = {one.kind: one for one in judge_honest(record, profile)}
    assert honest["honest"].rate_high < RATES[name]
    assert {"honest", "every way", "hard prompts", *(f"away: {name}" for name in AWAY)} == set(honest)
    for one in honest.values():
        assert one.at_fault == 0
        assert all(3 * value <= limit for value, limit in zip(one.largest, profile.score_thresholds, strict=False))
    for kind, found in record.verifiers.items():
        if kind in honest:
            assert 3 * max(found) <= profile.threshold
        elif kind not in RIGHT:
            assert min(found) > 4 * profile.threshold
    for cheat in judge_cheats(record, profile):
        assert cheat.answers[WHOLE] >= 150
        if not cheat.read:
            assert cheat.caught[1] == cheat.answers[1]


@pytest.mark.parametrize("name", CHATS)
def test_threat_21_what_a_cheaper_model_wrote_otherwise_is_caught(name: str) -> None:
    """All but near misses, which are within a threshold of what the true model says."""
    for cheat in judge_cheats(text.load(name), PROFILES[name]):
        others = cheat.answers[WHOLE] - cheat.own
        assert others - cheat.caught[WHOLE] <= max(1, others // 10), cheat.kind


@pytest.mark.parametrize("name", CHATS)
def test_threat_31_another_answer_under_a_right_fingerprint_is_caught(name: str) -> None:
    found = {cheat.kind: cheat for cheat in judge_cheats(text.load(name), PROFILES[name])}
    for kind in ("cached", "edited"):  # two jobs may have the same right answer
        assert found[kind].caught[WHOLE] == found[kind].answers[WHOLE] - found[kind].own
    assert found["edited"].own == 0
