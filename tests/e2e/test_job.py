import hashlib
import json
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import LOCAL, Net, Shell
from nesa.chain import (
    CheckCause,
    EventDelivered,
    EventFinished,
    EventLottery,
    EventPaid,
    EventRequested,
    EventSeated,
    EventVerdict,
    Finding,
    Key,
    Outcome,
    Role,
    Status,
)
from nesa.client import (
    CERTAIN,
    Client,
    JobRequest,
    Receipt,
    ReceiptError,
    RequestError,
    Step,
    SyncClient,
    verify_receipt,
)
from nesa.engines import parse_label, prepare_image
from nesa.errors import InvalidInputError, RelayError
from nesa.localnet import module_address
from nesa.models import Store

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

FILES, PHOTO = "nesa/file-type", "nesa/style-transfer"
SOURCE = Path(__file__).read_bytes()
NES = 10**18


def events(steps: tuple[Step, ...], kind: type) -> list[object]:
    return [step.event for step in steps if isinstance(step.event, kind)]


def paid(steps: tuple[Step, ...]) -> dict[Role, int]:
    amounts: dict[Role, int] = {}
    for step in steps:
        if isinstance(step.event, EventPaid):
            amounts[step.event.role] = amounts.get(step.event.role, 0) + step.event.amount
    return amounts


async def test_a_job_left_to_the_lottery_is_paid_for_and_its_result_is_right(client: Client) -> None:
    balance = await client.chain.bank.balance(client.address)
    request = JobRequest(FILES, SOURCE)
    quote = await client.estimate(request)
    submitted = await client.request(request)
    steps = await client.wait(submitted.job_id)

    names = [step.name for step in steps]
    assert names[:2] == ["requested", "drawn"]
    assert names[-1] == "finished"
    assert [names.index(name) for name in ("seated", "delivered", "lottery", "paid")] == sorted(
        names.index(name) for name in ("seated", "delivered", "lottery", "paid")
    )
    result = await client.result(submitted.job_id)
    label = parse_label(result.payload)
    assert label is not None
    assert (result.outcome, result.status, label.label) == (Outcome.OK, Status.SETTLED, "python")
    assert result.digest == hashlib.sha256(result.payload).digest()

    # Every amount is explained: what was paid is what the estimate said, and what the parts add up to.
    amounts = paid(steps)
    fee = quote.estimate.fee
    parts = (Role.EXECUTOR, Role.ROYALTY, Role.LEVY, Role.BURN)
    assert [amounts[role] for role in parts] == [
        quote.estimate.executor, quote.estimate.royalty, quote.estimate.levy, quote.estimate.burn,
    ]  # fmt: skip
    assert sum(amounts[role] for role in parts) == fee
    view = await client.chain.jobs.get(submitted.job_id)
    assert view.record is not None
    assert (view.record.fee, view.record.refunded) == (fee, quote.estimate.escrow - fee)
    after = await client.chain.bank.balance(client.address)
    gas = balance - after - fee
    assert 0 < gas < NES // 100
    assert (await client.chain.jobs.solvency()).solvent


async def test_a_check_that_was_asked_for_is_made_and_upheld(client: Client) -> None:
    photo = prepare_image((Path(__file__).parents[2] / "models" / "samples" / "coffee.jpg").read_bytes(), max_side=128)
    submitted = await client.request(JobRequest(PHOTO, photo, {"style": 3}, check_bps=CERTAIN))
    estimate = submitted.quote.estimate
    assert (estimate.premium, estimate.reserve) == (0, estimate.verifiers * estimate.verifier)
    steps = await client.wait(submitted.job_id)
    (verdict,) = events(steps, EventVerdict)
    assert isinstance(verdict, EventVerdict)
    assert verdict.finding is Finding.UPHELD
    assert all(score <= limit for score, limit in zip(verdict.scores, verdict.thresholds, strict=True))
    (lottery,) = events(steps, EventLottery)
    assert isinstance(lottery, EventLottery)
    assert lottery.cause is CheckCause.REQUESTED
    (delivery,) = events(steps, EventDelivered)
    assert isinstance(delivery, EventDelivered)
    committee = {
        event.miner for event in events(steps, EventSeated) if isinstance(event, EventSeated) and event.round == 1
    }
    assert delivery.executor not in committee
    assert len(committee) >= estimate.verifiers
    assert paid(steps)[Role.VERIFIER] == verdict.agreed * estimate.verifier
    result = await client.result(submitted.job_id)
    assert result.payload.startswith(b"\x89PNG")
    assert result.status is Status.SETTLED


async def test_an_unchecked_delivery_can_be_challenged(client: Client) -> None:
    drawn = True
    while drawn:  # the lottery takes one in twenty, which nobody can challenge
        submitted = await client.request(JobRequest(FILES, SOURCE))
        steps = []
        async for step in client.follow(submitted.job_id):
            steps.append(step)
            if isinstance(step.event, EventLottery):
                drawn = step.event.drawn
                if not drawn:
                    await client.challenge(submitted.job_id)
    assert [step.name for step in steps if step.name in {"challenged", "verdict"}] == ["challenged", "verdict"]
    finished = steps[-1].event
    assert isinstance(finished, EventFinished)
    assert (finished.status, finished.finding) == (Status.SETTLED, Finding.UPHELD)


async def test_input_above_the_inline_limit_travels_by_the_relay(client: Client) -> None:
    data = b"def f(x):\n    return x\n" * 4000
    submitted = await client.request(JobRequest(FILES, data))
    assert not submitted.quote.inline
    view = await client.chain.jobs.get(submitted.job_id)
    assert view.job is not None
    assert (view.job.terms.input, view.job.terms.input_digest) == (b"", hashlib.sha256(data).digest())
    assert view.job.terms.input_uri.startswith(client.network.relay)
    await client.wait(submitted.job_id)
    result = await client.result(submitted.job_id)
    assert (result.outcome, result.status) == (Outcome.OK, Status.SETTLED)


async def test_threat_41_a_requester_that_takes_its_input_away_gets_no_refund(client: Client) -> None:
    data = b"def g(x):\n    return x * x\n" * 4000
    submitted = await client.request(JobRequest(FILES, data, check_bps=CERTAIN))
    verdict = None
    async for step in client.follow(submitted.job_id):
        if isinstance(step.event, EventDelivered):
            view = await client.chain.jobs.get(submitted.job_id)
            assert view.job is not None
            assert view.job.delivery is not None
            assert view.job.delivery.input_uri.startswith(client.network.relay)
            await client._blobs.delete(view.job.terms.input_uri)
        if isinstance(step.event, EventVerdict):
            verdict = step.event.finding
    assert verdict is Finding.UPHELD
    assert (await client.result(submitted.job_id)).status is Status.SETTLED


async def test_several_requests_go_into_one_transaction(client: Client) -> None:
    requests = [JobRequest(FILES, SOURCE[:100] + bytes([48 + number])) for number in range(3)]
    quotes = [(await client.estimate(request), request.data) for request in requests]
    submitted = await client.submit_all(quotes)
    assert len({item.tx_hash for item in submitted}) == 1
    assert len({item.job_id for item in submitted}) == 3
    for item in submitted:
        (await client.wait(item.job_id))[-1]
        assert (await client.result(item.job_id)).status is Status.SETTLED


async def test_a_receipt_proves_payment_and_result_and_nothing_else(client: Client) -> None:
    submitted = await client.request(JobRequest(FILES, SOURCE))
    with pytest.raises(ReceiptError, match="not finished"):
        await client.receipt(submitted.job_id)
    await client.wait(submitted.job_id)
    result = await client.result(submitted.job_id)
    receipt = Receipt.from_json((await client.receipt(submitted.job_id)).to_json())
    proved = verify_receipt(receipt)
    assert (proved.status, proved.requester, proved.executor) == (Status.SETTLED, client.address, result.executor)
    assert (proved.output_digest, proved.input_digest) == (result.digest, hashlib.sha256(SOURCE).digest())
    assert proved.request_tx == submitted.tx_hash.upper()
    for height, digest in proved.blocks.items():
        assert (await client.chain.block(height)).height == height
        assert len(digest) == 64

    def changed(**parts: object) -> Receipt:
        return Receipt({**receipt.document, **parts})

    state = receipt.document["state"]
    other = {**state["record"], "value": receipt.document["delivery"]["tx"]["raw"]}
    for forged in (
        changed(chain_id="nesa-1"),
        changed(job_id=submitted.job_id + 1),
        changed(state={**state, "record": other}),
        changed(state={**state, "block": receipt.document["request"]["block"]}),
        changed(request=receipt.document["delivery"]),
        changed(delivery={**receipt.document["delivery"], "block": state["block"]}),
        changed(state={**state, "block": {**state["block"], "validators": [{"key": "AA==", "power": 1}]}}),
    ):
        with pytest.raises(ReceiptError):
            verify_receipt(forged)


def test_the_blocking_client_does_the_same(net: Net, user: Key, tmp_path: Path) -> None:
    with SyncClient(net.network, user, store=Store(tmp_path / "s"), policy=LOCAL) as client:
        submitted = client.request(JobRequest(FILES, SOURCE))
        first = next(iter(client.follow(submitted.job_id)))
        assert isinstance(first.event, EventRequested)
        assert client.wait(submitted.job_id)[-1].name == "finished"
        assert client.result(submitted.job_id).status is Status.SETTLED


def test_the_command_line_requests_follows_shows_and_proves(shell: Shell, tmp_path: Path) -> None:
    output, proof = tmp_path / "answer.json", tmp_path / "receipt.json"
    done = shell("job", "request", FILES, __file__, "--from", "me", "--yes", "--json", "-o", str(output))
    assert done.returncode == 0, done.stderr
    assert "public in the chain's history for ever" in done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert (steps[0]["step"], steps[-1]["status"]) == ("requested", "SETTLED")
    label = parse_label(output.read_bytes())
    assert label is not None
    assert label.label == "python"
    job = str(steps[0]["job_id"])
    shown = shell.json("job", "show", job)
    assert shown["record"]["status"] == "SETTLED"
    assert [event["name"] for event in shown["timeline"]][-1] == "EventFinished"
    assert shell("job", "receipt", job, "-o", str(proof)).returncode == 0
    assert shell.json("job", "verify-receipt", str(proof), "--confirm")["status"] == "SETTLED"
    other = Path(__file__).parents[1] / "vectors" / "receipt.json"  # of another network with the same name
    first = min(int(height) for height in shell.json("job", "verify-receipt", str(other))["blocks"])
    while shell.json("chain", "status")["height"] < first:
        time.sleep(0.5)
    assert "another block" in shell.refused("job", "verify-receipt", str(other), "--confirm")
    assert shell.json("chain", "solvency")["jobs"]["solvent"]


def test_nothing_is_sent_without_consent(shell: Shell, user: Key) -> None:
    before = shell.json("chain", "balance", user.address)
    done = shell("job", "request", FILES, __file__, "--from", "me")  # no terminal to answer at
    assert done.returncode == 130
    assert "public in the chain's history for ever" in done.stderr
    assert shell.json("chain", "balance", user.address) == before


class TestBadInput:
    """Each gives one clear sentence and a status that is not 0, at the edge that first sees it."""

    def test_wrong_schema(self, shell: Shell) -> None:
        assert "cannot be decoded" in shell.refused("job", "request", PHOTO, __file__, "--from", "me", "--yes")
        assert "no option" in shell.refused("job", "estimate", FILES, __file__, "--option", "colour=1")

    async def test_too_large(self, client: Client) -> None:
        with pytest.raises(InvalidInputError, match="larger"):
            await client.estimate(JobRequest(FILES, bytes(16 * 2**20 + 1)))

    def test_unknown_model(self, shell: Shell) -> None:
        assert "no model nesa/nothing" in shell.refused("job", "estimate", "nesa/nothing", __file__)
        assert "version 99" in shell.refused("job", "estimate", "99", __file__)
        assert "is no model" in shell.refused("job", "estimate", "x y", __file__)

    def test_retired_version(self, shell: Shell, user: Key, model_folders: Path) -> None:
        name = f"p{user.address[-8:]}/old"
        folder = str(model_folders / "file-type")
        shell.json("model", "publish", folder, "--name", name, "--from", "me", "--yes")
        shell.json("model", "retire", f"{name}@1", "--from", "me")
        assert "retired" in shell.refused("job", "estimate", name, __file__)

    def test_fee_too_low(self, shell: Shell) -> None:
        arguments = ("job", "request", FILES, __file__, "--from", "me", "--yes")
        assert "fee" in shell.refused(*arguments, "--price", "1anes")

    def test_wrong_key(self, shell: Shell) -> None:
        arguments = ("job", "request", FILES, __file__, "--yes")
        assert "no key named 'nobody'" in shell.refused(*arguments, "--from", "nobody")
        assert "password" in shell.refused(*arguments, "--from", "me", NESA_PASSWORD="wrong")  # noqa: S106

    async def test_somebody_elses_job_cannot_be_cancelled(self, client: Client, net: Net) -> None:
        submitted = await client.request(JobRequest(FILES, SOURCE))
        stranger = net.key("publisher")
        async with Client(net.network, stranger, policy=LOCAL) as other:
            with pytest.raises(Exception, match=r"requester|unauthorized"):
                await other.cancel(submitted.job_id)
        await client.wait(submitted.job_id)

    async def test_relay_that_does_not_answer(self, net: Net, user: Key, tmp_path: Path) -> None:
        away = replace(net.network, relay="nats://127.0.0.1:1")
        async with Client(away, user, store=Store(tmp_path / "s"), policy=LOCAL) as client:
            with pytest.raises(RelayError, match="cannot be reached"):
                await client.request(JobRequest(FILES, SOURCE * 10))

    def test_unreachable_blob(self, shell: Shell, net: Net, tmp_path: Path) -> None:
        missing = f"{net.network.relay}/{'00' * 32}"
        arguments = ("relay", "get", missing, "-o", str(tmp_path / "x"), "--allow-private")
        assert shell.refused(*arguments)
        assert "address" in shell.refused("relay", "get", "nats://nowhere", "-o", str(tmp_path / "x"))

    def test_chain_not_reachable(self, shell: Shell, net: Net, tmp_path: Path) -> None:
        away = tmp_path / "away.json"
        away.write_text(replace(net.network, grpc=("127.0.0.1:1",)).to_json())
        arguments = ("job", "estimate", FILES, __file__, "--network", str(away))
        assert "127.0.0.1:1" in shell.refused(*arguments, status=3)

    def test_another_chain_than_expected(self, shell: Shell, net: Net, tmp_path: Path) -> None:
        other = tmp_path / "other.json"
        other.write_text(replace(net.network, chain_id="nesa-1").to_json())
        assert "nesa-local-1" in shell.refused("chain", "status", "--network", str(other))

    def test_port_in_use(self, shell: Shell) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            sentence = shell.refused("faucet", "serve", "--from", "me", "--listen", f"127.0.0.1:{port}")
        assert f"port {port}" in sentence

    def test_not_enough_coins(self, shell: Shell) -> None:
        arguments = ("job", "request", FILES, __file__, "--from", "me", "--yes", "--price", "1000000nes")
        assert "balance" in shell.refused(*arguments)

    async def test_request_without_miners(self, client: Client, model_folders: Path) -> None:
        name = f"p{client.address[-8:]}/lonely"
        folder = model_folders / "file-type"
        await client.publish(name, folder, uri=folder.as_uri(), royalty_bps=0)
        with pytest.raises(RequestError, match="no miner serves"):
            await client.estimate(JobRequest(name, SOURCE))


def test_the_levy_pool_and_the_escrow_are_module_accounts(shell: Shell) -> None:
    for name in ("job_levy", "job_escrow"):
        address = module_address(name)
        sentence = shell.refused("chain", "send", address, "1nes", "--from", "me", "--yes")
        assert "not allowed to receive" in sentence
