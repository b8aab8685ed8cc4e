"""One step of EZKL on a folder, in the Python of its own environment, which has nothing of this project.

usage: ezkl_step.py FOLDER compile VISIBILITY [BASE LEGS] | srs FILE LOGROWS | setup SRS | prove SRS | verify SRS | run

A folder has ``float.onnx`` and ``inputs.json``, whose first row is proven. ``run`` writes the circuit's output for
every row to ``outputs.json``.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import ezkl

BITS = 7  # behind the point of inputs and weights, as many as the provable form has


def compile_model(visibility: str, *tables: str) -> None:
    """Write settings, of EZKL's own calibration for the least resources, and the circuit."""
    wanted = ezkl.PyRunArgs()
    wanted.input_visibility, wanted.param_visibility, wanted.output_visibility = visibility, "fixed", "public"
    wanted.input_scale = wanted.param_scale = BITS
    if tables:
        wanted.decomp_base, wanted.decomp_legs = map(int, tables)
        wanted.logrows = wanted.decomp_base.bit_length()  # from which calibration goes up
    ezkl.gen_settings("float.onnx", "settings.json", py_run_args=wanted)
    ezkl.calibrate_settings(first(), "float.onnx", "settings.json", "resources", scales=[BITS])
    ezkl.compile_circuit("float.onnx", "circuit", "settings.json")


def rows() -> list[list[float]]:
    """Return the inputs."""
    found: list[list[float]] = json.loads(Path("inputs.json").read_text())
    return found


def single(row: list[float]) -> str:
    """Write one input as EZKL reads it, and return the file's name."""
    Path("input.json").write_text(json.dumps({"input_data": [row]}))
    return "input.json"


def first() -> str:
    """Write the first input."""
    return single(rows()[0])


def srs(file: str, logrows: str) -> None:
    """Write a reference string that this machine makes alone."""
    ezkl.gen_srs(file, int(logrows))


def setup(reference: str) -> None:
    """Write keys."""
    ezkl.setup("circuit", "vk", "pk", reference)


def prove(reference: str) -> None:
    """From an input to a proof."""
    ezkl.gen_witness(first(), "circuit", "witness.json")
    ezkl.prove("witness.json", "circuit", "pk", "proof.json", reference)


def verify(reference: str) -> None:
    """Verify the proof."""
    if not ezkl.verify("proof.json", "settings.json", "vk", reference):
        raise SystemExit("the proof does not hold")


def run() -> None:
    """Write the outputs for all inputs, as real numbers."""
    scale = json.loads(Path("settings.json").read_text())["model_output_scales"][0]
    witnesses = (ezkl.gen_witness(single(row), "circuit", "witness.json") for row in rows())
    found = [[ezkl.felt_to_int(felt) / 2**scale for felt in witness["outputs"][0]] for witness in witnesses]
    Path("outputs.json").write_text(json.dumps(found))


STEPS: dict[str, Callable[..., None]] = {
    "compile": compile_model,
    "srs": srs,
    "setup": setup,
    "prove": prove,
    "verify": verify,
    "run": run,
}

if __name__ == "__main__":
    os.chdir(sys.argv[1])
    STEPS[sys.argv[2]](*sys.argv[3:])
