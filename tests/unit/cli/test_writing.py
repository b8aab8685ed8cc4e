"""Where a result goes is looked at before it is paid or fetched, and a disk that fails then costs nothing twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nesa.cli import _job, _relay
from unit.cli.conftest import Nesa

COMMANDS = [
    ("job", "request", "a/b", __file__, "--from", "me", "--yes"),
    ("job", "result", "5"),
    ("job", "receipt", "5"),
    ("relay", "get", "nesa://x"),
]


@pytest.mark.usefixtures("me")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[1])
def test_a_file_that_cannot_be_written_is_told_at_once(nesa: Nesa, tmp_path: Path, command: tuple[str, ...]) -> None:
    missing = nesa(*command, "-o", str(tmp_path / "none" / "file"))
    assert (missing.status, "does not exist" in missing.err) == (2, True)
    below = nesa(*command, "-o", __file__ + "/file")
    assert (below.status, "is not a folder" in below.err) == (2, True)
    folder = nesa(*command, "-o", str(tmp_path))
    assert (folder.status, "is a directory" in folder.err) == (2, True)
    long = nesa(*command, "-o", str(tmp_path / ("x" * 300)))
    assert (long.status, "File name too long" in long.err) == (2, True)
    assert nesa(*command, "-o", str(tmp_path / "file")).status != 2
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[1])
def test_a_folder_that_may_not_be_written_is_told_at_once(
    nesa: Nesa, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != tmp_path)
    refused = nesa(*command, "-o", str(tmp_path / "file"))
    assert (refused.status, "cannot be written" in refused.err) == (2, True)


class Gone:
    """A client, or blobs, in whose time the folder to write to disappears."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def result(self, _job_id: int) -> object:
        self.folder.rmdir()
        return SimpleNamespace(payload=b"x", digest=b"y")

    async def receipt(self, _job_id: int) -> object:
        self.folder.rmdir()
        return SimpleNamespace(to_json=lambda: "{}")

    async def get(self, _uri: str, *, max_bytes: int) -> bytes:
        self.folder.rmdir()
        return b"x" * min(1, max_bytes)


@pytest.mark.parametrize(
    ("command", "again"),
    [
        (("job", "result", "5"), "nesa job result 5 -o FILE"),
        (("job", "receipt", "5"), "nesa job receipt 5 -o FILE"),
        (("relay", "get", "nesa://x"), "nesa relay get nesa://x -o FILE"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_disk_that_fails_says_how_to_get_the_file_again(
    nesa: Nesa, tmp_path: Path, command: tuple[str, ...], again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    @asynccontextmanager
    async def opened(*_args: Any, **_options: Any) -> AsyncIterator[Gone]:
        yield Gone(folder)

    monkeypatch.setattr(_job, "client_of", opened)
    monkeypatch.setattr(_relay, "Blobs", opened)
    sentence = nesa(*command, "-o", str(folder / "file")).sentence
    assert "file cannot be written: No such file or directory" in sentence
    assert again in sentence
