"""Measures figures and writes docs/benchmarks.json and docs/benchmarks.md.

usage: python -m bench [FIGURE…]  (F1 F3 F6 F7 F8 F9 F9b F10a F10a-private F10a-tuned F11 C1 V1 V3 V4; without any, all)
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
from rich.console import Console

from bench.agent import added_time
from bench.clone import first_settled_cold, seconds_warm
from bench.field import field
from bench.figures import FIGURES, save
from bench.gobench import go_benchmark
from bench.large import LARGE, write_large
from bench.proving import contests
from bench.report import write
from bench.telling import BITS, SCORED, WITHIN, areas_of_rounds
from bench.throughput import BATCHED, SINGLE, jobs, sends
from bench.traffic import bytes_of_checked_jobs
from bench.verifying import Rounds, asking, proofs, quotes
from bench.writing import CHATS, measured
from nesa.calibration import READ

ROUNDS = 7
MODELS = Path(__file__).parents[2] / "build" / "models"
say = Console(highlight=False).print


async def throughput() -> None:
    """F1 and F1b, in turn with what they are divided by."""
    single, batched, spoken = [], [], []
    async with field(MODELS) as found:
        disk, settled = 0, 0
        for number in range(ROUNDS + 1):
            base = await sends(found, 8)
            before = found.disk
            one, many = await jobs(found, SINGLE, 12), await jobs(found, BATCHED, 12)
            spoken.append({"sends": str(base), "single": str(one), "batched": str(many)})
            say(number, spoken[-1])
            if number:  # the first round warmed everything up
                single.append(one.per_second / base.per_second)
                batched.append(many.per_second / base.per_second)
                disk, settled = disk + found.disk - before, settled + one.settled + many.settled
        found_details = {"seen": spoken[1:], "disk bytes per job, every height kept": round(disk / settled)}
    save("F1", single, "F1", **found_details)
    save("F1b", batched, "F1")


async def agent() -> None:
    """F3, both models in turn; a burst of jobs that run one after another."""
    added = await added_time(MODELS, ROUNDS, {"file-type": 30, "style-transfer": 12})
    worse = [max(found.ratio for found in pair) for pair in zip(*added.values(), strict=True)]
    details = {
        name: [f"raw {1000 * found.raw:.1f} ms, added {1000 * found.added:.1f} ms" for found in rounds]
        for name, rounds in added.items()
    }
    save("F3", worse, "F3", **details)


def text() -> None:
    """F6 and G, of the chat model and of a large one; both precisions of each in turn."""
    written("", {name: MODELS / name for name in CHATS}, tries=5, questions=4)
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        folders = {name: Path(scratch) / name for name in LARGE}
        for name, folder in folders.items():
            write_large(folder, name)
        written("-large", folders, tries=2, questions=0)


def written(suffix: str, folders: Mapping[str, Path], *, tries: int, questions: int) -> None:
    """Measure models in turn, and save the worse of them under the figures' names with a suffix."""
    worse: dict[str, list[float]] = {}
    seen: dict[str, list[dict[str, str]]] = {}
    models = [measured(folder, ROUNDS, tries=tries, questions=questions) for folder in folders.values()]
    for found in zip(*models, strict=True):
        for figure in found[0]:
            name = figure + suffix
            worst = min if FIGURES[name].least else max
            worse.setdefault(name, []).append(worst(each[figure][0] for each in found))
            parts = {
                model: f"{each[figure][1]} = {each[figure][0]:.3f}" for model, each in zip(folders, found, strict=True)
            }
            seen.setdefault(name, []).append(parts)
            say(name, parts)
    for name, ratios in worse.items():
        save(name, ratios, "F6", seen=seen[name])


def telling() -> None:
    """F7; rounds of other jobs."""
    found = []
    for number, areas in enumerate(areas_of_rounds(MODELS / "chat-fp32", ROUNDS)):
        found.append(areas)
        say(number, areas)
    for name in BITS:
        for figure, kind, tokens in ((f"F7-{name}", name, WITHIN), (f"F7-{name}-scores", name + READ, SCORED)):
            seen = [", ".join(f"{count}: {area:.4f}" for count, area in areas[kind].items()) for areas in found]
            save(figure, [areas[kind][tokens] for areas in found], "F7", **{"by tokens": seen})


def sizes() -> None:
    """F8, its remains and its plateau."""
    found = go_benchmark("./x/job/keeper", "BenchmarkF8BytesPerSettledJob", ROUNDS)
    save("F8", [item["B/settled-job"] for item in found], "F8", checks_per_job=found[0]["checks/job"])
    save("F8-left", [item["B/forgotten-job"] for item in found], "F8")
    plateau = go_benchmark("./x/job/keeper", "BenchmarkF8Plateau", 1)
    save("F8-plateau", [plateau[0]["most/least"]], "F8", bytes=plateau[0]["B"], why_once="50,000 jobs take two minutes")


def scale() -> None:
    """F11, for jobs and for miners; each run takes both networks in turn."""
    for name, benchmark in (("F11", "BenchmarkF11OpenJobs"), ("F11-miners", "BenchmarkF11Miners")):
        found = go_benchmark("./app", benchmark, ROUNDS)
        times = [f"{item['ms/block-few']:.2f} ms a block, {item['ms/block-many']:.2f} ms with many" for item in found]
        save(name, [item["ratio"] for item in found], "F11", seen=times)


async def traffic() -> None:
    """C1."""
    found = await bytes_of_checked_jobs(MODELS, ROUNDS)
    save("C1", [sum(taken.values()) for taken in found], "C1", seen=found)


def cold() -> None:
    """F9, once: it takes many minutes."""
    save("F9", [first_settled_cold()], "F9", why_once="it takes many minutes")


def warm() -> None:
    """F9b."""
    seconds_warm()
    save("F9b", [seconds_warm() for _ in range(ROUNDS)], "F9b")


def proving(figure: str) -> None:
    """F10a and its kin; ours and EZKL's proof of each network in turn, and all networks in each round."""
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        field = list(contests(figure, Path(scratch)))
        once = [contest.set_up() for contest in field]
        worst, seen = [], []
        for number in range(ROUNDS):
            found = {contest.name: contest.round() for contest in field}
            ratios = {name: ours.seconds / theirs.seconds for name, (ours, theirs) in found.items()}
            worst.append(max(ratios.values()))
            seen.append({name: f"{ours} ÷ {theirs} = {ratios[name]:.4f}" for name, (ours, theirs) in found.items()})
            say(number, seen[-1])
    save(figure, worst, figure, once=once, seen=seen)


def costs(part: str, measure: Callable[[int], Rounds]) -> None:
    """V1, V3 and V4."""
    for name, rounds in measure(ROUNDS).items():
        save(name, rounds, part)


PARTS: dict[str, Callable[[], None]] = {
    "F1": lambda: anyio.run(throughput),
    "F3": lambda: anyio.run(agent),
    "F6": text,
    "F7": telling,
    "F8": sizes,
    "F10a": lambda: proving("F10a"),
    "F10a-private": lambda: proving("F10a-private"),
    "F10a-tuned": lambda: proving("F10a-tuned"),
    "F11": scale,
    "C1": lambda: anyio.run(traffic),
    "V1": lambda: costs("V1", proofs),
    "V3": lambda: costs("V3", quotes),
    "V4": lambda: costs("V4", asking),
    "F9b": warm,
    "F9": cold,
}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("figures", nargs="*", choices=[*PARTS, []], metavar="FIGURE", help=f"of {', '.join(PARTS)}")
    for part in parser.parse_args().figures or PARTS:
        say(f"[bold]{part}[/]", *(figure.what for name, figure in FIGURES.items() if name == part))
        PARTS[part]()
        write()


if __name__ == "__main__":
    main()
