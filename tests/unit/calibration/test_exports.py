import pytest

from nesa import calibration

PUBLIC = ["VARIANTS", "Variant", "write_variant"]


def test_exported_names_are_the_promised_ones() -> None:
    assert sorted(calibration.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_exported_names_exist(name: str) -> None:
    assert getattr(calibration, name) is not None
