"""The figures: what each says, what is aimed at, and what was measured."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["FIGURES", "PLACES", "VALUES", "Figure", "load", "machine", "save"]

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "benchmarks.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        what: it says, in a sentence.
        unit: of its values.
        goal: the bound that is aimed at, if one is.
        least: whether the goal is a least value instead of a largest.
    """

    what: str
    unit: str
    goal: float | None = None
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether a value reaches the goal; without one, any does."""
        if self.goal is None:
            return True
        return value >= self.goal if self.least else value <= self.goal


VALUES = (3, 5, 10, 28)
"""Numbers of public values: a small decision on private data, and pictures of 28 × 28 shown to the verifier."""

PLACES = {"native": "a proof verified natively", "evm": "a proof verified in a contract"}

SIZES = {"": "the chat model of 5.5 M parameters", "-large": "a model of 125 M"}
"""What text is measured with, by what the figures' names end in."""

_WORSE = "the worse of float32 and 4 bits"

FIGURES: Mapping[str, Figure] = {
    "F1": Figure(
        "settled jobs per second ÷ bank sends per second, one entry in each message", "ratio", 0.15, least=True
    ),
    "F1b": Figure("the same with up to 64 entries in each message", "ratio", 1.0, least=True),
    "F3": Figure(
        "time that the agent adds to a job ÷ the larger of 5 % of raw session.run and 5 ms; the worse of two models",
        "ratio",
        1.0,
    ),
    **{
        f"F6{size}": Figure(
            f"processor time of reading and judging an answer of 256 tokens ÷ of writing it, {model}; {_WORSE}",
            "ratio",
            0.1,
        )
        for size, model in SIZES.items()
    },
    **{
        f"F7-{name}": Figure(
            f"area under the curve that tells a swap for {bits} bits from the model in float32, by answers of 2 tokens",
            "AUC",
            0.999,
            least=True,
        )
        for name, bits in (("int8", 8), ("int4", 4))
    },
    **{
        f"F7-{name}-scores": Figure(
            f"the same for {bits} bits by answers of 8 tokens whose fingerprint is right: by sampling scores alone",
            "AUC",
        )
        for name, bits in (("int8", 8), ("int4", 4))
    },
    "F8": Figure("bytes of keys and values in this project's stores for each settled job while kept", "bytes", 300),
    "F8-left": Figure("bytes left of it when it is forgotten", "bytes", 0.01),
    "F8-plateau": Figure(
        "largest ÷ first size of the stores over 50,000 jobs, once the first are forgotten", "ratio", 1.05
    ),
    "F9": Figure("from git clone to the first settled job, nothing cached", "minutes", 20),
    "F9b": Figure("make demo when everything is built", "seconds", 60),
    "F10a": Figure(
        "time from an input to a proof ÷ EZKL's, for the same network; the worst of three",
        "ratio",
        0.02,
    ),
    "F10a-private": Figure("the same with an input that is committed to instead of shown", "ratio", 0.02),
    "F10a-tuned": Figure(
        "as F10a, for the smallest network alone, with EZKL's tables as small as its numbers allow", "ratio", None
    ),
    "F11": Figure("cost of a block with 100,000 open jobs ÷ with one", "ratio", 1.3),
    "F11-miners": Figure("cost of a block with 10,000 miners ÷ with ten", "ratio", 1.3),
    "C1": Figure("bytes of transactions for a checked answer of the chat model, one job at a time", "bytes"),
    **{
        f"G1{size}": Figure(
            f"tokens per second ÷ onnxruntime-genai's own loop and sampler, {model}; {_WORSE}",
            "ratio",
            0.97,
            least=True,
        )
        for size, model in SIZES.items()
    },
    **{
        f"G1-sampler{size}": Figure(
            f"tokens per second of onnxruntime-genai with our sampler ÷ with its own, {model}; {_WORSE}",
            "ratio",
            0.97,
            least=True,
        )
        for size, model in SIZES.items()
    },
    **{
        f"G8{size}": Figure(
            f"as G1{size}, with eight answers of 256 tokens at once, in total, {model}; {_WORSE}",
            "ratio",
            1.0,
            least=True,
        )
        for size, model in SIZES.items()
    },
    "G8-chat": Figure(
        f"as G8, with questions that are answered to their ends, {SIZES['']}; {_WORSE}", "ratio", 1.0, least=True
    ),
    **{
        f"V1-{place}-{unit}-{values}": Figure(f"{PLACES[place]}, {values} public values", unit)
        for unit in ("gas", "ms")
        for place in PLACES
        for values in VALUES
    },
    "V3-snp": Figure("SEV-SNP reports verified, with their chains of certificates", "per second"),
    "V3-tdx": Figure("TDX quotes verified, with Intel's statements and revocation lists", "per second"),
    "V3-gpu": Figure("GPU reports verified, with their chains of certificates", "per second"),
    "V4-request": Figure("a wallet's request of a job through the contract at 0x…901", "gas"),
    "V4-sign": Figure("an entry in the guest book: a contract's request with a callback", "gas"),
    "V4-accept": Figure("the guest book called back with an entry that it accepts", "gas"),
    "V4-reject": Figure("and with one that it rejects", "gas"),
}


def load() -> dict[str, Any]:
    """Return what was measured before."""
    found: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    return found


def save(name: str, rounds: Sequence[float], part: str, **details: Any) -> None:
    """Write a figure's rounds down, beside all others'."""
    results = load()
    results[name] = {
        "median": round(statistics.median(rounds), 4),
        "min": round(min(rounds), 4),
        "max": round(max(rounds), 4),
        "goal": FIGURES[name].goal,
        "unit": FIGURES[name].unit,
        "rounds": [round(value, 4) for value in rounds],
        "command": f"make bench FIGURES={part}",
        "machine": machine(),
        "details": details,
    }
    ordered = {figure: results[figure] for figure in FIGURES if figure in results}
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
    temporary.replace(RESULTS)


def machine() -> str:
    """Return what was measured on, and when."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else []
    cpu = next((line.partition(":")[2].strip() for line in lines if "model name" in line), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    go = subprocess.run(["go", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    parts = (
        f"{os.cpu_count()} × {cpu}",
        f"{memory:.0f} GiB",
        platform.system(),
        go,
        f"Python {platform.python_version()}",
    )
    return ", ".join((*parts, datetime.now(UTC).date().isoformat()))
