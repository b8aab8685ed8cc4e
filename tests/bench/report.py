"""Writes docs/benchmarks.md from docs/benchmarks.json."""

from collections.abc import Iterator
from typing import Any

from bench.figures import FIGURES, RESULTS, load

__all__ = ["page", "write"]

_HEAD = """# Benchmarks

This page is written by `make bench`, from [benchmarks.json](benchmarks.json). Every ratio divides two things that were
measured in turn, in one run on one machine, so that it says more than either. The median of the rounds is given, with
the least and the largest.

| figure | what | median | range | goal | met |
| --- | --- | --- | --- | --- | --- |
"""

_NOTES = """
## How they are measured

**F1, F1b.** One validator with its defaults, and a load generator on the same machine. Two dozen accounts send coins;
then six users and six miners' keys do all that a job asks for on the chain: request, six claims (those that lose too),
delivery, and for the 5 % that are drawn five claims, three commitments and three reveals. Answers are made up, so that
the processor is the chain's. Jobs are counted once they settle as fast as they are asked for. Each key sends its
transactions one after another, as a miner's must, since no sequence may be skipped.

**F3.** A real miner's process on a real network, with bursts of jobs. What its process used of the processor, less the
raw runs of the model, divided by the jobs: following blocks, claiming, fetching, decoding, hashing, fingerprints,
journal, signing, delivering.

**F8.** The real module over the SDK's bank and real stores (Go benchmarks in `chain/x/job/keeper`), 5 % checked.

**F9, F9b.** `make demo`, the first in a new clone with an empty home.

**F11.** The whole application with its database on disk, in two processes that make blocks in turn (`chain/app`). In
every block a job is requested, another's seed is drawn, and a third expires and is refunded.
"""


def _value(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _rows(results: dict[str, Any]) -> Iterator[str]:
    for name, found in results.items():
        figure = FIGURES[name]
        sign = "≥" if figure.least else "≤"
        unit = "" if figure.unit == "ratio" else f" {figure.unit}"
        spread = f"{_value(found['min'])} … {_value(found['max'])}"
        yield (
            f"| {name} | {figure.what} | {_value(found['median'])}{unit} | {spread} | "
            f"{sign} {figure.goal:g} | {'yes' if figure.met(found['median']) else '**no**'} |"
        )


def _details(results: dict[str, Any]) -> Iterator[str]:
    for name, found in results.items():
        yield f"\n**{name}**: `{found['command']}`; {len(found['rounds'])} rounds; {found['machine']}.\n"
        for key, value in found["details"].items():
            for line in value if isinstance(value, list) else [value]:
                text = "; ".join(f"{part}: {said}" for part, said in line.items()) if isinstance(line, dict) else line
                yield f"- {key}: {text}"


def page(results: dict[str, Any]) -> str:
    """Return the page that shows these results."""
    return _HEAD + "\n".join(_rows(results)) + "\n" + _NOTES + "\n## Rounds\n" + "\n".join(_details(results)) + "\n"


def write() -> None:
    """Write the page."""
    RESULTS.with_suffix(".md").write_text(page(load()))
