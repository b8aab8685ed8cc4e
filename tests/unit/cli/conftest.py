"""The command line as a user meets it, in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nesa.chain import Key, Keystore, KeyType
from nesa.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said, and its status."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence of a command that was refused or failed."""
        assert self.status == 1, self
        (line,) = self.err.splitlines()
        assert line.startswith("Error: ")
        return line


Nesa = Callable[..., Done]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network of which no node answers."""
    file = tmp_path / "network.json"
    file.write_text(json.dumps({"chain_id": "nesa-test-1", "grpc": ["127.0.0.1:1"]}))
    return file


@pytest.fixture
def me(tmp_path: Path) -> Key:
    """A key in the key store, under the name ``me``."""
    key = Key.generate(KeyType.COSMOS)
    Keystore(tmp_path / "keys", scrypt_n=1024).add("me", key, "secret")
    return key


@pytest.fixture
def nesa(tmp_path: Path, network: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Nesa:
    """Run a command."""
    monkeypatch.setenv("NESA_NETWORK", str(network))
    monkeypatch.setenv("NESA_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("NESA_PASSWORD", "secret")
    monkeypatch.delenv("NESA_DEBUG", raising=False)

    def run(*args: str) -> Done:
        with pytest.raises(SystemExit) as end:
            main(list(args))
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Done(end.value.code, captured.out, captured.err)

    return run
