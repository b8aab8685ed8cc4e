import json
from pathlib import Path

import pytest

from nesa.chain import Key, KeyType, Network, Platform
from nesa.cli import _miner
from nesa.miner import Attestation, MinerConfig, Status, VersionStatus, init_home
from unit.cli.conftest import Nesa

CHAIN = "nesa-test-1"


def folder(tmp_path: Path, owner: str, chain_id: str = CHAIN) -> str:
    home = tmp_path / "miner"
    init_home(home, Network(chain_id, ("127.0.0.1:1",)), owner=owner, password="x")  # noqa: S106
    return str(home)


def test_a_stake_is_refused_to_another_owner_than_the_folders(nesa: Nesa, me: Key, tmp_path: Path) -> None:
    other = Key.generate(KeyType.COSMOS).address
    done = nesa("miner", "stake", "5nes", "--from", "me", "--home", folder(tmp_path, other))
    assert f"belongs to {other}" in done.sentence
    assert me.address in done.sentence


def test_a_stake_is_refused_on_another_chain_than_the_folders(nesa: Nesa, me: Key, tmp_path: Path) -> None:
    done = nesa("miner", "stake", "5nes", "--from", "me", "--home", folder(tmp_path, me.address, "nesa-other-1"))
    assert "is for the chain nesa-other-1, the network is nesa-test-1" in done.sentence


def test_a_stake_of_the_folders_owner_is_sent(nesa: Nesa, me: Key, tmp_path: Path) -> None:
    done = nesa("miner", "stake", "5nes", "--from", "me", "--home", folder(tmp_path, me.address))
    assert done.status == 3  # nothing is wrong but that no node answers


@pytest.mark.usefixtures("me")
def test_a_known_miner_gets_more_stake_without_its_folder(nesa: Nesa, tmp_path: Path) -> None:
    assert nesa("miner", "stake", "5nes", "--from", "me", "--home", str(tmp_path / "none")).status == 3


@pytest.fixture
def attested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which enclaves were attested."""
    found: list[str] = []

    async def attest(_: MinerConfig, *, enclave: str) -> Attestation:
        found.append(enclave)
        return Attestation(b"k" * 32, Platform.SEV_SNP, "Milan", b"m" * 48, gpu=False, expires=1_800_000_000)

    monkeypatch.setattr(_miner, "attest_enclave", attest)
    return found


def test_an_attestation_says_what_is_attested_and_for_how_long(
    nesa: Nesa, me: Key, tmp_path: Path, attested: list[str]
) -> None:
    home = folder(tmp_path, me.address)
    done = nesa("miner", "attest", "--home", home)
    assert "SEV_SNP" in done.out
    assert (b"m" * 48).hex() in done.out
    assert "2027-01-15T08:00:00+00:00" in done.out
    assert 'Put enclave = "hardware" into config.toml' in done.out
    assert json.loads(nesa("miner", "attest", "--home", home, "--json").out)["key"] == (b"k" * 32).hex()
    nesa("miner", "attest", "--home", home, "--gpu")
    simulated = nesa("miner", "attest", "--home", home, "--simulate", str(tmp_path / "tee"))
    assert f'Put enclave = "simulated:{tmp_path / "tee"}" into' in simulated.out
    assert attested == ["hardware", "hardware", "hardware+gpu", f"simulated:{tmp_path / 'tee'}"]
    assert nesa("miner", "attest", "--home", home, "--simulate", "x", "--gpu").status == 2


def test_an_attestation_by_the_settings(nesa: Nesa, me: Key, tmp_path: Path, attested: list[str]) -> None:
    home = folder(tmp_path, me.address)
    init_home(Path(home), MinerConfig.load(Path(home)).network, owner=me.address, force=True, enclave="hardware+gpu")
    assert "config.toml" not in nesa("miner", "attest", "--home", home).out
    assert attested == ["hardware+gpu"]


def test_a_key_is_given_up(nesa: Nesa, me: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def revoke(_: MinerConfig) -> bytes:
        return b"k" * 32

    monkeypatch.setattr(_miner, "revoke_enclave", revoke)
    assert (b"k" * 32).hex() in nesa("miner", "revoke-key", "--home", folder(tmp_path, me.address)).out


def test_status_shows_a_version_that_is_not_served_any_more(
    nesa: Nesa, me: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = VersionStatus(7, "a/b", None, jobs=1, checks=2, earned=3, lost=0, seconds=0.5, per_job=1)
    found = Status(
        owner=me.address, moniker="", running=False, stake=1, free=1, locked=0, unbonding=0, owed=0, slots=0, epoch=1,
        jailed_until=0, retired=False, strikes=(), duties={}, versions=(version,), earned=3, lost=0, fees=0,
        cost_per_job=0, gas_balances={},
    )  # fmt: skip

    async def read(_: MinerConfig) -> Status:
        return found

    monkeypatch.setattr(_miner, "read_status", read)
    done = nesa("miner", "status", "--home", folder(tmp_path, me.address))
    assert done.status == 0
    assert done.out.splitlines()[-1].split()[:4] == ["7", "a/b", "-", "1"]
