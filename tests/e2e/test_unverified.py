"""A model whose answers nobody can check: published, served, asked for by name and paid for, on a running network."""

import json
import time
from pathlib import Path

import pytest

from e2e.conftest import Net, Shell
from nesa.chain import EventDelivered, EventFinished, EventLottery, EventPaid, EventRequested, Role, Status
from nesa.client import Client, JobRequest, RequestError
from nesa.localnet import PASSWORD
from unit.publish.folders import layout, opaque

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

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


def ask(shell: Shell, mute: str) -> list[dict[str, object]]:
    """Ask until the miners have loaded the model; return what is printed, a line of JSON each."""
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
    head, answer = done.stdout.rsplit("\n{\n", 1)
    return [*map(json.loads, head.splitlines()), json.loads("{" + answer)]


async def test_what_nobody_checks_is_asked_for_by_name_and_settled_at_once(
    shell: Shell, client: Client, mute: str
) -> None:
    shown = shell("model", "show", mute).stdout
    assert "not verified: nobody checks what is delivered" in " ".join(shown.split())
    for assurance in ((), ("--assurance", "lottery"), ("--assurance", "check")):
        sentence = shell.refused("run", mute, "what is it?", *assurance, "--from", "me", "--yes")
        assert "nobody checks what this model delivers; to have it all the same, add --assurance none" in sentence
    data = json.dumps({"messages": [{"role": "user", "content": "what is it?"}]}).encode()
    with pytest.raises(RequestError, match="nobody checks what version"):
        await client.request(JobRequest(mute, data, check_bps=500))
    with pytest.raises(RequestError, match="is verified, and the lottery costs you no more"):
        await client.request(JobRequest("nesa/chat", data, check_bps=0, evidence=("none",)))

    *_, answer = ask(shell, mute)
    assert answer["tokens"] == 8 or answer["finish"] == "stop"
    assert answer["units"] == answer["counted"]
    job = int(str(answer["job_id"]))
    view = await client.chain.jobs.get(job)
    assert view.record is not None
    assert (view.record.status, view.record.evidence) == (Status.SETTLED, "none")
    events = [item.data for item in await client.chain.jobs.timeline(job)]
    (delivered,) = (item for item in events if isinstance(item, EventDelivered))
    (finished,) = (item for item in events if isinstance(item, EventFinished))
    (requested,) = (item for item in events if isinstance(item, EventRequested))
    paid = {item.role: item.amount for item in events if isinstance(item, EventPaid)}
    assert delivered.evidence == "none"
    assert not any(isinstance(item, EventLottery) for item in events)
    assert not {Role.LEVY, Role.VERIFIER} & set(paid)
    assert finished.fee == paid[Role.BURN] + paid[Role.EXECUTOR]
    assert finished.fee + finished.refunded == requested.escrow
    assert "no such open job" in shell.refused("job", "challenge", str(job), "--from", "me")
    assert "which nobody checks" in shell("job", "show", str(job)).stdout
