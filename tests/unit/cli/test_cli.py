import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import nesa as nesa_package
from nesa.chain import Key, Keystore, KeyType
from nesa.cli import cli
from nesa.cli._lazy import LazyGroup

NESA = [sys.executable, "-m", "nesa.cli"]

# Commands that print nothing, run for ever, or whose whole output is a file's content.
WITHOUT_JSON = {
    "keys delete", "miner run", "miner drain", "localnet down", "localnet logs", "localnet reset", "relay serve",
    "faucet serve", "demo", "demo-proof", "demo-text", "completion", "job result",
    "job receipt",
}  # fmt: skip


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        full = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full, command


def run(*args: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, args, env=env)


def nesa(*args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*NESA, *args], check=False, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **env}
    )


def groups(group: click.Group) -> Iterator[click.Group]:
    yield group
    context = click.Context(group)
    for name in group.list_commands(context):
        if isinstance(command := group.get_command(context, name), click.Group):
            yield from groups(command)


def test_every_command_and_every_option_explains_itself() -> None:
    silent = [group.name for group in groups(cli) if not group.help]
    for name, command in commands(cli):
        if not command.help:
            silent.append(name)
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        silent += [f"{name} {option.opts[0]}" for option in options if not option.help]
    assert silent == []


def test_help_shows_every_option() -> None:
    for name, command in commands(cli):
        shown = run(*name.split(), "--help")
        assert shown.exit_code == 0, name
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert [option.opts[0] for option in options if option.opts[0] not in shown.output] == [], name


def test_commands_that_texts_name_exist() -> None:
    known = {name for name, _ in commands(cli)} | {f"{group.name}" for group in groups(cli)}
    places = re.compile(r"nesa ((?:keys|model|proof|job|miner|chain|callbacks|localnet|relay|faucet) [a-z][a-z-]*)")
    package = Path(nesa_package.__file__ or "").parent
    for file in package.rglob("*.py"):
        for named in places.findall(file.read_text()):
            assert named in known, f"{file.name}: nesa {named}"


def test_every_command_speaks_json() -> None:
    without = {
        name for name, command in commands(cli) if not any("--json" in parameter.opts for parameter in command.params)
    }
    assert without == WITHOUT_JSON


def test_help_does_not_import_what_it_does_not_need() -> None:
    code = "import sys, nesa.cli; sys.exit(bool({'grpc', 'numpy', 'onnx', 'rich', 'httpx', 'nats'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_takes_less_than_300_ms() -> None:
    times = []
    for _ in range(5):
        start = time.process_time_ns(), time.perf_counter()
        assert nesa("--help").returncode == 0
        times.append(time.perf_counter() - start[1])
    assert min(times) < 0.3


def test_the_roots_list_is_what_its_commands_are() -> None:
    assert isinstance(cli, LazyGroup)
    listed = {name: text for name, (_, text) in cli._lazy.items()}
    assert list(listed) == cli.list_commands(click.Context(cli))
    for name, text in listed.items():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.name == name
        if isinstance(command, click.Group) and (named := text.partition(": ")[2]):
            found = command.list_commands(click.Context(command))
            for word in named.rstrip(".").split(", "):  # such as "blocks" for block
                assert any(word.startswith(item[:5]) for item in found), (name, word)
    assert cli.get_command(click.Context(cli), "nothing") is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    done = nesa("completion", shell)
    assert done.returncode == 0
    assert "_NESA_COMPLETE" in done.stdout


def test_an_error_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    done = nesa("chain", "status", "--network", str(tmp_path / "none.json"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "none.json does not exist" in done.stderr


def test_an_error_is_json_where_that_was_asked_for(tmp_path: Path) -> None:
    done = nesa("chain", "status", "--json", "--network", str(tmp_path / "none.json"))
    assert done.returncode == 1
    assert "does not exist" in json.loads(done.stderr)["error"]


def test_chain_not_reachable_is_status_3(tmp_path: Path) -> None:
    network = tmp_path / "network.json"
    network.write_text(json.dumps({"chain_id": "nesa-test-1", "grpc": ["127.0.0.1:1"]}))
    done = nesa("chain", "status", "--network", str(network))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "127.0.0.1:1" in done.stderr


def test_wrong_usage_is_status_2() -> None:
    assert nesa("job", "show", "x").returncode == 2
    assert nesa("nothing").returncode == 2


def test_wrong_password_is_told(tmp_path: Path) -> None:
    Keystore(tmp_path).add("alice", Key.generate(KeyType.COSMOS), "right")
    done = nesa("keys", "show", "alice", "--keys", str(tmp_path), NESA_PASSWORD="wrong")  # noqa: S106
    assert done.returncode == 1
    assert "password" in done.stderr
    assert "Traceback" not in done.stderr


def test_keys_are_made_listed_and_deleted(tmp_path: Path) -> None:
    env = {"NESA_PASSWORD": "x", "NESA_KEYS": str(tmp_path)}
    made = json.loads(run("keys", "add", "alice", "--json", env=env).stdout)
    assert made["address"].startswith("nesa1")
    assert len(made["mnemonic"].split()) == 24
    listed = json.loads(run("keys", "list", "--json", env=env).stdout)
    assert [(key["name"], key["address"]) for key in listed] == [("alice", made["address"])]
    assert "mnemonic" not in json.loads(run("keys", "show", "alice", "--json", env=env).stdout)
    assert run("keys", "delete", "alice", "--yes", env=env).exit_code == 0
    assert json.loads(run("keys", "list", "--json", env=env).stdout) == []


def test_a_damaged_key_hides_no_other_and_can_be_deleted(tmp_path: Path) -> None:
    env = {"NESA_PASSWORD": "x", "NESA_KEYS": str(tmp_path)}
    run("keys", "add", "alice", env=env)
    (tmp_path / "bob.json").write_text("{")
    listed = run("keys", "list", "--json", env=env)
    assert [key["name"] for key in json.loads(listed.stdout)] == ["alice"]
    assert "'bob'" in listed.stderr
    assert run("keys", "delete", "bob", "--yes", env=env).exit_code == 0
    assert not run("keys", "list", env=env).stderr
    assert "no key named 'bob'" in str(run("keys", "delete", "bob", "--yes", env=env).exception)


def test_the_words_recover_the_key(tmp_path: Path) -> None:
    env = {"NESA_PASSWORD": "x", "NESA_KEYS": str(tmp_path)}
    made = json.loads(run("keys", "add", "alice", "--type", "cosmos", "--json", env=env).stdout)
    again = CliRunner().invoke(
        cli, ["keys", "add", "bob", "--type", "cosmos", "--recover", "--json"], env=env, input=made["mnemonic"] + "\n"
    )
    assert json.loads(again.stdout)["address"] == made["address"]
