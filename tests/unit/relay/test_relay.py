"""Blobs through the real nats-server."""

import hashlib
import os
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from nesa.chain import Key
from nesa.errors import BlobUnavailableError, RelayError, RelayRefusedError
from nesa.models import Policy
from nesa.relay import Blobs, FixedUploaders, Limits, RelayConfig, run_relay
from nesa.relay._dial import dial, hang_up
from nesa.relay._login import inbox, open_login

pytestmark = pytest.mark.anyio

Relay = Callable[..., AbstractAsyncContextManager[RelayConfig]]
User = Callable[[RelayConfig, Key | None], Blobs]


async def test_put_and_get(relay: Relay, user: User, alice: Key, bob: Key, tmp_path: Path) -> None:
    small, large = b"x", os.urandom(700_001)
    path = tmp_path / "blob"
    path.write_bytes(large)
    async with relay() as config, user(config, alice) as blobs, user(config, bob) as others:
        uri = await blobs.put(path)
        assert uri == f"{config.url}/{hashlib.sha256(large).hexdigest()}"
        assert await others.get(await others.put(small), max_bytes=1) == small
        assert await blobs.usage(config.url) == (len(large), 1_000_000)
        assert await blobs.put(path) == uri, "once more costs nothing"
        assert await blobs.usage(config.url) == (len(large), 1_000_000)
        async with user(config, None) as reader:
            assert await reader.get(uri, max_bytes=len(large)) == large


async def test_blobs_survive_a_restart(relay: Relay, user: User, alice: Key) -> None:
    data = os.urandom(300_000)
    async with relay() as config, user(config, alice) as blobs:
        uri = await blobs.put(data)
    async with relay() as config, user(config, alice) as blobs:
        assert await blobs.get(uri, max_bytes=len(data)) == data
        assert await blobs.usage(config.url) == (len(data), 1_000_000)


async def test_threat_50_a_stranger_can_neither_fill_nor_empty_the_store(
    relay: Relay, user: User, alice: Key, bob: Key, stranger: Key
) -> None:
    async with relay() as config, user(config, alice) as blobs, user(config, bob) as others:
        uri = await blobs.put(b"Alice's")
        async with user(config, stranger) as strangers:
            with pytest.raises(RelayRefusedError, match="may not upload"):
                await strangers.put(b"a stranger's")
            for thief in (strangers, others):
                with pytest.raises(RelayRefusedError, match="no such blob"):
                    await thief.delete(uri)
            assert await strangers.get(uri, max_bytes=100) == b"Alice's"
            await others.put(b"Alice's")
            await others.delete(uri)
            assert await blobs.get(uri, max_bytes=100) == b"Alice's", "Bob deletes his own copy only"
            await blobs.delete(uri)
            with pytest.raises(BlobUnavailableError):
                await blobs.get(uri, max_bytes=100)


async def test_threat_50_quota_bounds_one_account_and_the_total_all(
    settings: RelayConfig, relay: Relay, user: User, alice: Key, bob: Key
) -> None:
    config = replace(settings, limits=Limits(max_blob=200_000, max_bytes=250_000))
    async with relay(config, quota=200_000), user(config, alice) as blobs, user(config, bob) as others:
        first = await blobs.put(os.urandom(150_000))
        with pytest.raises(RelayRefusedError, match="quota"):
            await blobs.put(os.urandom(60_000))
        with pytest.raises(RelayRefusedError, match="no room"):
            await others.put(os.urandom(120_000))
        with pytest.raises(RelayRefusedError, match="blobs of 1 to 200000 bytes"):
            await others.put(os.urandom(200_001))
        await blobs.delete(first)
        await others.put(os.urandom(120_000))


async def test_blobs_expire(settings: RelayConfig, relay: Relay, user: User, alice: Key) -> None:
    config = replace(settings, limits=Limits(ttl=1.0))
    async with relay(config), user(config, alice) as blobs:
        uri = await blobs.put(b"short-lived")
        assert await blobs.get(uri, max_bytes=100) == b"short-lived"
        await anyio.sleep(1.1)
        with pytest.raises(BlobUnavailableError, match="does not have"):
            await blobs.get(uri, max_bytes=100)
        assert await blobs.usage(config.url) == (0, 1_000_000)


async def test_threat_41_what_cannot_be_had_is_unavailable(relay: Relay, user: User, alice: Key) -> None:
    async with relay() as config, user(config, alice) as blobs:
        uri = await blobs.put(b"here")
        with pytest.raises(BlobUnavailableError, match="does not have"):
            await blobs.get(f"{config.url}/{'0' * 64}", max_bytes=100)
        with pytest.raises(BlobUnavailableError, match="more than the 3 allowed"):
            await blobs.get(uri, max_bytes=3)
        with pytest.raises(BlobUnavailableError, match="another digest"):
            await blobs.get(uri, max_bytes=100, digest=hashlib.sha256(b"there").digest())
    async with user(config, None) as blobs:
        with pytest.raises(BlobUnavailableError, match="cannot be reached"):
            await blobs.get(uri, max_bytes=100)


async def test_threat_23_private_addresses_are_refused(relay: Relay, alice: Key) -> None:
    async with relay() as config, Blobs(config.chain_id, signer=alice, policy=Policy(allow_private=False)) as blobs:
        with pytest.raises(BlobUnavailableError, match="private address"):
            await blobs.get(f"{config.url}/{'0' * 64}", max_bytes=100)


async def test_threat_50_nobody_acts_in_anothers_name(relay: Relay, user: User, alice: Key, bob: Key) -> None:
    async with relay() as config, user(config, alice) as blobs:
        uri = await blobs.put(b"Alice's")
        policy = Policy(allow_private=True, timeout=1.0)
        async with Blobs(config.chain_id, relays=(config.url,), signer=bob, policy=policy) as thief:
            headers = {"Nesa-Digest": uri[-64:]}
            with pytest.raises(RelayError, match="does not answer"):
                await thief._request(config.url, f"nesa.blob.delete.{alice.address}", b"", headers)
        assert await blobs.get(uri, max_bytes=100) == b"Alice's"


class _Liar:
    """Somebody who signs with one key and gives another's public key."""

    def __init__(self, key: Key, victim: Key) -> None:
        self._key = key
        self.address, self.key_type, self.public_key = victim.address, victim.key_type, victim.public_key

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


async def test_threat_50_a_login_under_another_key_is_refused(relay: Relay, alice: Key, stranger: Key) -> None:
    policy = Policy(allow_private=True, timeout=5.0)
    async with relay() as config:
        async with Blobs(config.chain_id, relays=(config.url,), signer=_Liar(stranger, alice), policy=policy) as liar:
            with pytest.raises(RelayError, match="cannot be reached"):
                await liar.put(b"in Alice's name")
        async with Blobs("another-chain", relays=(config.url,), signer=alice, policy=policy) as other:
            with pytest.raises(RelayError, match="cannot be reached"):
                await other.put(b"for another chain")


async def test_threat_50_users_reach_neither_the_store_nor_each_others_inboxes(relay: Relay, alice: Key) -> None:
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error).lower())

    async with relay() as config:
        prefix = inbox()
        reader = await dial(config.url, token=open_login(prefix, None), inbox_prefix=prefix.encode(), error_cb=note)
        try:
            for subject in (
                "$JS.API.STREAM.PURGE.OBJ_blobs",
                "$O.blobs.C.x",
                f"nesa.blob.put.{alice.address}",
                f"nesa.blob.delete.{alice.address}",
                "_INBOX.somebody.else",
            ):
                await reader.publish(subject, b"")
                await reader.flush()
            await _until(lambda: len(refused) == 5)
            await reader.subscribe("_INBOX.>")
            await reader.flush()
            await _until(lambda: len(refused) == 6)
        finally:
            await hang_up(reader)
        assert all("permissions violation" in text for text in refused)


async def test_a_wrong_digest_is_not_kept(relay: Relay, user: User, alice: Key) -> None:
    async with relay() as config, user(config, alice) as blobs:
        claimed = hashlib.sha256(b"something else").hexdigest()
        headers = {"Nesa-Digest": claimed, "Nesa-Size": "4", "Nesa-Offset": "0"}
        with pytest.raises(RelayError, match="does not have the digest"):
            await blobs._request(config.url, f"nesa.blob.put.{alice.address}", b"evil", headers)
        with pytest.raises(BlobUnavailableError):
            await blobs.get(f"{config.url}/{claimed}", max_bytes=100)
        assert await blobs.usage(config.url) == (0, 1_000_000)


async def test_an_upload_cannot_outgrow_what_it_announced(relay: Relay, user: User, alice: Key) -> None:
    async with relay() as config, user(config, alice) as blobs:
        headers = {"Nesa-Digest": "0" * 64, "Nesa-Size": "4", "Nesa-Offset": "0"}
        with pytest.raises(RelayError, match="longer than the 4 bytes announced"):
            await blobs._request(config.url, f"nesa.blob.put.{alice.address}", b"12345", headers)
        assert await blobs.usage(config.url) == (0, 1_000_000)


async def test_the_next_relay_is_used_when_one_is_down(relay: Relay, alice: Key) -> None:
    policy = Policy(allow_private=True, timeout=5.0)
    async with (
        relay() as config,
        Blobs(config.chain_id, relays=("nats://127.0.0.1:1", config.url), signer=alice, policy=policy) as blobs,
    ):
        assert (await blobs.put(b"anyway")).startswith(config.url)


async def test_a_port_in_use_is_one_clear_sentence(settings: RelayConfig, relay: Relay, tmp_path: Path) -> None:
    async with relay():
        with pytest.raises(RelayError, match="is the port in use"):
            await run_relay(replace(settings, home=tmp_path / "second"), FixedUploaders({}))


async def test_a_missing_program_is_one_clear_sentence(settings: RelayConfig) -> None:
    with pytest.raises(RelayError, match="cannot be started"):
        await run_relay(replace(settings, server=Path("/nonexistent/nats-server")), FixedUploaders({}))


async def test_a_server_that_ends_ends_the_relay(settings: RelayConfig) -> None:
    with pytest.RaisesGroup(pytest.RaisesExc(RelayError, match="ended by itself"), flatten_subgroups=True):
        async with anyio.create_task_group() as tasks:
            await tasks.start(run_relay, settings, FixedUploaders({}))
            os.kill(_child(settings), signal.SIGKILL)
            await anyio.sleep(5)


async def _until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not condition():  # noqa: ASYNC110 - the library has no event for it
            await anyio.sleep(0.01)


def _child(config: RelayConfig) -> int:
    wanted = str(config.home / "nats.conf").encode()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and wanted in (entry / "cmdline").read_bytes().split(b"\0"):
                return int(entry.name)
        except OSError:
            continue
    raise AssertionError("the NATS server does not run")
