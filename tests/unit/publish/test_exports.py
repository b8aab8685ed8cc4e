"""The names that the package promises; changing one is a decision and not an accident."""

import pytest

from nesa import publish

PUBLIC = [
    "ENGINES",
    "PRECISIONS",
    "Card",
    "Form",
    "Measured",
    "Plan",
    "Prepared",
    "Release",
    "Repository",
    "Request",
    "Wishes",
    "Workshop",
    "check_source",
    "parse_repository",
    "parts_of",
]


def test_exported_names_are_the_promised_ones() -> None:
    assert sorted(publish.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_exported_names_exist(name: str) -> None:
    assert getattr(publish, name) is not None
