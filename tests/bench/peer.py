"""EZKL, which also proves what small networks compute, in an environment of its own.

It comes without a licence for its use in anything else, so it is measured against and never depended on. Reference
strings are made here, by one party: nothing is fetched but the package.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.spent import Spent, spend

__all__ = ["Circuit", "install"]

ROOT = Path(__file__).parents[2]
_LOCK = ROOT / "requirements" / "bench.txt"
_FOLDER = ROOT / ".cache" / "ezkl"
_PYTHON = _FOLDER / "bin" / "python"
_STEP = Path(__file__).with_name("ezkl_step.py")


def install() -> None:
    """Install the locked version unless it is there."""
    mark, wanted = _FOLDER / ".installed", _LOCK.read_text()
    if mark.is_file() and mark.read_text() == wanted:
        return
    uv = str(ROOT / ".cache" / "uv" / "bin" / "uv")
    subprocess.run([uv, "venv", "--quiet", "--clear", str(_FOLDER)], check=True)
    sync = [uv, "pip", "sync", "--quiet", "--python", str(_PYTHON), "--require-hashes", str(_LOCK)]
    subprocess.run(sync, check=True)
    mark.write_text(wanted)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A folder with ``float.onnx`` and ``inputs.json``, of which EZKL makes a circuit.

    Attributes:
        folder: where everything is.
        visibility: of the input.
        tables: base and number of digits into which values are taken apart; its own choice if left out.
    """

    folder: Path
    visibility: str = "public"
    tables: tuple[int, int] | None = None

    def _step(self, name: str, *args: str) -> Spent:
        return spend([str(_PYTHON), str(_STEP), str(self.folder), name, *args])

    @property
    def _reference(self) -> str:
        """Return the reference string's file, which all circuits of this size share."""
        return str(_FOLDER / f"srs-{self.logrows}")

    @property
    def logrows(self) -> int:
        """The binary logarithm of the circuit's rows."""
        return int(json.loads((self.folder / "settings.json").read_text())["run_args"]["logrows"])

    def compile(self) -> None:
        """Calibrate and compile."""
        self._step("compile", self.visibility, *map(str, self.tables or ()))

    def set_up(self) -> Spent:
        """Make keys; making the reference string does not count."""
        if not Path(self._reference).is_file():
            self._step("srs", self._reference, str(self.logrows))
        return self._step("setup", self._reference)

    def prove(self) -> Spent:
        """Go from the first input to a proof."""
        return self._step("prove", self._reference)

    def verify(self) -> Spent:
        """Verify the proof."""
        return self._step("verify", self._reference)

    def outputs(self) -> list[list[float]]:
        """Return the circuit's outputs for all inputs."""
        self._step("run")
        found: list[list[float]] = json.loads((self.folder / "outputs.json").read_text())
        return found
