"""The page of threats names exactly the tests that exist."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import threat_index


def test_page_names_the_tests_that_exist() -> None:
    page = threat_index.TABLE.read_text(encoding="utf-8")
    assert page == threat_index.table_with_tests(page), "run `make threats` and commit docs/threats.md"


def test_every_numbered_test_has_a_row() -> None:
    page = threat_index.TABLE.read_text(encoding="utf-8")
    for number in threat_index.tests_by_threat():
        assert f"| {number} | " in page


def test_each_threat_has_one_row_and_the_table_holds_nothing_else() -> None:
    page = threat_index.TABLE.read_text(encoding="utf-8")
    table = page[page.index("| # |") :].partition("\n\n")[0].splitlines()
    assert [line.split(" ")[1] for line in table[2:]] == [str(number + 1) for number in range(len(table) - 2)]
