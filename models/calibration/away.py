"""Runs a chat model's jobs on another machine than the one that measures, or on one that an emulator makes of it.

Usage: python models/calibration/away.py FOLDER FILE [JOBS]

FOLDER is the model's as models/build.py wrote it; FILE is read by models/calibrate.py measure. Needs of the
environment of the agents only what runs language models.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from calibration.conversations import conversation_sample
from nesa.calibration import Calibration, write_away
from nesa.models import Store

JOBS = 300


def main() -> None:
    """Run the command line."""
    folder, file, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        model = Calibration(Path(folder), Store(Path(scratch)), conversation_sample)
        write_away(Path(file), model, int(rest[0]) if rest else JOBS)


if __name__ == "__main__":
    main()
