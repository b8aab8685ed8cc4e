"""Programs of this project that are not Python: where they are."""

import os
import shutil
from pathlib import Path

from nesa.errors import NesaError

__all__ = ["find_program"]


def find_program(variable: str, name: str, folder: str) -> str:
    """Return the path of a program: from ``variable``, the checkout's build folder, or the search path.

    Raises:
        NesaError: it is nowhere.
    """
    if given := os.environ.get(variable):
        if not os.access(given, os.X_OK):
            raise NesaError(f"{variable} names {given}, which is no program")
        return given
    built = Path(__file__).parents[2] / folder / name
    if found := shutil.which(str(built)) or shutil.which(name):
        return found
    raise NesaError(f"{name} is not built: run make setup, or set {variable} to its path")
