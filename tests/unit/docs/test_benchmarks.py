"""The page of benchmarks says what the results say, and the results have what was promised of them."""

import statistics

import pytest

from bench.figures import FIGURES, RESULTS, Figure, load
from bench.gobench import parse
from bench.report import page


def test_page_shows_the_results() -> None:
    assert RESULTS.with_suffix(".md").read_text() == page(load())


def test_every_figure_was_measured_in_rounds() -> None:
    results = load()
    assert list(results) == list(FIGURES)
    for name, found in results.items():
        rounds = found["rounds"]
        assert (found["min"], found["max"]) == (min(rounds), max(rounds))
        assert found["median"] == pytest.approx(statistics.median(rounds), abs=1e-4)
        assert found["goal"] == FIGURES[name].goal
        assert found["command"].startswith("make bench FIGURES=")
        assert len(rounds) >= 7 or "why_once" in found["details"]


def test_goals_have_a_direction() -> None:
    least, most = Figure("", "", 0.5, least=True), Figure("", "", 0.5)
    assert [least.met(value) for value in (0.4, 0.5, 0.6)] == [False, True, True]
    assert [most.met(value) for value in (0.4, 0.5, 0.6)] == [True, True, False]


def test_what_go_reports_is_read() -> None:
    output = (
        "goos: linux\n"
        "BenchmarkSize-2   \t       1\t4382717112 ns/op\t         0.003 B/forgotten\t 239.0 B/settled\n"
        "PASS\n"
        "BenchmarkSize-2\t1\t12 ns/op\t1.5e+06 B\n"
    )
    assert parse(output) == [
        {"ns/op": 4382717112, "B/forgotten": 0.003, "B/settled": 239.0},
        {"ns/op": 12, "B": 1.5e6},
    ]
