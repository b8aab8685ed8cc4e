"""Runs a chat model's jobs on another machine than the one that measures, or on one that an emulator makes of it.

Writes a file that models/calibrate.py measure reads. Needs of the environment of the agents only what runs language
models.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from calibration.conversations import conversation_sample
from nesa.calibration import Calibration, write_away
from nesa.models import Store


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the model's, as models/build.py wrote it")
    parser.add_argument("file", type=Path, help="to write")
    parser.add_argument("jobs", type=int, nargs="?", default=300)
    parser.add_argument("--provider", default="cpu", help="execution provider of ONNX Runtime")
    parser.add_argument("--at-once", type=int, default=1, help="jobs that are written at the same time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch))
        model = Calibration(args.folder, store, conversation_sample, provider=args.provider)
        write_away(args.file, model, args.jobs, args.at_once)


if __name__ == "__main__":
    main()
