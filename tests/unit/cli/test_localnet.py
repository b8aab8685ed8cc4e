from pathlib import Path

import pytest

from unit.cli.conftest import Nesa


@pytest.mark.parametrize("command", ["logs", "logs relay", "status", "down", "reset --yes"])
def test_a_folder_without_a_network_is_told(nesa: Nesa, tmp_path: Path, command: str) -> None:
    sentence = nesa("localnet", *command.split(), "--home", str(tmp_path / "none")).sentence
    assert f"there is no network in {tmp_path / 'none'}" in sentence
    (tmp_path / "file").touch()
    assert "there is no network" in nesa("localnet", *command.split(), "--home", str(tmp_path / "file" / "x")).sentence


def test_a_plan_of_the_wrong_shape_is_told(nesa: Nesa, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"block_seconds": -1}')
    done = nesa("localnet", "up", "--plan", str(plan), "--home", str(tmp_path / "net"))
    assert "plan.json does not describe a network: block_seconds must be more than 0" in done.sentence
    assert not (tmp_path / "net").exists()


def test_up_refuses_a_folder_of_something_else(nesa: Nesa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("NESAD", "NATS_SERVER"):
        monkeypatch.setenv(program, "/bin/false")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "lock").touch()
    up = ("localnet", "up", "--miners", "0", "--home", str(folder))
    assert "is not empty and holds no network" in nesa(*up).sentence
    assert "is not empty and holds no network" in nesa(*up, "--detach").sentence


def test_reset_says_what_it_keeps(nesa: Nesa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("NESAD", "NATS_SERVER"):
        monkeypatch.setenv(program, "/bin/false")
    folder = tmp_path / "net"
    assert "failed" in nesa("localnet", "up", "--miners", "0", "--home", str(folder)).err
    (folder / "notes.txt").touch()
    done = nesa("localnet", "reset", "--yes", "--home", str(folder))
    assert done.status == 0
    assert "has not written notes.txt" in done.err
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
