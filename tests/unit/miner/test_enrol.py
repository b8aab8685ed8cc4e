"""An enclave that is attested once, and a key that is given up, over a chain that only counts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nesa.chain import Network, Platform
from nesa.errors import AttestationError, MinerError
from nesa.miner import MinerConfig, attest, init_home, revoke
from nesa.miner import _enrol as enrol
from nesa.miner._attest import Registered
from nesa.miner._enclave import enclave_key
from nesa.proto.nesa.attestation.v1 import tx_pb2
from nesa.tee import Quote, Simulator
from unit.miner.records import CHAIN, OWNER

pytestmark = pytest.mark.anyio

NOW, LIFE = 1_700_000_000, 900


@dataclass
class Sent:
    """What reached the chain."""

    quotes: list[tuple[bytes, Quote, int]] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found = Sent()

    class Registry:
        chain_id = CHAIN

        def __init__(self, _client: object, operator: object, owner: str) -> None:
            assert (operator, owner) == ("account", OWNER)

        async def now(self) -> int:
            return NOW

        async def life(self) -> int:
            return LIFE

        async def registered(self, _: bytes) -> Registered | None:
            return None

        async def register(self, key: bytes, quote: Quote, expires: int) -> None:
            found.quotes.append((key, quote, expires))

    class Account:
        async def send(self, message: object) -> None:
            found.messages.append(message)

        def __eq__(self, other: object) -> bool:
            return other == "account"

        __hash__ = None  # type: ignore[assignment]

    @asynccontextmanager
    async def opened(_: Network) -> AsyncIterator[None]:
        yield

    monkeypatch.setattr(enrol, "ChainClient", opened)
    monkeypatch.setattr(enrol, "Account", lambda *_: Account())
    monkeypatch.setattr(enrol, "LiveRegistry", Registry)
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tee")


@pytest.fixture
def config(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> MinerConfig:
    monkeypatch.setenv("NESA_PASSWORD", "x")
    network = Network(CHAIN, ("127.0.0.1:1",))
    return init_home(tmp_path / "miner", network, owner=OWNER, password="x", enclave=f"simulated:{root}")  # noqa: S106


async def test_an_enclave_is_attested(config: MinerConfig, root: Path, sent: Sent) -> None:
    found = await attest(config)
    ((key, quote, expires),) = sent.quotes
    assert (
        (found.key, found.expires, found.gpu) == (key, expires, False) == (enclave_key(config).key, NOW + LIFE, False)
    )
    assert (found.platform, found.product) == (Platform.SEV_SNP, "Milan")
    assert found.measurement == Simulator.measurement
    assert quote.certificates[1:] == Simulator.create(root).roots()[::-1]
    assert (await attest(config)).key == key


async def test_another_enclave_than_the_settings_say(config: MinerConfig, sent: Sent, tmp_path: Path) -> None:
    await attest(config, enclave=f"simulated:{tmp_path / 'other'}")
    assert sent.quotes[0][1].certificates[1:] == Simulator.create(tmp_path / "other").roots()[::-1]
    with pytest.raises((AttestationError, MinerError)):
        await attest(config, enclave="hardware+tpu")
    assert len(sent.quotes) == 1


async def test_a_key_is_given_up(config: MinerConfig, sent: Sent) -> None:
    key = (await attest(config)).key
    assert await revoke(config) == key
    (message,) = sent.messages
    assert isinstance(message, tx_pb2.MsgRevoke)
    assert (message.miner, message.key) == (OWNER, key)
    assert (await attest(config)).key != key
