"""A miner that cheats, as a program: ``python -m nesa.demo._cheater HOME FOLDER``. All else about it is the real agent.

``python -m nesa.demo._cheater rehearse MODEL FOLDER`` makes ready what it needs.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import anyio

from nesa.demo._cheating import Script, cheating, rehearse
from nesa.miner import MinerConfig, run

__all__ = ["main"]


def main(arguments: Sequence[str]) -> None:
    """Rehearse, or run a miner."""
    match arguments:
        case ["rehearse", model, folder]:
            rehearse(Path(model), Path(folder))
        case [home, folder]:
            config, engine = MinerConfig.load(Path(home)), partial(cheating, Path(folder))
            anyio.run(partial(run, config, engine=engine, tamper=Script(config)))
        case _:
            sys.exit("usage: python -m nesa.demo._cheater HOME FOLDER | rehearse MODEL FOLDER")


if __name__ == "__main__":
    main(sys.argv[1:])
