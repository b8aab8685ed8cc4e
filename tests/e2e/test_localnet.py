import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from e2e.conftest import LOCAL, Net, Shell, start, stop
from nesa.chain import ChainClient, Key, KeyType
from nesa.client import Client, JobRequest, ask_faucet
from nesa.localnet import Topology
from nesa.models import Store

SOURCE = Path(__file__).read_bytes()

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(400)]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


def processes(root: Path) -> list[psutil.Process]:
    """All processes whose command line names the folder."""
    everything = psutil.process_iter(["cmdline"])
    return [item for item in everything if any(str(root) in part for part in item.info["cmdline"] or ())]


async def test_ready_means_that_every_part_answers(net: Net) -> None:
    network = net.network
    async with ChainClient(network) as chain:
        first = await chain.height()
        await chain.wait_height(first + 3)
        seed = await chain.beacon.latest()
        assert seed.contributed
        for number in range(net.topology.miners):  # other tests may have registered more
            owner = net.miner(number).owner.address
            assert (await chain.miners.get(owner)).slots > 0
            assert len([item async for item in chain.miners.served(miner=owner)]) == len(net.topology.models)
    async with httpx.AsyncClient() as client:
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
        answer = await client.post(network.json_rpc, json=call)
        assert int(answer.json()["result"], 16) >= first
        assert (await client.get(f"{network.rest}/nesa/job/v1/params")).status_code == 200
        assert (await client.get(network.faucet)).json()["denom"] == "anes"


def test_status_names_every_process_and_logs_show_what_they_say(net: Net, shell: Shell) -> None:
    home = ("--home", str(net.home.root))
    status = shell.json("localnet", "status", *home)
    assert status["state"] == "ready"
    names = {process["name"] for process in status["processes"]}
    assert names == {"supervisor", "validator-0", "relay", "faucet", *(f"miner-{n}" for n in range(6))}
    assert {process["state"] for process in status["processes"]} == {"running"}
    logs = shell("localnet", "logs", "validator-0", "-n", "3", *home)
    assert len(logs.stdout.splitlines()) == 3
    assert "there is no log of 'nobody'" in shell.refused("localnet", "logs", "nobody", *home)


def test_a_folder_has_one_network_at_a_time(net: Net, shell: Shell) -> None:
    home = ("--home", str(net.home.root))
    assert "running" in shell.refused("localnet", "up", "--detach", *home)
    assert "running" in shell.refused("localnet", "up", *home)


async def test_a_process_that_is_killed_is_started_again(net: Net) -> None:
    for name in ("miner-5", "relay"):
        record = next(service for service in net.state.services if service.name == name)
        os.kill(record.pid, signal.SIGKILL)

        def back(name: str = name, pid: int = record.pid) -> bool:
            now = next(service for service in net.state.services if service.name == name)
            return now.pid != pid and now.find() is not None

        assert eventually(back)
    assert net.supervisor.poll() is None


async def test_one_miner_is_enough_for_unverified_jobs_and_nothing_survives(
    tmp_path: Path, model_folders: Path
) -> None:
    root = tmp_path / "one"
    topology = Topology(miners=1, chain_id="nesa-one-1", models={"nesa/file-type": str(model_folders / "file-type")})
    net = start(root, topology)
    key = Key.generate(KeyType.COSMOS)
    await ask_faucet(net.network, key.address)
    async with Client(net.network, key, store=Store(tmp_path / "s"), policy=LOCAL) as client:
        request = JobRequest("nesa/file-type", SOURCE)
        quote = await client.estimate(request)
        assert (quote.estimate.unverified, quote.estimate.check_bps) == (True, 0)
        submitted = await client.request(request)
        assert (await client.wait(submitted.job_id))[-1].name == "finished"
        last = await client.chain.height()

    # Nothing may outlive the supervisor, not even when it has no chance to end anything.
    net.supervisor.kill()
    net.supervisor.wait()
    assert eventually(lambda: processes(root) == [], 15)

    # The chain goes on where it was.
    again = start(root, topology)
    async with ChainClient(again.network) as chain:
        assert await chain.height() > last
        assert (await chain.jobs.get(submitted.job_id)).record is not None
    assert stop(again) == 0
    assert eventually(lambda: processes(root) == [], 5)


async def test_four_validators_feed_the_beacon(tmp_path: Path) -> None:
    net = start(tmp_path / "four", Topology(validators=4, miners=0, chain_id="nesa-four-1"))
    try:
        async with ChainClient(net.network) as chain:
            begin = await chain.height()
            await chain.wait_height(begin + 8)
            seeds = [await chain.beacon.seed(begin + number) for number in range(8)]
            assert all(seed.contributed and not seed.sole for seed in seeds)
            assert len({seed.proposer for seed in seeds}) == 4
    finally:
        assert stop(net) == 0


def test_a_node_that_does_not_start_is_told_and_nothing_is_left(shell: Shell, tmp_path: Path) -> None:
    root = tmp_path / "broken"
    sentence = shell.refused("localnet", "up", "--home", str(root), "--miners", "0", NESAD="/bin/false")
    assert "init" in sentence
    assert "failed" in sentence
    assert processes(root) == []
    assert "NESAD names" in shell.refused("localnet", "up", "--home", str(root), NESAD=str(tmp_path / "none"))


def test_down_and_reset_explain_themselves(shell: Shell, tmp_path: Path) -> None:
    nothing = ("--home", str(tmp_path / "nothing"))
    for command in ("down", "status"):
        assert "there is no network" in shell.refused("localnet", command, *nothing)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("precious")
    assert "no network" in shell.refused("localnet", "reset", "--yes", "--home", str(tmp_path / "mine"))
    assert (tmp_path / "mine" / "file").read_text() == "precious"


def test_detached_network_goes_on_until_down_and_reset_removes_it(shell: Shell, tmp_path: Path) -> None:
    root = tmp_path / "detached"
    home = ("--home", str(root))
    status = shell.json("localnet", "up", "--detach", "--miners", "0", "--models", str(tmp_path), *home)
    try:
        assert status["state"] == "ready"
        assert shell("localnet", "status", *home).returncode == 0
    finally:
        assert "has ended" in shell("localnet", "down", *home).stdout
    assert shell("localnet", "status", *home).returncode == 1
    assert "was not running" in shell("localnet", "down", *home).stdout
    assert processes(root) == []
    assert shell("localnet", "reset", "--yes", *home).returncode == 0
    assert not root.exists()
