"""Calibrates the models' verification profiles and writes docs/verification.md.

Usage: python models/calibrate.py measure [MODEL…]   runs the checks (minutes); writes models/calibration/results/
       python models/calibrate.py report             writes docs/verification.md and its pictures from the results

Seeds are fixed: on the same packages and kind of processor, measuring again gives the same numbers.
"""

import argparse
import tempfile
import time
from pathlib import Path

from build import MODELS, write
from calibration import report, results
from calibration.inputs import file_sample, image_sample
from calibration.measure import measure
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
        started = time.monotonic()
        results.save(name, measure(manifest, store, SAMPLES[name], honest, each_cheat))
    print(f"{name}: {time.monotonic() - started:.0f} s")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("measure", "report"))
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}; all if absent")
    parser.add_argument("--honest", type=int, default=1000, help="honest checks per model")
    parser.add_argument("--cheats", type=int, default=200, help="checks per kind of cheat")
    arguments = parser.parse_args()
    if set(arguments.models) - set(MODELS):
        parser.error(f"the models are {', '.join(MODELS)}")
    if arguments.command == "report":
        report.write({name: MODELS[name]()[0] for name in MODELS})
        return
    for name in arguments.models or MODELS:
        run(name, arguments.honest, arguments.cheats)


if __name__ == "__main__":
    main()
