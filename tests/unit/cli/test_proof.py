"""Proofs from the command line: checked against golden vectors, and made by a program that is not believed."""

import hashlib
import json
import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nesa.chain import Key
from nesa.cli import _proof
from nesa.cli._decision import Decision
from nesa.errors import ProofError
from nesa.provable import describe_provable, read_provable, run_integers
from unit.cli.conftest import Nesa

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "groth16.json").read_bytes())
PRIVATE = next(key for key in VECTORS["keys"] if key["kind"] == "private")
VALID, OTHER = (case for case in VECTORS["cases"] if case["key"] == PRIVATE["name"] and case["valid"])
GRAPH = bytes.fromhex(PRIVATE["model"])
LABEL = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a valid proof, its key and model, and a model's folder."""
    (tmp_path / "vk").write_bytes(bytes.fromhex(PRIVATE["verifying_key"]))
    (tmp_path / "proof").write_bytes(bytes.fromhex(VALID["proof"]))
    (tmp_path / "public").write_text(json.dumps(VALID["public"]))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.onnx").write_bytes(GRAPH)
    manifest = describe_provable(
        read_provable(GRAPH), GRAPH, name="mlp", task="decision", licence="Apache-2.0", attribution="nobody"
    )
    (tmp_path / "model" / "manifest.json").write_bytes(manifest.to_json())
    (tmp_path / "input").write_bytes(bytes.fromhex(VALID["input"]))
    (tmp_path / "key").write_bytes(b"a proving key")
    return tmp_path


def verify(nesa: Nesa, folder: Path, *more: str) -> Any:
    return nesa("proof", "verify", "--vk", str(folder / "vk"), "--proof", str(folder / "proof"), *more)


def test_a_proof_holds_or_does_not(nesa: Nesa, folder: Path) -> None:
    public = ("--public", str(folder / "public"))
    done = verify(nesa, folder, *public, "--model", str(folder / "model"), "--json")
    assert done.status == 0, done
    found = json.loads(done.out)
    assert found["context"] == VALID["public"][0]
    output = np.frombuffer(bytes.fromhex(VALID["output"]), np.int8)
    scale = read_provable(GRAPH).output.exponent
    assert list(found["scores"].values()) == [float(value) * 2.0**-scale for value in output]
    (folder / "proof").write_text("0x" + VALID["proof"] + "\n")
    (folder / "vk").write_text(PRIVATE["verifying_key"])
    assert "holds" in verify(nesa, folder, *public).out
    (folder / "public").write_text(json.dumps(OTHER["public"]))
    assert "does not hold for these public values" in verify(nesa, folder, *public).sentence


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("public", b'["1"]', "the key takes 4 public values, not 1"),
        ("public", b"[1, 2]", "not a number in plain digits"),
        ("public", b'["-1"]', "not a number in plain digits"),
        ("public", b'["01"]', "has leading zeros"),
        ("public", ('["' + "9" * 77 + '"]').encode(), "not below the field's modulus"),
        ("public", b"{}", "is no JSON list of numbers as texts"),
        ("public", b"", "is no JSON list of numbers as texts"),
        ("proof", b"abc", "has half a byte too many"),
        ("proof", b"\0", "a proof has 256 bytes, not 1"),
        ("vk", b"\0", "1 bytes are no verifying key"),
        ("proof", b'{"format": "nesa/decision/v1"}', "the decision has no version_id"),
    ],
)
def test_each_refusal_is_one_sentence(nesa: Nesa, folder: Path, file: str, content: bytes, sentence: str) -> None:
    (folder / file).write_bytes(content)
    assert sentence in verify(nesa, folder, "--public", str(folder / "public")).sentence


def test_public_values_must_be_named(nesa: Nesa, folder: Path) -> None:
    assert "name their file with --public" in verify(nesa, folder).sentence


PROVER = """#!{python}
import json, pathlib, sys
expected = {expected}
assert sys.argv[1] == "prove", sys.argv
assert pathlib.Path(sys.argv[2]).read_bytes() == bytes.fromhex(expected["model"])
arguments = dict(zip(sys.argv[3::2], sys.argv[4::2]))
files = {{"--input": arguments["--input"], "--salt": arguments["--salt"].removeprefix("@")}}
for name, file in files.items():
    assert pathlib.Path(file).stat().st_mode & 0o077 == 0
    assert pathlib.Path(file).read_bytes().hex() == expected[name], arguments
assert pathlib.Path(arguments["--pk"]).read_bytes() == b"a proving key"
assert arguments["--context"] == expected["--context"]
def say(proof):
    pathlib.Path(arguments["-o"]).write_bytes(bytes.fromhex(proof))
    print(json.dumps({{"output": "", "public": expected["public"]}}))
{act}
"""
SAY = "say('%s')"


@pytest.fixture
def decision(folder: Path, me: Key, monkeypatch: pytest.MonkeyPatch) -> Decision:
    """What the fake prover is expected to prove."""
    monkeypatch.setattr(_proof, "new_salt", lambda: int(VALID["salt"]))
    monkeypatch.setenv("NESA_PROVE", str(folder / "nesa-prove"))
    output = run_integers(read_provable(GRAPH), bytes.fromhex(VALID["input"]))
    assert output.hex() == VALID["output"]
    return Decision(
        "nesa-test-1",
        7,
        me.address,
        bytes.fromhex(LABEL),
        int(VALID["public"][1]),
        output,
        bytes.fromhex(VALID["proof"]),
    )


def install(folder: Path, decision: Decision, act: str) -> None:
    expected = {
        "--input": VALID["input"],
        "--salt": f"{int(VALID['salt']):064x}".encode().hex(),
        "model": GRAPH.hex(),
        "--context": f"{decision.context:064x}",
        "public": [str(value) for value in decision.public],
    }
    program = folder / "nesa-prove"
    program.write_text(PROVER.format(python=sys.executable, expected=expected, act=act))
    program.chmod(0o755)


def make(nesa: Nesa, folder: Path, decision: Decision, *more: str) -> Any:
    model, data, key, secret, output = (str(folder / name) for name in ("model", "input", "key", "secret", "decision"))
    return nesa(
        "proof", "make", model, data, "--key", key, "--version", "7", "--account", decision.account, "--label", LABEL,
        "--salt", secret, "-o", output, *more,
    )  # fmt: skip


def test_a_decision_is_proven_and_its_secret_kept(nesa: Nesa, folder: Path, decision: Decision) -> None:
    install(folder, decision, SAY % decision.proof.hex())
    done = make(nesa, folder, decision, "--json")
    assert done.status == 0, done
    assert len(json.loads(done.out)["scores"]) == len(decision.output)
    assert Decision.from_json((folder / "decision").read_bytes()) == decision
    assert VALID["input"] not in (folder / "decision").read_text()
    assert VALID["salt"] not in (folder / "decision").read_text()
    secret = folder / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    found = json.loads(secret.read_bytes())
    assert (found["salt"], found["input"], found["commitment"]) == (VALID["salt"], VALID["input"], VALID["public"][1])
    before = hashlib.sha256(secret.read_bytes()).digest()
    assert "exists, and may open another commitment" in make(nesa, folder, decision).sentence
    assert hashlib.sha256(secret.read_bytes()).digest() == before
    (folder / "proof").write_bytes((folder / "decision").read_bytes())
    assert "does not hold" in verify(nesa, folder).sentence  # the fake prover's proof is of another context


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("sys.exit('nesa-prove: no such key\\nmore')", "nesa-prove failed: no such key"),
        ("print(json.dumps({'public': expected['public']}))", "proved something else than it was asked"),
        ("sys.exit(3)", "nesa-prove failed: status 3"),
        ("print('{}')", "said something that is no proof"),
        ("print('no')", "said something that is no proof"),
        ("print('[]')", "said something that is no proof"),
        (SAY % "00", "proved something else than it was asked"),
        ("expected['public'][0] = '1'\n" + SAY % ("00" * 256), "proved something else than it was asked"),
        ("expected['public'][-1] = '1'\n" + SAY % ("00" * 256), "proved something else than it was asked"),
        ("import time; time.sleep(60)", "took longer than 2 seconds"),
    ],
)
def test_the_prover_is_not_believed(nesa: Nesa, folder: Path, decision: Decision, act: str, sentence: str) -> None:
    install(folder, decision, act)
    assert sentence in make(nesa, folder, decision, "--timeout", "2").sentence
    assert not (folder / "decision").exists()
    assert (folder / "secret").exists()  # what it opens may have been said elsewhere


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"label": "ab"}, "the decision's label is not 32 bytes in hexadecimal"),
        ({"proof": "zz" * 256}, "the decision's proof is not 256 bytes in hexadecimal"),
        ({"output": ""}, "the decision's output is not 1 to 1048576 bytes in hexadecimal"),
        ({"commitment": 5}, "not a number in plain digits"),
        ({"version_id": True}, "the decision has no version_id"),
        ({"version_id": 0}, "the decision has no version_id"),
        ({"account": None}, "the decision has no account"),
        ({"chain_id": ""}, "the decision has no chain_id of at most 50 characters"),
        ({"chain_id": "x" * 300}, "the decision has no chain_id of at most 50 characters"),
    ],
)
def test_decisions_that_are_refused(decision: Decision, change: dict[str, object], sentence: str) -> None:
    raw = json.dumps(json.loads(decision.to_json()) | change).encode()
    with pytest.raises(ProofError, match=sentence):
        Decision.from_json(raw)


def test_what_a_decision_says_decides_its_public_values(nesa: Nesa, folder: Path, decision: Decision) -> None:
    assert Decision.from_json(b"[]") is None
    assert Decision.from_json(b"\xff") is None
    assert Decision.from_json(decision.to_json().encode()) == decision
    install(folder, decision, "")
    wrong = make(nesa, folder, decision, "--label", "00")
    assert "a label is 32 bytes in hexadecimal" in wrong.sentence
    mistyped = make(nesa, folder, decision, "--account", "nesa1x")
    assert "is no address" in mistyped.sentence
    assert not (folder / "secret").exists()
