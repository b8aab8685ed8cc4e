"""The publisher's guide, followed to the letter: a model that is in nobody's list is served and checked in the end."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.conftest import Net, Shell
from nesa.chain import Key

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "publisher.md"


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the guide, and the lines that it is said to print."""

    command: str
    lines: tuple[str, ...]


def steps() -> Iterator[Step]:
    """Yield what the guide has one type at a prompt, in its order."""
    for block in re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, lines = typed.split("\n", 1) if "<<'END'" not in typed else typed.split("\nEND\n", 1)
            ended = f"{command}\nEND\n" if "<<'END'" in typed else command
            yield Step(ended, tuple(line for line in lines.splitlines() if line.strip() not in {"", "…"}))


def pattern(line: str) -> re.Pattern[str]:
    """Return what a line of the guide stands for: ``…`` for anything, a number for any number."""
    words = []
    for word in line.split():
        if word == "…":
            words.append(".*")
        elif "…" in word:
            words.append(r"\S+")
        else:
            words.append(re.sub(r"(?:\\?[0-9.,]|\\,)*[0-9]", r"[0-9.,]+", re.escape(word)))
    return re.compile(r"\s+".join(words))


def test_the_publishers_guide_does_what_it_says(net: Net, tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NESA_LOCALNET": str(net.home.root),
        "NESA_KEYS": str(tmp_path / "keys"),
        "NESA_PASSWORD": "secret",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    found = list(steps())
    assert [step.command.split()[0] for step in found].count("nesa") >= 7
    for step in found:
        done = subprocess.run(
            ["bash", "-euc", step.command],
            cwd=tmp_path,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, (step.command, done.stdout)
        rest = done.stdout
        for line in step.lines:
            match = pattern(line).search(rest)
            assert match, f"{step.command} prints no line like {line!r}, but {done.stdout}"
            rest = rest[match.end() :]


@pytest.mark.parametrize("late", [0.0, 0.5])
def test_a_publisher_killed_in_the_middle_pays_once(
    shell: Shell, user: Key, model_folders: Path, tmp_path: Path, late: float
) -> None:
    """Killed once it has signed: before its transaction is sent, or while it is on its way."""
    name, store = f"k{user.address[-8:]}/types", tmp_path / "published"
    before = balance(shell, user)
    options = ("--name", name, "--store", str(store), "--from", "me", "--yes", "--json")
    command = ("model", "publish", str(model_folders / "file-type"), *options)
    env = os.environ | shell.env
    with subprocess.Popen([sys.executable, "-m", "nesa.cli", *command], env=env, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while not list(store.glob("work/released/*.json")):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.002)
        time.sleep(late)
        process.kill()
    published = json.loads(shell(*command).stdout)
    assert published["number"] == 1
    assert shell.json("model", "show", name)["model"]["versions"] == 1
    fee = int(shell.json("chain", "params", "model")["registration_fee"])
    spent = before - balance(shell, user)
    assert fee < spent < fee + fee // 100  # gas is far below the fee
    assert not list(store.glob("work/released/*.json"))


def balance(shell: Shell, user: Key) -> int:
    return int(shell.json("chain", "balance", user.address)["balances"]["anes"])
