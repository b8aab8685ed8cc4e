"""A relay with the real nats-server, and chain keys that may or may not upload."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio
import pytest

from nesa.chain import Key, KeyType
from nesa.models import Policy
from nesa.relay import Blobs, FixedUploaders, Limits, RelayConfig, run_relay

SERVER = Path(__file__).parents[3] / "build" / "bin" / "nats-server"

Relay = Callable[..., AbstractAsyncContextManager[RelayConfig]]
User = Callable[[RelayConfig, Key | None], Blobs]


@pytest.fixture
def alice() -> Key:
    return Key.generate(KeyType.COSMOS)


@pytest.fixture
def bob() -> Key:
    return Key.generate(KeyType.ETHEREUM)


@pytest.fixture
def stranger() -> Key:
    return Key.generate(KeyType.COSMOS)


@pytest.fixture
def settings(tmp_path: Path) -> RelayConfig:
    """Return settings of a relay on a free port, for 16 MB in all."""
    if not SERVER.exists():
        pytest.fail(f"{SERVER} is not built: make setup")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limits = Limits(max_bytes=16 * 2**20)
    return RelayConfig(home=tmp_path / "relay", chain_id="nesa-test-1", port=port, server=SERVER, limits=limits)


@pytest.fixture
def relay(settings: RelayConfig, alice: Key, bob: Key) -> Relay:
    """Return a function that runs a relay on which Alice and Bob may keep so many bytes each."""

    @asynccontextmanager
    async def start(config: RelayConfig = settings, *, quota: int = 1_000_000) -> AsyncIterator[RelayConfig]:
        uploaders = FixedUploaders({alice.address: quota, bob.address: quota})
        async with anyio.create_task_group() as tasks:
            await tasks.start(run_relay, config, uploaders)
            yield config
            tasks.cancel_scope.cancel()

    return start


@pytest.fixture
def user() -> User:
    """Return a function that connects somebody."""

    def connect(config: RelayConfig, key: Key | None) -> Blobs:
        policy = Policy(allow_private=True, timeout=10.0)
        return Blobs(config.chain_id, relays=(config.url,), signer=key, policy=policy)

    return connect
