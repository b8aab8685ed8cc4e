"""Converts weights to ONNX in an environment of its own: ONNX Runtime GenAI's builder, as another process, offline."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import anyio

from nesa.errors import NesaError, UnsupportedModelError
from nesa.publish._folder import Source

__all__ = ["PRECISIONS", "convert", "find_converter"]

PRECISIONS = ("fp32", "int4")
_VARIABLE = "NESA_CONVERTER"
_CHECKOUT = Path(__file__).parents[3] / ".cache" / "train" / "bin" / "python"
_SAFE = (".json", ".jinja", ".model", ".safetensors", ".txt")
"""Endings of what the builder is given: nothing that is code, or is unpickled."""

_DONE = ".converted"
_LOG = "builder.log"
_SECONDS = 3600.0
_SHOWN = 300


def find_converter(given: Path | None) -> Path:
    """Return the Python of an environment with the builder: ``given``, NESA_CONVERTER's, or the checkout's own.

    Raises:
        UnsupportedModelError: there is none; the text says what to install.
    """
    named = given or (Path(text) if (text := os.environ.get(_VARIABLE)) else None)
    if named is not None:
        if not os.access(named, os.X_OK):
            raise NesaError(f"{named} is no program; --converter and {_VARIABLE} name the Python of an environment")
        return named.absolute()
    if os.access(_CHECKOUT, os.X_OK):
        return _CHECKOUT
    raise UnsupportedModelError(
        "weights have to be converted to ONNX, and no converter is installed: make one with python -m venv converter "
        "&& converter/bin/pip install onnxruntime-genai==0.18.0 onnxruntime==1.32.0 onnx onnx-ir torch transformers, "
        "and name it with --converter converter/bin/python"
    )


async def convert(source: Source, python: Path, precision: str, work: Path, keep: Iterable[str] = ()) -> Path:
    """Convert a folder's weights, or return what an earlier call has made of them.

    Args:
        source: the folder, judged; the builder sees its settings and safetensors alone.
        python: of the environment with the builder.
        precision: one of `PRECISIONS`.
        work: a folder for this source and precision alone.
        keep: paths of files that belong beside the graph, such as a licence.

    Raises:
        UnsupportedModelError: the builder failed; the text has its last line.
    """
    made = work / "made"
    if (work / _DONE).is_file():
        return made
    shutil.rmtree(work, ignore_errors=True)
    given, scratch = work / "given", work / "scratch"
    for folder in (given, scratch):
        folder.mkdir(parents=True)
    for path in source.files:
        if "/" not in path and path.lower().endswith(_SAFE):
            _link(source.root / path, given / path)
    command = [
        str(python),
        "-m",
        "onnxruntime_genai.models.builder",
        "-i",
        str(given),
        "-o",
        str(made),
        "-p",
        precision,
    ]
    command += ["-e", "cpu", "-c", str(scratch), "--extra_options", "include_hidden_states=true"]
    await _run(command, scratch, work / _LOG)
    for path in keep:
        if not (made / path).exists():
            _link(source.root / path, made / path)
    for folder in (given, scratch):
        shutil.rmtree(folder)
    (work / _DONE).touch()
    return made


async def _run(command: list[str], scratch: Path, log: Path) -> None:
    env = {"PATH": os.environ.get("PATH", ""), "HOME": str(scratch), "HF_HOME": str(scratch), "HF_HUB_OFFLINE": "1"}
    try:
        with anyio.fail_after(_SECONDS), log.open("wb") as file:
            done = await anyio.run_process(
                command, check=False, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env, cwd=scratch
            )
    except OSError as error:
        raise NesaError(f"the converter {command[0]} does not run: {error.strerror}") from error
    except TimeoutError as error:
        raise UnsupportedModelError(
            f"the converter was not done within {_SECONDS:.0f} seconds; convert it yourself"
        ) from error
    if done.returncode:
        last = _last_line(log) or f"status {done.returncode}"
        raise UnsupportedModelError(f"the converter cannot convert this model ({last}); its whole output is in {log}")


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:_SHOWN] if lines else ""


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no such names."""
    real = source.resolve()
    try:
        target.hardlink_to(real)
    except OSError:
        shutil.copyfile(real, target)
