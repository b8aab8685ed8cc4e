import pytest

from nesa import calibration

PUBLIC = [
    "write_variant",
    "write_away",
    "ratio",
    "ranges_of",
    "quantise_blocks",
    "propose",
    "prompts_of",
    "judge_honest",
    "judge_cheats",
    "interval",
    "expand_blocks",
    "draw_ranges",
    "draw_curves",
    "digest_of",
    "area",
    "add_away",
    "Variant",
    "Tally",
    "Scores",
    "Record",
    "Parts",
    "HonestKind",
    "Compared",
    "CheatKind",
    "Calibration",
    "WHOLE",
    "VARIANTS",
    "TOKENS",
    "RIGHT",
    "READ",
    "QUICK",
    "HONEST",
    "BEHAVIOURS",
]


def test_exported_names_are_the_promised_ones() -> None:
    assert sorted(calibration.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_exported_names_exist(name: str) -> None:
    assert getattr(calibration, name) is not None
