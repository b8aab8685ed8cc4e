"""Proves an output with ``nesa-prove``, the program that holds the circuits; nothing that it says is taken on trust.

What is private stands in files that only their owner may read, not in arguments, which everybody on a machine can see.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nesa._programs import find_program
from nesa.errors import ProofError
from nesa.files import write_private
from nesa.provable._field import MODULUS
from nesa.provable._groth16 import PROOF_BYTES
from nesa.provable._integers import run_integers
from nesa.provable._poseidon2 import commitment
from nesa.provable._read import read_provable
from nesa.provable._statement import public_values
from nesa.untrusted import parse_json

__all__ = ["Proven", "parse_number", "prove", "run_program"]

_DIGITS = len(str(MODULUS))


@dataclass(frozen=True, slots=True)
class Proven:
    """A proof, what it says, and of what.

    Attributes:
        proof: 256 bytes.
        public: the public values.
        output: the model's output.
    """

    proof: bytes
    public: tuple[int, ...]
    output: bytes


def parse_number(value: object) -> int:
    """Return the field element that a text writes in plain digits.

    Raises:
        ProofError: it writes none.
    """
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise ProofError("a public value is not a number in plain digits")
    number = int(value)
    if number >= MODULUS or str(number) != value:
        raise ProofError("a public value is not below the field's modulus, or has leading zeros")
    return number


def prove(graph: Path, key: Path, payload: bytes, context: int, *, salt: int | None, timeout: float) -> Proven:
    """Run a model on an input and prove its output; blocks.

    Args:
        graph: the model in provable form.
        key: the proving key of its circuit, of the kind with or without a salt.
        payload: the input.
        context: of `as_context`.
        salt: of `new_salt`, if the input is to stay private.
        timeout: seconds after which the program is ended.

    Raises:
        NesaError: the program is missing or fails, or it proved something else than asked.
    """
    program = find_program("NESA_PROVE", "nesa-prove", "build/bin")
    model = read_provable(graph.read_bytes())
    output = run_integers(model, payload)
    source = payload if salt is None else commitment(salt, payload)
    with tempfile.TemporaryDirectory() as scratch:
        input_file, salt_file, proof_file = (Path(scratch, name) for name in ("input", "salt", "proof"))
        write_private(input_file, payload)
        argv = [program, "prove", str(graph), "--pk", str(key), "--input", str(input_file)]
        argv += ["--context", f"{context:064x}", "-o", str(proof_file)]
        if salt is not None:
            write_private(salt_file, f"{salt:064x}".encode())
            argv += ["--salt", f"@{salt_file}"]
        said = run_program(argv, timeout)
        proof = proof_file.read_bytes() if proof_file.is_file() else b""
    try:
        found = parse_json(said)
        if not isinstance(found, dict):
            raise TypeError  # noqa: TRY301 - as what the next line raises
        public = tuple(parse_number(value) for value in found["public"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProofError("nesa-prove said something that is no proof") from error
    if len(proof) != PROOF_BYTES or public != public_values(context, source, output):
        raise ProofError("nesa-prove proved something else than it was asked")
    return Proven(proof, public, output)


def run_program(argv: list[str], timeout: float) -> bytes:
    """Run a command of ``nesa-prove`` and return what it says; blocks.

    Raises:
        ProofError: it takes longer than ``timeout`` seconds, or fails.
    """
    try:
        done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise ProofError(f"nesa-prove took longer than {timeout:g} seconds") from error
    except OSError as error:
        raise ProofError(f"nesa-prove cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        said = lines[0].removeprefix("nesa-prove: ") if lines else f"status {done.returncode}"
        raise ProofError(f"nesa-prove failed: {said}")
    return done.stdout
