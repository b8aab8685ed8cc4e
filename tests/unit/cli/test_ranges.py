"""Numbers that nothing can be are told as wrong usage, not as a failure somewhere inside."""

from pathlib import Path

import click
import pytest

from nesa.cli import cli
from unit.cli.conftest import Nesa
from unit.cli.test_cli import commands

NOWHERE = "/dev/null/nope"  # should a command go on, it makes nothing
REQUEST = ("job", "estimate", "a/b", __file__)
INIT = ("miner", "init", "--owner", "nesa1x", "--home", NOWHERE)
FAUCET = ("faucet", "serve", "--from", "me")
UP = ("localnet", "up", "--home", NOWHERE)

PUBLISH = ("model", "publish", str(Path(__file__).parent), "--name", "a/b", "--from", "me")
BAD = [
    (*INIT, "--metrics-port", "99999"),
    (*INIT, "--threads", "-1"),
    (*INIT, "--workers", "0"),
    (*INIT, "--serve", "²=1nes"),
    (*INIT, "--serve", f"{2**64}=1nes"),
    (*FAUCET, "--listen", "127.0.0.1:99999"),
    (*FAUCET, "--listen", "127.0.0.1:²"),
    (*FAUCET, "--window", "nan"),
    (*FAUCET, "--window", "-1"),
    (*FAUCET, "--window", "inf"),
    (*FAUCET, "--per-address", "0"),
    (*FAUCET, "--per-ip", "-3"),
    (*UP, "--block-seconds", "nan"),
    (*UP, "--block-seconds", "-1"),
    (*UP, "--block-seconds", "inf"),
    (*UP, "--validators", "0"),
    (*UP, "--miners", "-1"),
    (*UP, "--miners", "64"),
    ("localnet", "logs", "x", "-n", "0"),
    ("localnet", "logs", "x", "-n", "-1"),
    ("chain", "block", "0"),
    ("chain", "block", "-1"),
    ("chain", "block", str(2**63)),
    ("job", "list", "--limit", "-1"),
    ("job", "list", "--limit", "0"),
    ("job", "list", "--version", "-1"),
    ("job", "list", "--version", str(2**64)),
    ("job", "show", "0"),
    ("job", "show", "--", "-1"),
    ("job", "show", str(2**64)),
    ("job", "follow", str(2**64)),
    ("job", "result", str(2**64), "-o", "x"),
    ("job", "receipt", str(2**64)),
    ("job", "cancel", str(2**64), "--from", "me"),
    ("job", "challenge", str(2**64), "--from", "me"),
    ("job", "appeal", str(2**64), "--from", "me"),
    (*REQUEST, "--assurance", "lottery(²%)"),
    (*REQUEST, "--assurance", "lottery(100.01%)"),
    (*REQUEST, "--assurance", "check(0)"),
    (*REQUEST, "--assurance", "check(-1)"),
    (*REQUEST, "--assurance", "fhe"),
    (*REQUEST, "--max-units", "0"),
    (*REQUEST, "--max-units", str(2**64)),
    (*REQUEST, "--deadline", "0"),
    (*REQUEST, "--deadline", str(2**64)),
    ("job", "estimate", str(2**64), __file__),
    ("model", "show", str(2**64)),
    ("model", "show", f"a/b@{2**32}"),
    ("model", "pull", str(2**64)),
    (*PUBLISH, "--royalty", "10001"),
    (*PUBLISH, "--royalty", "-1"),
    (*PUBLISH, "--prompt-price", "10001"),
    (*PUBLISH, "--context", "0"),
    (*PUBLISH, "--max-size", "0"),
    ("model", "show", "0"),
    ("model", "retire", "a/b@0", "--from", "me"),
    ("model", "retire", "a/b@", "--from", "me"),
    ("model", "retire", "a/b@²", "--from", "me"),
    ("model", "retire", f"a/b@{2**32}", "--from", "me"),
    ("miner", "serve", "--drop", "-1", "--from", "me"),
    ("miner", "serve", "--drop", str(2**64), "--from", "me"),
    ("miner", "serve", "²=1nes", "--from", "me"),
    ("relay", "get", "nesa://x", "-o", "x", "--max-bytes", "0"),
    ("run", "a/b", "hi", "--from", "me", "--temperature", "nan"),
    ("run", "a/b", "\udcff", "--from", "me"),
    ("run", "a/b", "hi", "--from", "me", "--temperature", "-0.1"),
    ("run", "a/b", "hi", "--from", "me", "--temperature", "2.1"),
    ("run", "a/b", "hi", "--from", "me", "--max-tokens", "0"),
    ("run", "a/b", "hi", "--from", "me", "--top-k", "-1"),
    ("demo", "--models", NOWHERE, "--miners", "0"),
    ("demo", "--models", NOWHERE, "--miners", "-1"),
    ("demo-text", "--models", NOWHERE, "--miners", "3"),
    ("demo-text", "--models", NOWHERE, "--miners", "63"),
]


@pytest.mark.usefixtures("me")
@pytest.mark.parametrize("command", BAD, ids=" ".join)
def test_a_number_out_of_range_is_wrong_usage(nesa: Nesa, command: tuple[str, ...]) -> None:
    done = nesa(*command)
    assert done.status == 2
    assert done.err.splitlines()[-1].startswith("Error: ")


def test_every_number_has_a_range() -> None:
    bare = [
        f"{name} {parameter.name}"
        for name, command in commands(cli)
        for parameter in command.params
        if parameter.type in {click.INT, click.FLOAT}
        or (isinstance(parameter.type, click.IntRange | click.FloatRange) and parameter.type.min is None)
    ]
    assert bare == []


@pytest.mark.parametrize("value", ["²", "9" * 5000, "-1"])
def test_an_option_of_a_model_that_is_no_number_is_text(nesa: Nesa, value: str) -> None:
    assert nesa(*REQUEST, "--option", f"style={value}").status == 3  # only that no node answers
