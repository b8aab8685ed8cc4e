import fcntl
from pathlib import Path

import pytest

from nesa.errors import NesaError
from nesa.localnet import Home, State, Topology, detach, reset_home, running
from nesa.localnet._folder import claim, is_marked
from nesa.localnet._state import ProcessRecord
from nesa.localnet._trust import add_trust
from unit.localnet.genesis import empty_genesis


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network comes up: its programs end at once."""
    monkeypatch.setenv("NESAD", "/bin/false")
    monkeypatch.setenv("NATS_SERVER", "/bin/false")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def up(root: Path) -> None:
    with pytest.raises(NesaError, match="failed"):
        async with running(Topology(miners=0), root):
            raise AssertionError("it started")


@pytest.mark.anyio
async def test_reset_keeps_a_folder_that_has_a_file_named_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("mine")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "precious").write_text("mine")
    with pytest.raises(NesaError, match="there is no network"):
        await reset_home(Home(tmp_path))
    assert (tmp_path / "lock").read_text() == "mine"
    assert (tmp_path / "keys" / "precious").read_text() == "mine"


@pytest.mark.anyio
async def test_reset_keeps_a_folder_whose_mark_is_another_files(tmp_path: Path) -> None:
    (tmp_path / Home(tmp_path).marker.name).write_text("mine")
    (tmp_path / "keys").mkdir()
    with pytest.raises(NesaError, match="there is no network"):
        await reset_home(Home(tmp_path))
    assert (tmp_path / "keys").is_dir()


@pytest.mark.anyio
async def test_reset_removes_what_a_start_that_failed_has_left(tmp_path: Path) -> None:
    root = tmp_path / "net"
    await up(root)
    await up(root)  # a folder of a network is no obstacle
    assert (root / "lock").is_file()
    assert await reset_home(Home(root)) == []
    assert not root.exists()


@pytest.mark.anyio
async def test_reset_removes_the_simulated_root(tmp_path: Path) -> None:
    root = tmp_path / "net"
    await up(root)
    add_trust(empty_genesis(), root, [])
    assert "enclaves" in names(root)
    assert await reset_home(Home(root)) == []
    assert not root.exists()


@pytest.mark.anyio
async def test_reset_deletes_only_what_a_network_writes(tmp_path: Path) -> None:
    root = tmp_path / "net"
    await up(root)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    (root / "store").symlink_to(outside)
    (root / "notes.txt").write_text("mine")
    assert await reset_home(Home(root)) == ["notes.txt"]
    assert names(root) == ["notes.txt"]
    assert (outside / "file").read_text() == "mine"


@pytest.mark.anyio
async def test_reset_removes_a_network_whose_state_is_damaged(tmp_path: Path) -> None:
    root = tmp_path / "net"
    await up(root)
    Home(root).state.write_text("{")
    await reset_home(Home(root))
    assert not root.exists()


@pytest.mark.anyio
async def test_reset_does_not_delete_under_a_supervisor(tmp_path: Path) -> None:
    root = tmp_path / "net"
    await up(root)
    with (root / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(NesaError, match="is running"):
            await reset_home(Home(root))
    assert (root / "lock").is_file()


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["lock", "file"])
async def test_up_refuses_a_folder_of_something_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(NesaError, match="is not empty"):
        async with running(Topology(miners=0), tmp_path):
            raise AssertionError("it started")
    with pytest.raises(NesaError, match="is not empty"):
        await detach(tmp_path, Topology(miners=0))
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.anyio
async def test_a_network_from_before_folders_were_marked_goes_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    State(Topology(miners=0), ProcessRecord("supervisor", 2**22, 0.0)).save(home)
    with pytest.raises(NesaError, match="once with nesa localnet up"):
        await reset_home(home)
    claim(home)
    assert is_marked(home)


@pytest.mark.anyio
async def test_up_says_when_a_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(NesaError, match="cannot be written"):
        async with running(Topology(miners=0), tmp_path / "file" / "net"):
            raise AssertionError("it started")
