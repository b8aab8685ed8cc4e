"""Paid answers of a language model: written by one miner, read by others, on a real network."""

import json
import os
import signal
import subprocess
import sys

import pytest

from e2e.conftest import Shell
from nesa.chain import EventRevealed, EventVerdict, Finding, Outcome, Status
from nesa.client import CERTAIN, Client, JobRequest, RequestError
from nesa.errors import InvalidInputError
from nesa.text import read_answer

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
