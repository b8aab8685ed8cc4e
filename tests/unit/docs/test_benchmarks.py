"""The page of benchmarks says what the results say, and the results have what was promised of them."""

import statistics
import sys
from typing import Any

import pytest

from bench.figures import FIGURES, RESULTS, Figure, load
from bench.gobench import parse
from bench.report import page
from bench.spent import spend


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
    assert Figure("", "").met(0.5)
    assert [least.met(value) for value in (0.4, 0.5, 0.6)] == [False, True, True]
    assert [most.met(value) for value in (0.4, 0.5, 0.6)] == [True, True, False]


def test_figures_without_a_goal_have_tables_of_their_own() -> None:
    one = {
        "median": 5.0,
        "min": 4.0,
        "max": 6.0,
        "goal": None,
        "unit": "",
        "rounds": [5.0],
        "command": "c",
        "machine": "m",
    }
    names = [f"V1-{place}-{unit}-3" for place in ("native", "evm") for unit in ("gas", "ms")]
    results: dict[str, Any] = {name: {**one, "median": float(at), "details": {}} for at, name in enumerate(names)}
    results["V4-sign"] = {**one, "details": {"seen": "much"}}
    shown = page(results)
    assert "| 3 | 0 (4 … 6) | 1 (4 … 6) | 2 (4 … 6) | 3 (4 … 6) |" in shown
    assert "| V4-sign | an entry in the guest book: a contract's request with a callback | 5 gas | 4 … 6 |" in shown
    assert f"**{', '.join(names)}**: `c`; 1 rounds; m." in shown, "what says the same is said once"
    assert "**V4-sign**: `c`; 1 rounds; m.\n\n- seen: much" in shown


def test_what_a_process_used_is_its_own() -> None:
    used = spend([sys.executable, "-S", "-c", "b = bytearray(2**25); b[:] = b'x' * 2**25; sum(range(10**6))"])
    assert 2**25 < used.memory < 2**28
    assert used.processor > 0
    assert used.seconds > 0
    with pytest.raises(RuntimeError, match="status of its own"):
        spend([sys.executable, "-S", "-c", "raise SystemExit('status of its own')"])


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
