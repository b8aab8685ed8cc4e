"""Every link of the documentation leads to a file, and to a heading of it, that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    {ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")}
    | set((ROOT / "docs").rglob("*.md"))
    | set((ROOT / "models").rglob("*.md"))
    | set((ROOT / "chain" / "x").rglob("*.md"))
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    """A page's text without blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Names by which a page's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} is not there"
        assert target.is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(target), f"{link} names no heading of {target.name}"


def test_readers_find_every_guide() -> None:
    readme = (ROOT / "README.md").read_text()
    for guide in (ROOT / "docs" / "guides").glob("*.md"):
        assert f"docs/guides/{guide.name}" in readme
    assert "docs/how-verification-works.md" in readme
