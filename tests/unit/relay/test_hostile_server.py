"""Servers of strangers: whatever one answers, the blob is unavailable, and nothing else happens to who asked."""

import asyncio
import hashlib
import json
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import pytest

from nesa.chain import Key, KeyType
from nesa.errors import BlobUnavailableError, RelayError
from nesa.models import Policy
from nesa.relay import Blobs, BlobUri

pytestmark = pytest.mark.anyio
DIGEST = hashlib.sha256(b"x").hexdigest()
POLICY = Policy(allow_private=True, timeout=0.5)
GOOD = {"server_id": "x", "version": "2.10", "max_payload": 1 << 20, "headers": True, "nonce": "abc"}

Answer = Callable[[asyncio.StreamWriter, str, str], Awaitable[None]]


@asynccontextmanager
async def server(info: bytes, answer: Answer | None = None, heard: list[bytes] | None = None) -> AsyncIterator[str]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(info)
        sid = ""
        while line := await reader.readline():
            if heard is not None:
                heard.append(line)
            words = line.split()
            if words[0] == b"PING":
                writer.write(b"PONG\r\n")
            elif words[0] == b"SUB":
                sid = words[-1].decode()
            elif words[0] in {b"PUB", b"HPUB"}:
                await reader.readexactly(int(words[-1]) + 2)
                if answer is not None:
                    await answer(writer, words[2].decode(), sid)
            await writer.drain()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, EOFError, ValueError):
            pass
        finally:
            writer.close()

    found = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"nats://127.0.0.1:{found.sockets[0].getsockname()[1]}"
    finally:
        found.close()


def info(**changes: object) -> bytes:
    return b"INFO " + json.dumps(GOOD | changes).encode() + b"\r\n"


def with_headers(headers: bytes, data: bytes = b"x") -> Answer:
    async def answer(writer: asyncio.StreamWriter, reply: str, sid: str) -> None:
        writer.write(f"HMSG {reply} {sid} {len(headers)} {len(headers) + len(data)}\r\n".encode())
        writer.write(headers + data + b"\r\n")

    return answer


def raw(data: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter, reply: str, sid: str) -> None:
        writer.write(data.replace(b"REPLY", reply.encode()).replace(b"SID", sid.encode()))

    return answer


GREETINGS = {
    "nothing": b"",
    "empty": b"INFO {}\r\n",
    "a list": b"INFO []\r\n",
    "a number": b"INFO 5\r\n",
    "deep": b"INFO " + b"[" * 30_000 + b"\r\n",
    "no text": b"INFO \xff\xff\r\n",
    "other protocol": b"220 mail.example.org ESMTP\r\n",
    "long": b"INFO " + b"a" * 300_000,
    "size of no number": info(max_payload="x"),
    "nonce of no text": info(nonce=5),
    "other servers of no text": info(connect_urls=[5, None, "::::"]),
    "other servers of no list": info(connect_urls=5),
}
ANSWERS = {
    "no headers": raw(b"MSG REPLY SID 1\r\nx\r\n"),
    "status alone": with_headers(b"NATS/1.0 503\r\n\r\n", b""),
    "headers of no text": with_headers(b"\xff\xfe\r\n\r\n"),
    "a digit that is none": with_headers("NATS/1.0\r\nNesa-Size: ²\r\n\r\n".encode()),
    "less than announced": with_headers(b"NATS/1.0\r\nNesa-Size: 9\r\n\r\n", b""),
    "more than announced": with_headers(b"NATS/1.0\r\nNesa-Size: 1\r\n\r\n", b"xyz"),
    "something else": with_headers(b"NATS/1.0\r\nNesa-Size: 1\r\n\r\n", b"y"),
    "garbage": raw(b"\x00\x01garbage\r\n"),
    "an error": raw(b"-ERR 'no'\r\n"),
    "a negative size": raw(b"MSG REPLY SID -5\r\nx\r\n"),
    "headers longer than all": raw(b"HMSG REPLY SID 50 5\r\nxxxxx\r\n"),
    "news of no form": raw(b"INFO []\r\n"),
}


@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS)
async def test_threat_41_a_server_that_greets_strangely_is_unavailable(greeting: bytes) -> None:
    async with server(greeting) as address, Blobs("c", policy=POLICY) as blobs:
        with pytest.raises(BlobUnavailableError):
            await blobs.get(f"{address}/{DIGEST}", max_bytes=100)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_threat_41_a_server_that_answers_strangely_is_unavailable(answer: Answer) -> None:
    async with server(info(), answer) as address, Blobs("c", policy=POLICY) as blobs:
        with pytest.raises(BlobUnavailableError):
            await blobs.get(f"{address}/{DIGEST}", max_bytes=100)


async def test_a_server_of_this_kind_can_answer_at_all() -> None:
    good = with_headers(b"NATS/1.0\r\nNesa-Size: 1\r\n\r\n")
    async with server(info(), good) as address, Blobs("c", policy=POLICY) as blobs:
        assert await blobs.get(f"{address}/{DIGEST}", max_bytes=100) == b"x"


async def test_a_message_without_end_takes_no_memory() -> None:
    async def flood(writer: asyncio.StreamWriter, reply: str, sid: str) -> None:
        writer.write(f"MSG {reply} {sid} 100000000000\r\n".encode())
        while True:
            writer.write(bytes(1 << 20))
            await writer.drain()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with server(info(), flood) as address, Blobs("c", policy=POLICY) as blobs:
        with pytest.raises(BlobUnavailableError):
            await blobs.get(f"{address}/{DIGEST}", max_bytes=100)
        await anyio.sleep(0.5)  # and nothing goes on in the background
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


async def test_an_account_signs_for_its_own_relays_only() -> None:
    key = Key.generate(KeyType.COSMOS)
    heard: list[bytes] = []
    async with server(info(), heard=heard) as address, Blobs("c", signer=key, policy=POLICY) as blobs:
        with pytest.raises(BlobUnavailableError):
            await blobs.get(f"{address}/{DIGEST}", max_bytes=100)
        greeting = json.loads(next(line for line in heard if line.startswith(b"CONNECT"))[8:])
        assert not greeting.get("sig")
        assert not blobs._connections
    async with server(info(), heard=heard) as address:
        async with Blobs("c", relays=(address,), signer=key, policy=POLICY) as blobs:
            with pytest.raises(RelayError):
                await blobs.put(b"x")
        greeting = json.loads([line for line in heard if line.startswith(b"CONNECT")][-1][8:])
        assert greeting["sig"]


@pytest.mark.parametrize("host", ["[::::]", "xn--", "[1]", "a..b", "." * 3, "a" * 200])
def test_a_host_that_cannot_be_is_refused(host: str) -> None:
    with pytest.raises(RelayError, match="has the form"):
        BlobUri.parse(f"nats://{host}:4222/{DIGEST}")


@pytest.mark.parametrize("host", ["[::1]", "relay.example.org", "127.0.0.1", "xn--bcher-kva.example", "a_b"])
def test_a_host_that_can_be_is_read(host: str) -> None:
    assert BlobUri.parse(f"nats://{host}:4222/{DIGEST}").server == f"nats://{host}:4222"
