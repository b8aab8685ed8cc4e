"""Paid answers of a language model: written by one miner, read by others, on a real network."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import LOCAL, Net, Shell
from nesa.chain import EventRevealed, EventVerdict, Finding, Job, Key, Outcome, Status, job_ids, messages
from nesa.client import CERTAIN, Client, JobRequest, RequestError
from nesa.engines import EngineConfig, load_model
from nesa.errors import InvalidInputError
from nesa.models import Store
from nesa.relay import Blobs
from nesa.text import read_answer
from nesa.verify import distance, fingerprint, fingerprint_seed

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(300)]

CHAT = "nesa/chat"


def asked(text: str, **options: int) -> JobRequest:
    data = json.dumps({"messages": [{"role": "user", "content": text}]}).encode()
    return JobRequest(CHAT, data, options=options, check_bps=CERTAIN)


async def test_an_answer_is_written_by_one_and_read_by_others(client: Client) -> None:
    request = asked("what is a miner?", temperature=700, max_tokens=40)
    quote = await client.estimate(request)
    submitted = await client.submit(quote, request.data)
    steps = await client.wait(submitted.job_id)
    result = await client.result(submitted.job_id)
    assert (result.outcome, result.status) == (Outcome.OK, Status.SETTLED)
    answer = read_answer(result.payload)
    assert answer is not None
    assert 0 < len(answer.tokens) <= 40
    assert result.units == await client.recount(quote, request.data, result.payload)
    assert result.units <= quote.terms.max_units

    (verdict,) = (step.event for step in steps if isinstance(step.event, EventVerdict))
    reveals = [step.event for step in steps if isinstance(step.event, EventRevealed)]
    assert verdict.finding is Finding.UPHELD
    assert len(reveals) == verdict.agreed == 3
    for reveal in reveals:
        assert all(
            score <= most for score, most in zip(reveal.scores, quote.version.profile.score_thresholds, strict=True)
        )


def test_one_command_asks_pays_and_shows(shell: Shell) -> None:
    done = shell("run", CHAT, "who are you?", "--max-tokens", "12", "--from", "me", "--yes")
    assert done.returncode == 0, done.stderr
    assert "in escrow" in done.stdout
    assert "tokens charged" in done.stderr
    assert "By your own count" not in done.stderr
    done = shell(
        "run", CHAT, "who are you?", "--max-tokens", "12", "--temperature", "0", "--from", "me", "--yes", "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads("{" + done.stdout.rsplit("\n{", 1)[1])
    assert found["units"] == found["counted"] >= found["tokens"] > 0
    assert found["text"]


def test_interrupting_leaves_the_job_and_says_so(shell: Shell) -> None:
    command = [sys.executable, "-c", "from nesa.cli import main; main()", "run", CHAT, "hi", "--from", "me", "--yes"]
    pipe, env = subprocess.PIPE, os.environ | shell.env
    with subprocess.Popen(command, env=env, text=True, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe) as process:
        assert process.stdout
        assert any("opened by" in line for line in process.stdout), process.communicate()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "goes on without you. Follow it: nesa job follow" in err
    assert "Error" not in err


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        ("what is it? " * 300, {}, "tokens, the model has room for 512"),
        ("<|end|>", {}, "steers the model"),
        ("hi", {"max_tokens": 0}, "max_tokens is a whole number"),
        ("hi", {"temperature": 2001}, "temperature is a whole number"),
        ("hi", {"top_p": 900}, "no option 'top_p'"),
    ],
)
async def test_what_no_miner_could_answer_is_told_before_it_is_paid_for(
    client: Client, words: str, options: dict[str, int], sentence: str
) -> None:
    with pytest.raises((RequestError, InvalidInputError)) as caught:
        await client.estimate(asked(words, **options))
    assert sentence in str(caught.value)


PRIVATE = "do I have the flu?"
GUESSES = ("am I ill?", "who are you?", PRIVATE, "what is a miner?", "do I have a cold?")


def question(text: str) -> bytes:
    return asked(text).data


async def hidden(client: Client, net: Net, key: Key) -> int:
    """A job whose question is on the relay, so that the chain has its hash alone, as the user might wish."""
    request = asked(PRIVATE, max_tokens=8)
    async with Blobs(net.network.chain_id, relays=(net.network.relay,), signer=key, policy=LOCAL) as blobs:
        uri = await blobs.put(request.data)
    quote = await client.estimate(request)
    terms = replace(quote.terms, input=b"", input_uri=uri)
    (job,) = job_ids(await client.account.send(messages.request(key.address, [terms])))
    return job


async def seen(client: Client, job: int) -> Job:
    """What the chain shows to anybody of a job that was delivered."""
    async for step in client.follow(job):
        if isinstance(step.event, EventVerdict):
            break
    found = (await client.chain.jobs.get(job)).job
    assert found is not None
    return found


async def test_threat_30_neither_question_nor_answer_is_in_any_log_or_journal(client: Client, net: Net) -> None:
    request = asked("my canary is called Ludmila", temperature=2000, top_k=0, max_tokens=40)
    job = (await client.request(request)).job_id
    await client.wait(job)
    payload = (await client.result(job)).payload
    kept = [*net.home.root.glob("logs/*"), *net.home.root.glob("miners/*/journal.db*")]
    assert len(kept) > 2 * net.topology.miners
    for path in kept:
        raw = path.read_bytes()
        assert b"Ludmila" not in raw
        assert payload not in raw


async def test_threat_40_a_public_question_is_read_or_guessed_by_anybody(
    client: Client, net: Net, user: Key, chat: Path, tmp_path: Path
) -> None:
    plain = (await client.request(asked(PRIVATE, max_tokens=8))).job_id
    by_hash = await hidden(client, net, user)
    async with Client(net.network, store=Store(tmp_path / "other"), policy=LOCAL) as anybody:
        found = await seen(anybody, plain)
        assert found.terms.input == question(PRIVATE)
        assert found.delivery is not None
        assert read_answer(found.delivery.output) is not None

        found = await seen(anybody, by_hash)
        assert found.terms.input == b""
        assert [text for text in GUESSES if hashlib.sha256(question(text)).digest() == found.terms.input_digest] == [
            PRIVATE
        ]
        assert found.delivery is not None

    # Without the hash, the fingerprint tells as well: weights, seeds and answer are public.
    store = Store(tmp_path / "models")
    model = load_model(store.manifest(store.add_folder(chat)), store, EngineConfig(threads=1))
    profile, seed = model.manifest.profile, fingerprint_seed(net.network.chain_id, found.rounds[0].seed, by_hash, 0)
    near = []
    for text in GUESSES:
        own = model.read(question(text), found.terms.options, found.terms.seed, found.delivery.output)
        mark = fingerprint(own, profile, seed, net.network.chain_id)
        if distance(mark, found.delivery.fingerprint, profile) <= profile.threshold:
            near.append(text)
    assert near == [PRIVATE]


def test_threat_40_one_is_told_so_before_one_sends(shell: Shell, user: Key) -> None:
    done = shell("run", CHAT, PRIVATE, "--from", "me")
    assert done.returncode != 0  # nobody is there to agree
    assert "public in the chain's history for ever" in done.stderr
    assert "they can be guessed" in done.stderr
    for finished in ((), ("--finished",)):
        assert shell.json("job", "list", *finished, "--requester", user.address) == []


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        ("what is it? " * 300, (), "tokens, the model has room for 512"),
        ("<|end|>", (), "the text holds '<|end|>', which steers the model"),
        ("hi", ("--top-k", "99999"), "top_k is a whole number from 0 to 3072"),
        ("hi", ("--max-tokens", "257"), "max_tokens is a whole number from 1 to 256"),
        ("hi", ("--stop", ""), "a text to stop at has 1 to 64 characters"),
    ],
)
def test_the_command_line_refuses_in_one_sentence(
    shell: Shell, words: str, options: tuple[str, ...], sentence: str
) -> None:
    assert sentence in shell.refused("run", CHAT, words, *options, "--from", "me", "--yes")
