"""Calibrates the models' verification profiles and writes docs/verification.md.

Usage: python models/calibrate.py measure [MODEL…]   runs the checks (minutes); writes models/calibration/results/
       python models/calibrate.py report             writes docs/verification.md and its pictures from the results

Seeds are fixed: on the same packages and kind of processor, measuring again gives the same numbers, but for last bits
of answers in 4 bits that are written at once, whose company is a matter of timing. What is measured of a chat model is
saved as it goes: a run that was stopped goes on where it was, and --away adds other machines' runs.
"""

import argparse
import tempfile
import time
from pathlib import Path

from build import CHATS, MODELS, chat, write
from calibration import report, results, text
from calibration.inputs import file_sample, image_sample
from calibration.measure import measure
from chat_manifest import PROFILES
from nesa.models import Store

SAMPLES = {"style-transfer": image_sample, "file-type": file_sample}


def run(name: str, honest: int, each_cheat: int) -> None:
    """Measure one model and keep the results."""
    manifest, source = MODELS[name]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, name)
        write(folder, manifest, source)
        store = Store(Path(scratch, "store"))
        store.add_folder(folder)
        results.save(name, measure(manifest, store, SAMPLES[name], honest, each_cheat))


def run_chat(name: str, parts: text.Parts, away: list[str], processes: int) -> None:
    """Measure one chat model and keep the results."""
    with tempfile.TemporaryDirectory() as scratch:
        chat(Path(scratch))
        files = dict(file.split("=", 1) for file in away)
        text.measure(Path(scratch, name), Path(scratch, "store"), parts, files, processes)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("measure", "report"))
    names = [*MODELS, *CHATS]
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(names)}; all if absent")
    parser.add_argument("--honest", type=int, help="honest checks per model")
    parser.add_argument("--cheats", type=int, help="checks per kind of cheat")
    parser.add_argument(
        "--away", action="append", default=[], metavar="NAME=FILE", help="of calibration/away.py, for a chat model"
    )
    parser.add_argument("--processes", type=int, default=1, help="that run honest jobs of a chat model")
    arguments = parser.parse_args()
    if set(arguments.models) - set(names):
        parser.error(f"the models are {', '.join(names)}")
    if arguments.command == "report":
        report.write({name: MODELS[name]()[0] for name in MODELS}, PROFILES)
        return
    for name in arguments.models or names:
        started = time.monotonic()
        if name in MODELS:
            run(name, arguments.honest or 1000, arguments.cheats or 200)
        else:
            run_chat(name, text.parts(arguments.honest, arguments.cheats), arguments.away, arguments.processes)
        print(f"{name}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
