import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from nesa.localnet import _guard
from nesa.localnet._process import GUARD

# A parent that starts a guarded child, tells its id and waits to be killed.
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[1], str(os.getpid()), "sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def started(pid: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if psutil.Process(pid).name() == "sleep":
            return True
        time.sleep(0.02)
    return False


def test_child_ends_when_its_parent_is_killed_outright() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(GUARD)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert started(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert gone(child)


def test_command_is_not_started_for_a_parent_that_has_ended() -> None:
    command = [sys.executable, "-I", "-S", str(GUARD), "1", "echo", "started"]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == 1
    assert done.stdout == b""


def test_watcher_kills_the_child_of_a_parent_that_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_guard, "_INTERVAL", 0.05)
    previous = signal.getsignal(signal.SIGTERM)
    try:
        status = _guard._watch(1 if os.getppid() != 1 else 2, ["sleep", "60"])
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert status == -signal.SIGKILL
