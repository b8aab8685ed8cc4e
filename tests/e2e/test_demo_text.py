"""The demonstration of cheats with text, as a user runs it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nesa.demo._cheats import CHEATS, LIES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_threat_19_the_demonstration_catches_every_cheat_and_punishes_nobody_else(chat: Path, tmp_path: Path) -> None:
    before = {process.pid for process in psutil.process_iter()}
    done = subprocess.run(
        [sys.executable, "-m", "nesa.cli", "demo-text", "--models", str(chat.parent), "--output", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=390,
    )
    assert done.returncode == 0, done.stderr
    assert "No honest miner lost a bond, or any of its stake." in done.stdout
    what = [cheat.what for cheat in CHEATS.values()] + [lie.what for lie in LIES.values()]
    for line in what:
        (row,) = [row for row in done.stdout.splitlines() if row.startswith(f"{line}  ")]
        assert re.search(r" fault +[0-9.]+ burned *$", row)
    assert f"{len(what)} of {len(what)} cheats were caught" in done.stdout
    assert json.loads((tmp_path / "receipt-text.json").read_text())

    left = [process for process in psutil.process_iter(["pid", "cmdline"]) if process.pid not in before]
    assert [
        process.info["cmdline"] for process in left if "nesa-text-" in " ".join(process.info["cmdline"] or [])
    ] == []
