"""What a network for play trusts from its first block on."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from nesa.errors import NesaError
from nesa.localnet._genesis import VerifyingKey
from nesa.localnet._trust import ENCLAVES, add_trust, verifying_keys
from nesa.tee import Simulator
from unit.localnet.genesis import empty_genesis

ENTRY: dict[str, object] = {
    "private_input": False,
    "verifying_key": "verifying.key",
    "input_size": 24,
    "output_size": 2,
    "transcript_digest": "ab" * 32,
}


def model(folder: Path, *entries: dict[str, object]) -> Path:
    folder.mkdir()
    (folder / "verifying.key").write_bytes(b"a key")
    (folder / "private.key").write_bytes(b"another")
    (folder / "setup.json").write_text(json.dumps({"keys": entries}))
    return folder


def test_keys_of_both_kinds_are_read(tmp_path: Path) -> None:
    private = ENTRY | {"private_input": True, "verifying_key": "private.key"}
    digest = bytes.fromhex("ab" * 32)
    assert verifying_keys(model(tmp_path / "credit", ENTRY, private), 3) == [
        VerifyingKey(3, False, b"a key", 24, 2, digest),
        VerifyingKey(3, True, b"another", 24, 2, digest),
    ]


def test_a_model_that_cannot_be_proven_has_none(tmp_path: Path) -> None:
    assert verifying_keys(tmp_path, 1) == []


NO_SETUP = (b"", b"no json", b"\xff", b"[]", b"null", b"{}", b'{"keys": 5}', b'{"keys": [5]}', b'{"keys": null}')
WRONG = [
    ("private_input", "false"),
    ("private_input", 0),
    ("private_input", None),
    ("verifying_key", 5),
    ("verifying_key", "a\0b"),
    ("input_size", 0),
    ("input_size", -1),
    ("input_size", 2**20 + 1),
    ("input_size", "many"),
    ("input_size", 1.5),
    ("output_size", None),
    ("output_size", True),
    ("transcript_digest", "ab"),
    ("transcript_digest", "zz" * 32),
    ("transcript_digest", 7),
]


def malformed() -> Iterator[bytes]:
    yield from NO_SETUP
    for name, value in WRONG:
        yield json.dumps({"keys": [ENTRY | {name: value}]}).encode()
    for name in ENTRY:
        yield json.dumps({"keys": [{key: value for key, value in ENTRY.items() if key != name}]}).encode()


@pytest.mark.parametrize("content", list(malformed()))
def test_a_malformed_set_up_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    folder = model(tmp_path / "credit", ENTRY)
    (folder / "setup.json").write_bytes(content)
    with pytest.raises(NesaError, match=r"setup\.json is malformed$"):
        verifying_keys(folder, 1)


@pytest.mark.parametrize("name", ["none.key", "", ".", "/"])
def test_a_key_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str) -> None:
    folder = model(tmp_path / "credit", ENTRY | {"verifying_key": name})
    with pytest.raises(NesaError, match=r"a verifying key of .*credit cannot be read: |setup\.json is malformed"):
        verifying_keys(folder, 1)


def test_a_set_up_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "setup.json").mkdir()
    with pytest.raises(NesaError, match=r"setup\.json cannot be read: "):
        verifying_keys(tmp_path, 1)


def test_only_files_beside_the_manifest_are_read(tmp_path: Path) -> None:
    (tmp_path / "verifying.key").write_bytes(b"somebody else's")
    folder = model(tmp_path / "credit", ENTRY | {"verifying_key": "../verifying.key"})
    (found,) = verifying_keys(folder, 1)
    assert found.key == b"a key"


def test_threat_43_genesis_alone_trusts_what_one_party_made(tmp_path: Path) -> None:
    state = empty_genesis()
    plain = tmp_path / "plain"
    plain.mkdir()
    root = tmp_path / "net"
    root.mkdir()
    add_trust(state, root, [plain, model(tmp_path / "credit", ENTRY)])
    found = state["app_state"]["attestation"]
    assert found["params"]["allow_simulated"]
    assert [key["version_id"] for key in found["verifying_keys"]] == ["2"]
    assert b64decode(found["verifying_keys"][0]["key"]) == b"a key"
    (anchor,) = found["anchors"]
    assert anchor["simulated"]
    simulator = Simulator.create(root / ENCLAVES)
    assert [b64decode(raw) for raw in anchor["certificates"]] == list(simulator.roots())
    (measurement,) = found["measurements"]
    assert b64decode(measurement["value"]) == simulator.measurement
