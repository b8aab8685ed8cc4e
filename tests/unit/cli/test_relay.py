from pathlib import Path

import pytest

from unit.cli.conftest import Nesa


@pytest.mark.usefixtures("me")
def test_an_empty_file_is_not_stored(nesa: Nesa, tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.touch()
    assert "empty: an empty file cannot be stored" in nesa("relay", "put", str(file), "--from", "me").sentence
