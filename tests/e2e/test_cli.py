"""Every command that only looks, in both forms, and a miner's and a publisher's whole way through the others."""

import json
from pathlib import Path

import pytest

from e2e.conftest import Net, Shell
from nesa.chain import Key
from nesa.localnet import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    "command",
    [
        "chain status",
        "chain block",
        "chain params job",
        "chain params miner",
        "chain params model",
        "chain params beacon",
        "chain solvency",
        "model list",
        "model show nesa/file-type",
        "model show 1",
        "miner list",
        "job list",
        "job list --finished",
        "keys list",
        "keys show me",
    ],
)
def test_commands_that_look_print_tables_and_json(shell: Shell, command: str) -> None:
    table = shell(*command.split())
    assert table.returncode == 0, table.stderr
    assert table.stdout.strip()
    assert shell.json(*command.split()) is not None


def test_an_estimate_is_a_whole_breakdown(shell: Shell) -> None:
    found = shell.json("job", "estimate", "nesa/file-type", __file__)["estimate"]
    parts = [int(found[name]) for name in ("executor", "royalty", "levy", "burn")]
    assert sum(parts) == int(found["fee"]) > 0
    table = shell("job", "estimate", "nesa/file-type", __file__, "--assurance", "check")
    assert "check(3), 3 verifiers" in table.stdout
    assert "in escrow" in table.stdout


def test_a_running_miner_tells_how_it_stands(shell: Shell, net: Net) -> None:
    home = str(net.home.miner(0))
    found = json.loads(shell("miner", "status", "--home", home, "--json", NESA_PASSWORD=PASSWORD).stdout)
    assert found["running"]
    assert shell("miner", "status", "--home", home, NESA_PASSWORD=PASSWORD).returncode == 0
    checks = json.loads(shell("miner", "doctor", "--home", home, "--json", NESA_PASSWORD=PASSWORD).stdout)
    assert {check["name"] for check in checks}


def test_models_are_published_shown_pulled_and_retired(
    shell: Shell, user: Key, model_folders: Path, tmp_path: Path
) -> None:
    name, folder = f"p{user.address[-8:]}/types", str(model_folders / "file-type")
    publish = (
        "model",
        "publish",
        folder,
        "--name",
        name,
        "--store",
        str(tmp_path / "published"),
        "--from",
        "me",
        "--yes",
    )
    published = shell.json(*publish, "--royalty", "250")
    assert (published["number"], published["paid"]) == (1, True)
    again = shell.json(*publish, "--royalty", "250")
    assert (again["version_id"], again["paid"]) == (published["version_id"], False)
    assert shell.json(*publish, "--again")["number"] == 2
    shown = shell.json("model", "show", f"{name}@1")
    assert (shown["version"]["royalty_bps"], shown["miners"], shown["checkable"]) == (250, 0, False)
    pulled = shell.json("model", "pull", name, "--store", str(tmp_path / "store"), "--allow-private")
    assert pulled["digest"] == shell.json("model", "check", folder)["digest"]
    shell.json("model", "retire", name, "--from", "me")
    assert not shell.json("model", "list", "--owner", user.address)
    assert shell.json("model", "list", "--owner", user.address, "--all")[0]["retired"]
    assert "was retired, for good" in shell.refused(*publish)


def test_a_damaged_model_is_not_published(shell: Shell, model_folders: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((model_folders / "file-type" / "manifest.json").read_bytes())
    assert "missing" in shell.refused("model", "publish", str(folder), "--name", "me/broken", "--from", "me")
    (folder / "manifest.json").write_text("{}")
    assert shell.refused("model", "check", str(folder))


def test_a_miner_is_made_staked_and_unstaked(shell: Shell, user: Key, tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "miner"))
    made = shell.json("miner", "init", "--owner", user.address, "--serve", "1=0.5nes", *home)
    assert made["operator"] != made["claim"]
    shell.json("miner", "stake", "300nes", "--moniker", "mine", "--from", "me", *home)
    shell.json("miner", "stake", "100nes", "--from", "me", *home)
    shell.json("miner", "unstake", "150nes", "--from", "me")
    (miner,) = [item for item in shell.json("miner", "list") if item["owner"] == user.address]
    assert (miner["moniker"], miner["stake"], miner["unbonding"]) == ("mine", str(250 * 10**18), str(150 * 10**18))
    shell.json("miner", "serve", "2=0.7nes", "--from", "me")
    shell.json("miner", "serve", "--drop", "2", "--from", "me")
    status = shell.json("miner", "status", *home)
    assert not status["running"]


def test_coins_are_sent_and_asked_for(shell: Shell, user: Key) -> None:
    assert shell.json("chain", "send", user.address, "1nes", "--from", "me", "--yes")["height"] > 0
    assert "Send 1 NES" in shell("chain", "send", user.address, "1nes", "--from", "me").stderr
    before = int(shell.json("chain", "balance", user.evm_address)["balances"]["anes"])
    shell.json("faucet", "ask", user.address)
    assert int(shell.json("chain", "balance", user.address)["balances"]["anes"]) > before
    shell.json("faucet", "ask", user.address)
    assert "has had its share" in shell.refused("faucet", "ask", user.address)
    assert "no amount" in shell.refused("chain", "send", user.address, "much", "--from", "me", "--yes")


def test_blobs_are_put_and_got(shell: Shell, tmp_path: Path) -> None:
    uri = shell.json("relay", "put", __file__, "--from", "me", "--allow-private")["uri"]
    copy = tmp_path / "copy"
    shell.json("relay", "get", uri, "-o", str(copy), "--allow-private")
    assert copy.read_bytes() == Path(__file__).read_bytes()
    assert "not called" in shell.refused("relay", "get", uri, "-o", str(copy))
