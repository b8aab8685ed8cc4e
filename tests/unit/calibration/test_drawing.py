import re

import pytest

from nesa.calibration import area, draw_curves, draw_ranges


def texts(picture: str) -> list[str]:
    return re.findall(r"<text [^>]*>([^<]*)</text>", picture)


def circles(picture: str, axis: str) -> list[float]:
    return [float(place) for place in re.findall(rf'<circle [^>]*\bc{axis}="([^"]*)"', picture)]


def test_curves_name_kinds_and_numbers_of_tokens() -> None:
    picture = draw_curves("Found", {"int8": {1: 0.5, 4: 1.0}, "seed": {2: 0.0}})
    assert {"Found", "int8", "seed", "1", "2", "4", "100%"} <= set(texts(picture))
    assert circles(picture, "y") == [197, 50, 344]


def test_ranges_name_kinds_and_stay_in_the_picture() -> None:
    picture = draw_ranges("Scores", {"honest": [0, 0.1], "cached": [2**32]})
    assert {"Scores", "honest", "cached", "threshold"} <= set(texts(picture))
    assert max(circles(picture, "x")) <= 820


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ({0: 3}, {1: 2}, 1.0),
        ({1: 3}, {0: 2}, 0.0),
        ({0: 1, 1: 1}, {0: 1, 1: 1}, 0.5),
        ({0: 2, 2: 2}, {1: 4}, 0.5),
        ({0: 3, 5: 1}, {5: 2}, 0.875),
    ],
)
def test_area_counts_pairs(low: dict[float, int], high: dict[float, int], expected: float) -> None:
    assert area(low, high) == expected
