"""A miner's folder and what doctor finds."""

from importlib import metadata
from pathlib import Path

import pytest

from nesa.chain import Network
from nesa.errors import MinerError
from nesa.miner import MinerConfig, init_home
from nesa.miner import _doctor as doctor
from unit.miner.records import OWNER

SECRET = "secret"  # noqa: S105 - of a test's keys
NETWORK = Network("nesa-test-1", ("127.0.0.1:1",), relay="nats://127.0.0.1:4222")


def test_init_writes_what_load_reads(tmp_path: Path) -> None:
    made = init_home(tmp_path / "miner", NETWORK, owner=OWNER, serve={3: 10**20}, password=SECRET, workers=4)
    assert MinerConfig.load(tmp_path / "miner") == made
    assert (made.serve, made.workers, made.relays) == ({3: 10**20}, 4, (NETWORK.relay,))
    assert {stored.name for stored in made.keystore.list()} == {"operator", "claim"}
    with pytest.raises(MinerError, match="holds a miner already"):
        init_home(tmp_path / "miner", NETWORK, owner=OWNER, password=SECRET)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("workers = 0", "at least 1"),
        ("metrics_port = 70000", "0 to 65535"),
        ('claim_key = "operator"', "must differ"),
        ("unknown = 1", "unknown, missing or of the wrong kind"),
        ("= 1", "not TOML"),
    ],
)
def test_a_wrong_setting_is_one_clear_sentence(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "network.json").write_text(NETWORK.to_json())
    (tmp_path / "config.toml").write_text(f'owner = "{OWNER}"\n{line}\n')
    with pytest.raises(MinerError, match=reason):
        MinerConfig.load(tmp_path)


def test_two_builds_of_onnx_runtime_are_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"onnxruntime", "onnxruntime-gpu"}
    monkeypatch.setattr(doctor, "_installed", installed.__contains__)
    monkeypatch.setattr(metadata, "version", lambda _: "1.32.0")
    (check,) = doctor.runtimes()
    assert not check.ok
    assert "break each other" in check.text
    installed.remove("onnxruntime-gpu")
    (check,) = doctor.runtimes()
    assert check.ok
