"""Threat 41: payloads that cannot be had, from servers that refuse, are silent, drip or lie."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import anyio
import pytest

from nesa.chain import Delivery, Outcome, Result, Terms
from nesa.engines import Model, Output, RunsAgain
from nesa.errors import BlobUnavailableError, RelayRefusedError
from nesa.miner import Agent, Kind, Parts, Payloads, State
from nesa.models import Policy
from nesa.relay import Blobs
from unit.miner.fakes import FakeChain
from unit.miner.records import CHAIN, delivery_of, terms

pytestmark = pytest.mark.anyio

MakeParts = Callable[..., Parts]
Running = Callable[[Parts], AbstractAsyncContextManager[Agent]]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

POLICY = Policy(allow_private=True)  # thirty seconds between one byte and the next
WINDOW = 500  # blocks, about two seconds
TEXT = b"#!/bin/sh\necho hello\n" * 16
DIGEST = hashlib.sha256(b"never sent")


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    while await reader.read(4096):
        pass
    await asyncio.sleep(60)


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff\r\n" * 100)
    await writer.drain()


async def else_(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nelse")
    await writer.drain()


def payloads() -> Payloads:
    return Payloads(Blobs(CHAIN, policy=POLICY), POLICY, delays=())


HANDLERS = {"hang up": hang_up, "silence": silence, "drip": drip, "garbage": garbage, "something else": else_}


@pytest.mark.parametrize("scheme", ["http", "nats"])
@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
async def test_threat_41_no_server_holds_a_payload_back_beyond_its_time(handler: Handler, scheme: str) -> None:
    async with served(handler) as port:
        uri = f"{scheme}://127.0.0.1:{port}/{DIGEST.hexdigest()}"
        with anyio.fail_after(10), pytest.raises(BlobUnavailableError):
            await payloads().fetch(b"", DIGEST.digest(), uri, within=0.5)


@pytest.mark.parametrize(
    "uri", ["nats://[::::]:4222/{}", "https://xn--/{}", "https://[::::]/{}", "https://a..b/{}", "ftp://a/{}", "{}"]
)
async def test_threat_41_an_address_that_is_none_is_unavailable(uri: str) -> None:
    with pytest.raises(BlobUnavailableError):
        await payloads().fetch(b"", DIGEST.digest(), uri.format(DIGEST.hexdigest()), within=5)


@pytest.mark.parametrize("handler", [silence, drip, garbage], ids=["silence", "drip", "garbage"])
async def test_threat_41_a_verifier_says_in_time_that_an_output_cannot_be_had(
    handler: Handler,
    chain: FakeChain,
    parts: MakeParts,
    running: Running,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("unit.miner.fakes.RUN_WINDOW", WINDOW)
    made = parts(payloads=payloads(), clock=time.monotonic)
    async with served(handler) as port, running(made):
        while chain.height < 100:  # noqa: ASYNC110 - until the agent knows how fast blocks come
            await anyio.sleep(0.01)
        chain.request_check(terms(TEXT), fetched(model, f"http://127.0.0.1:{port}/x"))
        with anyio.fail_after(30):
            while not chain.records or made.journal.open_duties():  # noqa: ASYNC110
                await anyio.sleep(0.01)
    assert not chain.missed
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.REVEAL]
    assert entry.result == Result(Outcome.UNAVAILABLE, b"", (0, 0, 0))


class Relay(Payloads):
    """A relay that takes everything, or nothing."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__(Blobs(CHAIN, policy=POLICY), POLICY, delays=())
        self.full = full
        self.stored: dict[str, bytes] = {}
        self.asked: list[str] = []

    async def put(self, data: bytes) -> str:
        if self.full:
            raise RelayRefusedError("no room left")
        uri = f"nats://relay.example:4222/{hashlib.sha256(data).hexdigest()}"
        self.stored[uri] = data
        return uri

    async def fetch(self, inline: bytes, digest: bytes, uri: str, *, within: float) -> bytes:
        self.asked.append(uri)
        if uri == "https://requester.example/input":
            return TEXT
        return self.stored[uri] if uri else await super().fetch(inline, digest, uri, within=within)


def elsewhere() -> Terms:
    return replace(terms(TEXT), input=b"", input_uri="https://requester.example/input")


@pytest.mark.parametrize("full", [False, True])
async def test_threat_41_an_executor_keeps_an_input_that_the_chain_does_not_hold(
    *, full: bool, chain: FakeChain, parts: MakeParts, running: Running
) -> None:
    relay = Relay(full=full)
    made = parts(payloads=relay)
    async with running(made):
        relay._keep(hashlib.sha256(TEXT).digest(), TEXT)  # fetched before it claims
        chain.request(elsewhere())
        with anyio.fail_after(20):
            while not chain.records or made.journal.open_duties():  # noqa: ASYNC110
                await anyio.sleep(0.01)
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.DELIVER]
    assert entry.input_uri == ("" if full else next(iter(relay.stored)))
    assert list(relay.stored.values()) == ([] if full else [TEXT])
    assert not chain.missed


async def test_threat_41_a_verifier_asks_the_executor_for_the_input(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    relay = Relay()
    kept = await relay.put(TEXT)
    made = parts(payloads=relay)
    delivery = replace(delivery_of(model.run(TEXT).payload, bytes(4)), input_uri=kept)
    async with running(made):
        chain.request_check(elsewhere(), delivery)
        with anyio.fail_after(20):
            while not chain.records or made.journal.open_duties():  # noqa: ASYNC110
                await anyio.sleep(0.01)
    assert relay.asked == [kept, ""]
    (entry,) = [entry for kind, entry in chain.offered if kind is Kind.REVEAL]
    assert entry.result.outcome is Outcome.OK


def fetched(model: Model, uri: str) -> Delivery:
    return replace(delivery_of(model.run(TEXT).payload, bytes(4)), output=b"", output_uri=uri)


async def test_threat_18_whatever_a_payload_makes_a_library_raise_ends_one_seat_only(
    chain: FakeChain, parts: MakeParts, running: Running, model: Model
) -> None:
    class Startled(RunsAgain):
        manifest = model.manifest

        def run(self, data: bytes, options: bytes = b"", seed: bytes = b"") -> Output:
            if data == TEXT:
                raise AssertionError("what a decoder may say of a damaged file")
            return model.run(data, options, seed)

    pool = parts().pool
    pool._engine = lambda _manifest, _store, _config: Startled()
    made = parts(pool=pool)
    async with running(made):
        chain.request_check(terms(TEXT), delivery_of(b"", bytes(4)))
        with anyio.fail_after(20):
            while not any(duty.state is State.ABSTAINED for duty in made.journal.open_duties()):  # noqa: ASYNC110
                await anyio.sleep(0.01)
        other = chain.request(terms(TEXT + b"#"))
        with anyio.fail_after(20):
            while other not in chain.records:  # noqa: ASYNC110
                await anyio.sleep(0.01)
    assert not chain.missed
