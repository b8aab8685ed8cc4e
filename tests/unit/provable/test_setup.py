"""Keys of a model's circuits, made by one party with a program that stands in for ``nesa-prove``."""

import hashlib
import json
import stat
import sys
from pathlib import Path

import pytest

from nesa.errors import NesaError
from nesa.localnet._trust import verifying_keys
from nesa.models import Manifest
from nesa.provable import PROVING_KEYS, SETUP, describe_provable, read_provable, set_up

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "groth16.json").read_bytes())
KEY = next(key for key in VECTORS["keys"] if key["kind"] == "private")
GRAPH = bytes.fromhex(KEY["model"])

PROGRAM = """#!{python}
import pathlib, sys
command, graph, *rest = sys.argv[1:]
assert command == "setup" and pathlib.Path(graph).read_bytes() == bytes.fromhex({graph!r})
kind = "private" if "--private" in rest else "public"
pathlib.Path(rest[rest.index("--pk") + 1]).write_bytes(f"proving {{kind}} {round}".encode())
pathlib.Path(rest[rest.index("--vk") + 1]).write_bytes(f"verifying {{kind}} {round}".encode())
{act}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "mlp"
    found.mkdir()
    (found / "model.onnx").write_bytes(GRAPH)
    manifest = describe_provable(
        read_provable(GRAPH), GRAPH, name="mlp", task="decision", licence="Apache-2.0", attribution="nobody"
    )
    (found / "manifest.json").write_bytes(manifest.to_json())
    return found


def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str = "", round: int = 1) -> None:  # noqa: A002
    program = tmp_path / "nesa-prove"
    program.write_text(PROGRAM.format(python=sys.executable, graph=GRAPH.hex(), round=round, act=act))
    program.chmod(0o755)
    monkeypatch.setenv("NESA_PROVE", str(program))


@pytest.mark.parametrize("runs", [1, 2])
def test_both_kinds_of_keys_are_made_and_proving_keys_are_listed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    before = Manifest.from_json((folder / "manifest.json").read_bytes())
    for number in range(1, runs + 1):  # a second set-up takes the first one's place
        install(tmp_path, monkeypatch, round=number)
        made = set_up(folder, timeout=30)
    assert Manifest.from_json((folder / "manifest.json").read_bytes()) == made
    assert [file.path for file in made.files] == ["model.onnx", *PROVING_KEYS.values()]
    for private, kind in ((False, "public"), (True, "private")):
        raw = (folder / PROVING_KEYS[private]).read_bytes()
        assert raw == f"proving {kind} {runs}".encode()
        listed = made.file(PROVING_KEYS[private])
        assert (listed.sha256, listed.size) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert (made.engine, made.input, made.output, made.profile) == (
        before.engine, before.input, before.output, before.profile,
    )  # fmt: skip


def test_threat_43_a_chain_is_told_that_there_was_no_ceremony(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    set_up(folder, timeout=30)
    public, private = verifying_keys(folder, 7)
    assert (public.key, private.key) == (b"verifying public 1", b"verifying private 1")
    assert [key.private_input for key in (public, private)] == [False, True]
    model = read_provable(GRAPH)
    for key in (public, private):
        assert (key.version_id, key.input_size, key.output_size) == (7, *(model.input.shape[1], model.output.shape[1]))
        assert key.transcript_digest == hashlib.sha256(b"nesa/single-party-setup/v1" + key.key).digest()
    assert stat.S_IMODE((folder / SETUP).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("sys.exit('nesa-prove: the circuit is too large')", "nesa-prove failed: the circuit is too large"),
        ("import time; time.sleep(60)", "took longer than 1 seconds"),
    ],
)
def test_a_program_that_fails_changes_no_manifest(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, sentence: str
) -> None:
    before = (folder / "manifest.json").read_bytes()
    install(tmp_path, monkeypatch, act)
    with pytest.raises(NesaError, match=sentence):
        set_up(folder, timeout=1)
    assert (folder / "manifest.json").read_bytes() == before
    assert not (folder / SETUP).exists()


def test_a_model_that_is_not_provable_has_no_keys(folder: Path, model_folders: Path) -> None:
    source = model_folders / "file-type"
    for name in ("manifest.json", "model.onnx"):
        (folder / name).write_bytes((source / name).read_bytes())
    with pytest.raises(NesaError):
        set_up(folder, timeout=1)
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "model.onnx"]
