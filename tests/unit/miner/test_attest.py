"""How a miner keeps its enclave attested."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from nesa.chain import Network
from nesa.errors import AttestationError, MinerError
from nesa.miner import MinerConfig, init_home
from nesa.miner import _attest as attest
from nesa.miner import _doctor as doctor
from nesa.miner._attest import Attester, Registered
from nesa.miner._enclave import enclave_key, enclave_reader
from nesa.tee import AttestedKey, Places, Quote, Simulator, SnpReport
from unit.miner.records import CHAIN, OWNER

LIFE = 900
PARTS = Places(Path("/nowhere"), Path("/nowhere"), Path("/nowhere"), nvml=None)


@dataclass
class Chain:
    """What the chain does with attestations, but verify them."""

    chain_id: str = CHAIN
    time: int = 1_700_000_000
    keys: dict[bytes, Registered] = field(default_factory=dict)
    quotes: list[Quote] = field(default_factory=list)
    asked: int = 0
    refusal: Exception | None = None

    async def now(self) -> int:
        return self.time

    async def life(self) -> int:
        return LIFE

    async def registered(self, key: bytes) -> Registered | None:
        self.asked += 1
        found = self.keys.get(key)
        return replace(found, void="expired") if found and found.expires <= self.time else found

    async def register(self, key: bytes, quote: Quote, expires: int) -> None:
        if self.refusal:
            raise self.refusal
        assert self.time < expires <= self.time + LIFE
        self.quotes.append(quote)
        self.keys[key] = Registered(expires)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Simulator:
    return Simulator.create(tmp_path_factory.mktemp("tee"))


@pytest.fixture
def key(tmp_path: Path) -> AttestedKey:
    return AttestedKey.create(tmp_path / "enclave.pem")


@pytest.mark.anyio
async def test_a_key_is_attested_and_renewed_in_time(chain: Chain, simulator: Simulator, key: AttestedKey) -> None:
    attester = Attester(OWNER, key, simulator, chain, clock=lambda: float(chain.time))
    assert not await attester.attested()
    with capture_logs() as logs:
        assert await attester.renew()
    assert [(log["event"], log["key"]) for log in logs] == [("attested", key.key.hex())]
    assert await attester.attested()
    expires = chain.time + LIFE
    assert SnpReport.parse(chain.quotes[0].report).report_data == key.report_data(CHAIN, OWNER, expires)
    assert not await attester.renew()
    chain.time += LIFE * 2 // 3
    assert not await attester.renew()
    chain.time += 1
    assert await attester.renew()
    assert chain.keys[key.key].expires == chain.time + LIFE


@pytest.mark.anyio
async def test_whoever_asks_for_an_attestation_is_told_once(
    chain: Chain, simulator: Simulator, key: AttestedKey
) -> None:
    with capture_logs() as logs:  # which a command would print before its answer
        quote, expires = await Attester(OWNER, key, simulator, chain).attest()
    assert (quote, expires, logs) == (chain.quotes[0], chain.time + LIFE, [])


@pytest.mark.anyio
async def test_a_void_key_is_attested_anew(chain: Chain, simulator: Simulator, key: AttestedKey) -> None:
    attester = Attester(OWNER, key, simulator, chain, clock=lambda: float(chain.time))
    chain.keys[key.key] = Registered(chain.time + LIFE, "the measurement is not accepted any more")
    assert not await attester.attested()
    assert await attester.renew()
    assert await attester.attested()


@pytest.mark.anyio
async def test_a_revoked_key_is_replaced_by_the_one_that_is_there_now(
    chain: Chain, simulator: Simulator, key: AttestedKey, tmp_path: Path
) -> None:
    def reload() -> AttestedKey:
        return AttestedKey.create(tmp_path / "another.pem")

    attester = Attester(OWNER, key, simulator, chain, reload=reload, clock=lambda: float(chain.time))
    chain.keys[key.key] = Registered(chain.time + LIFE, "c4e8: key is revoked")
    assert await attester.renew()
    assert attester.key == reload().key != key.key
    assert list(chain.keys) == [key.key, attester.key]
    assert await attester.attested()


@pytest.mark.anyio
async def test_the_chain_is_not_asked_for_every_job(chain: Chain, simulator: Simulator, key: AttestedKey) -> None:
    clock = [0.0]
    attester = Attester(OWNER, key, simulator, chain, clock=lambda: clock[0])
    chain.keys[key.key] = Registered(chain.time + LIFE)
    assert [await attester.attested() for _ in range(5)] == [True] * 5
    assert chain.asked == 1
    clock[0] += 10
    del chain.keys[key.key]
    assert not await attester.attested()
    assert chain.asked == 2


@pytest.mark.anyio
async def test_what_fails_is_logged_and_tried_again(
    chain: Chain, simulator: Simulator, key: AttestedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attest, "_LOOK", 0.001)
    attester = Attester(OWNER, key, simulator, chain)
    chain.refusal = AttestationError("the hardware is away")
    with capture_logs() as logs:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(attester.run)
            while len(logs) < 2:  # noqa: ASYNC110 - logs have no event
                await anyio.sleep(0.001)
            chain.refusal = None
            while not chain.quotes:  # noqa: ASYNC110 - as above
                await anyio.sleep(0.001)
            tasks.cancel_scope.cancel()
    assert (logs[0]["event"], logs[0]["log_level"]) == ("not_attested", "warning")
    assert logs[0]["error"] == "the hardware is away"


def config(tmp_path: Path, enclave: str) -> MinerConfig:
    network = Network(CHAIN, ("127.0.0.1:1",))
    return init_home(tmp_path / "miner", network, owner=OWNER, password="x", enclave=enclave)  # noqa: S106


def test_settings_of_an_enclave(tmp_path: Path) -> None:
    made = config(tmp_path, "simulated:tee")
    assert MinerConfig.load(made.home).enclave == "simulated:tee"
    reader = enclave_reader(made)
    assert isinstance(reader, Simulator)
    assert Simulator.create(made.home / "tee").roots() == reader.roots()
    assert enclave_key(made).key == enclave_key(made).key
    assert (made.home / "enclave.pem").exists()


@pytest.mark.parametrize("enclave", ["software", "simulated:", "hardware+tpu"])
def test_settings_that_are_none(tmp_path: Path, enclave: str) -> None:
    with pytest.raises(MinerError, match="enclave must be empty, hardware, hardware"):
        config(tmp_path, enclave)


def test_a_machine_without_hardware(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = config(tmp_path, "")
    with pytest.raises(MinerError, match="no enclave is configured"):
        enclave_reader(made)
    monkeypatch.setattr("nesa.miner._enclave.Places", lambda **_: PARTS)
    with pytest.raises(AttestationError, match="cannot attest itself"):
        enclave_reader(made, "hardware")
    (check,) = doctor.attestation(made, PARTS)
    assert check.ok
    assert "takes no jobs that ask for it" in check.text
    (check,) = doctor.attestation(replace(made, enclave="hardware"), PARTS)
    assert (check.ok, check.level) == (False, "error")
    (check,) = doctor.attestation(replace(made, enclave="simulated:tee"), PARTS)
    assert "proves nothing" in check.text


def test_a_machine_with_a_device(tmp_path: Path) -> None:
    device = tmp_path / "sev-guest"
    device.touch()
    made = config(tmp_path, "hardware")
    places = replace(PARTS, sev_guest=device)
    assert [(check.name, check.ok) for check in doctor.attestation(made, places)] == [
        ("attestation", True),
        ("enclave", True),
    ]
    *_, last = doctor.attestation(replace(made, enclave="hardware+gpu"), places)
    assert not last.ok
