"""Figures that the chain's own Go code measures: runs a Go benchmark and reads what it reports."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["go_benchmark", "parse"]

_CHAIN = Path(__file__).parents[2] / "chain"
_LINE = re.compile(r"^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+(.*)$", re.MULTILINE)
_METRIC = re.compile(r"([0-9.e+-]+) (\S+)")


def parse(output: str) -> list[Mapping[str, float]]:
    """Return the metrics of each result line, by unit."""
    return [{unit: float(value) for value, unit in _METRIC.findall(rest)} for _, rest in _LINE.findall(output)]


def go_benchmark(package: str, name: str, count: int, time: str = "1x") -> list[Mapping[str, float]]:
    """Run one benchmark so many times, each once or for as long as ``time`` says."""
    command = [
        "go",
        "test",
        "-run",
        "^$",
        "-bench",
        f"^{name}$",
        "-benchtime",
        time,
        "-count",
        str(count),
        "-timeout",
        "60m",
        package,
    ]
    done = subprocess.run(command, cwd=_CHAIN, capture_output=True, text=True, check=False)
    found = parse(done.stdout)
    if done.returncode or len(found) != count:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return found
