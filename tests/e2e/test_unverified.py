"""A model whose answers nobody can check: published, served, asked for by name and paid for, on a running network."""

import json
import time
from pathlib import Path
from typing import Any

import anyio
import pytest

from e2e.conftest import LOCAL, Net, Shell
from nesa.chain import Key
from nesa.client import Client, JobRequest, RequestError
from nesa.localnet import PASSWORD
from unit.publish.folders import layout, opaque

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LOADED_SECONDS = 60
NO_RESULT = 4


@pytest.fixture
def mute(net: Net, shell: Shell, tmp_path: Path) -> str:
    """The name of a model that shows nothing to compare, which two miners serve."""
    name = f"{shell.json('keys', 'show', 'me')['address'][-12:]}/mute"
    folder, options = opaque(layout(tmp_path / "mute")), ("--name", name, "--licence", "MIT", "--from", "me", "--yes")
    command = ("model", "publish", str(folder), *options, "--store", str(tmp_path / "published"))
    assert "or publish it as it is with --unverified" in shell.refused(*command)
    assert shell.json(*command, "--unverified")["number"] == 1
    for number in range(2):
        keys = net.home.root / "miners" / f"miner-{number}" / "keys"
        serve = ("miner", "serve", f"{name}=0.002nes", "--from", "operator", "--keys", str(keys))
        done = shell(*serve, NESA_PASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
    return name


def ask(shell: Shell, mute: str) -> dict[str, Any]:
    """Ask until the miners have loaded the model; return the answer and what is told of it."""
    end = time.monotonic() + LOADED_SECONDS
    command = (
        "run",
        mute,
        "what is it?",
        "--max-tokens",
        "8",
        "--assurance",
        "none",
        "--from",
        "me",
        "--yes",
        "--json",
    )
    while (done := shell(*command)).returncode == NO_RESULT and time.monotonic() < end:
        pass  # nobody claimed it yet, and the money is back
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads("{" + done.stdout.rsplit("\n{", 1)[1])
    return found


async def asked_of_the_chain(net: Net, user: Key, mute: str) -> None:
    """Ask for what is refused whatever program asks."""
    data = json.dumps({"messages": [{"role": "user", "content": "what is it?"}]}).encode()
    async with Client(net.network, user, policy=LOCAL) as client:
        with pytest.raises(RequestError, match="nobody checks what version"):
            await client.request(JobRequest(mute, data, check_bps=500))
        with pytest.raises(RequestError, match="is verified, and the lottery costs you no more"):
            await client.request(JobRequest("nesa/chat", data, check_bps=0, evidence=("none",)))


def test_what_nobody_checks_is_asked_for_by_name_and_settled_at_once(
    net: Net, user: Key, shell: Shell, mute: str
) -> None:
    shown = shell("model", "show", mute).stdout
    assert "not verified: nobody checks what is delivered" in " ".join(shown.split())
    for assurance in ((), ("--assurance", "lottery"), ("--assurance", "check")):
        sentence = shell.refused("run", mute, "what is it?", *assurance, "--from", "me", "--yes")
        assert "nobody checks what this model delivers; to have it all the same, add --assurance none" in sentence
    anyio.run(asked_of_the_chain, net, user, mute)

    answer = ask(shell, mute)
    assert answer["tokens"] == 8 or answer["finish"] == "stop"
    assert answer["units"] == answer["counted"]
    job = str(answer["job_id"])
    found = shell.json("job", "show", job)
    assert (found["record"]["status"], found["record"]["evidence"]) == ("SETTLED", "none")
    events: dict[str, list[dict[str, Any]]] = {}
    for event in found["timeline"]:
        events.setdefault(event["name"], []).append(event["data"])
    assert not {"EventLottery", "EventVerdict", "EventChallenged"} & set(events)
    paid = {event["role"]: int(event["amount"]) for event in events["EventPaid"]}
    assert set(paid) <= {"BURN", "EXECUTOR", "REFUND"}
    (finished,), (requested,) = events["EventFinished"], events["EventRequested"]
    assert int(finished["fee"]) == paid["BURN"] + paid["EXECUTOR"]
    assert int(finished["fee"]) + int(finished["refunded"]) == int(requested["escrow"])
    assert "which nobody checks" in shell("job", "show", job).stdout
    assert "no such open job" in shell.refused("job", "challenge", job, "--from", "me")
