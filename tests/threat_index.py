"""Which tests show which threat: scans the tree for numbered tests and writes them into docs/threats.md.

usage: python tests/threat_index.py
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "threats.md"
_TESTS = (
    (re.compile(r"^func ((?:Test|Fuzz)Threat(\d+)\w*)\(", re.MULTILINE), "chain/**/*_test.go"),
    (re.compile(r"^func ((?:Test|Fuzz)Threat(\d+)\w*)\(", re.MULTILINE), "zk/**/*_test.go"),
    (re.compile(r"^\s*(?:async )?def (test_threat_(\d+)_\w+)\(", re.MULTILINE), "tests/**/test_*.py"),
)
_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \|[^|]*\|$", re.MULTILINE)


def tests_by_threat() -> dict[int, list[str]]:
    """Names of the numbered tests in the tree, sorted, by threat."""
    found: dict[int, set[str]] = defaultdict(set)
    for pattern, glob in _TESTS:
        for path in ROOT.glob(glob):
            for name, number in pattern.findall(path.read_text(encoding="utf-8")):
                found[int(number)].add(name)
    return {number: sorted(names) for number, names in found.items()}


def table_with_tests(text: str) -> str:
    """The page with its last column replaced by what the tree holds."""
    tests = tests_by_threat()

    def row(match: re.Match[str]) -> str:
        names = ", ".join(f"`{name}`" for name in tests.get(int(match[1]), []))
        return f"| {match[1]} | {match[2]} | {names or 'open'} |"

    return _ROW.sub(row, text)


def main() -> None:
    """Rewrite the page."""
    TABLE.write_text(table_with_tests(TABLE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
