"""A miner's folder: whom it is open to, what a wrong setting says, and an ``init`` that fails half-way."""

import errno
import os
import stat
from pathlib import Path

import pytest

from nesa.chain import Key, Keystore, KeystoreError, KeyType, Network, StoredKey
from nesa.errors import MinerError, NesaError
from nesa.miner import MinerConfig, init_home
from nesa.miner._config import PASSWORD_VARIABLE
from unit.miner.records import OWNER

SECRET = "secret"  # noqa: S105 - of a test's keys
NETWORK = Network("nesa-test-1", ("127.0.0.1:1",))
OPEN_TO_OWNER = {"miner": 0o700, "keys": 0o700, "config.toml": 0o600, "network.json": 0o600}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "miner"


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr(Keystore.__init__, "__kwdefaults__", {"scrypt_n": 1 << 10})


def modes_of(home: Path) -> dict[str, int]:
    paths = (home, home / "keys", home / "config.toml", home / "network.json")
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}


def write(home: Path, text: str) -> None:
    home.mkdir()
    (home / "network.json").write_text(NETWORK.to_json())
    (home / "config.toml").write_text(text)


def test_a_home_is_for_its_owner(home: Path) -> None:
    before = os.umask(0)
    try:
        init_home(home, NETWORK, owner=OWNER, password=SECRET)
    finally:
        os.umask(before)
    assert modes_of(home) == OPEN_TO_OWNER
    assert {path.name for path in home.iterdir()} == {"keys", "config.toml", "network.json"}


@pytest.mark.parametrize("again", ["load", "init"])
def test_a_home_of_an_older_run_is_closed_to_others(home: Path, again: str) -> None:
    init_home(home, NETWORK, owner=OWNER, password=SECRET)
    for path in (home, home / "config.toml", home / "network.json"):
        path.chmod(0o755)
    if again == "load":
        MinerConfig.load(home)
    else:
        init_home(home, NETWORK, owner=OWNER, password=SECRET, force=True)
    found = modes_of(home)
    assert not any(mode & 0o077 for mode in found.values()), found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("workers = -1", "workers must be at least 1"),
        ("workers = 1.5", "workers must be a whole number"),
        ("workers = nan", "workers must be a whole number"),
        ("workers = true", "workers must be a whole number"),
        ('queue = "x"', "queue must be a whole number"),
        ('metrics_port = "x"', "metrics_port must be a whole number"),
        ("metrics_host = 1", "metrics_host must be a text"),
        ('download = "no"', "download must be true or false"),
        ("store = 5", "store must be a text"),
        ("network = 5", "network must be a text"),
        ("password_file = []", "password_file must be a text"),
        ('operator_key = ["a"]', "operator_key must be a text"),
        ('relays = "nats://127.0.0.1:4222"', "relays must be a list of texts"),
        ("relays = [1]", "relays must be a list of texts"),
        ("home = 'x'", "home is no setting"),
        ('endpoints = "text"', "endpoints is no setting"),
        ('"a\\nb" = 1', "'a\\\\nb' is no setting"),
        ("serve = 5", "serve must be a table"),
        ("serve.x = 1", "serve.x must"),
        ("serve.1 = nan", "serve.1 must be a whole number"),
        ("serve.1 = true", "serve.1 must be a whole number"),
        ('serve.1 = "1nes"', "serve.1 must be a whole number"),
        (f'serve.1 = "{"9" * 5000}"', "serve.1 must be a whole number"),
        ('serve.1 = "-1"', "an ask must not be negative"),
        ("engine = 5", "engine must be a table"),
        ("engine.gpu = 1", "engine.gpu is no setting"),
        ('engine.threads = "x"', "engine.threads must be a whole number"),
        ("engine.threads = -1", "engine.threads must not be negative"),
        ('engine.provider = "tpu"', "engine.provider must be one of cpu, cuda, coreml"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(home: Path, line: str, reason: str) -> None:
    write(home, f'owner = "{OWNER}"\n{line}\n')
    with pytest.raises(MinerError, match=reason) as raised:
        MinerConfig.load(home)
    text = str(raised.value)
    assert "config.toml" in text
    assert "\n" not in text
    assert len(text) < len(str(home)) + 250


def test_settings_without_an_owner_or_that_are_no_text_are_refused(home: Path) -> None:
    write(home, "workers = 1\n")
    with pytest.raises(MinerError, match="owner is missing"):
        MinerConfig.load(home)
    (home / "config.toml").write_bytes(b"owner = '\xff'")
    with pytest.raises(MinerError, match="not TOML"):
        MinerConfig.load(home)


MISTYPED = OWNER[:-1] + ("q" if OWNER[-1] != "q" else "p")


@pytest.mark.parametrize("owner", ["nesa1", MISTYPED, OWNER.upper(), "0x" + "00" * 20, "", OWNER.replace("nesa", "c")])
def test_an_owner_is_an_address_whose_checksum_fits(home: Path, owner: str) -> None:
    with pytest.raises(MinerError, match="owner must be an address"):
        init_home(home, NETWORK, owner=owner, password=SECRET)
    assert not home.exists()


def test_an_init_without_a_password_can_be_repeated(home: Path) -> None:
    with pytest.raises(MinerError, match="password"):
        init_home(home, NETWORK, owner=OWNER)
    assert not (home / "config.toml").exists()
    assert init_home(home, NETWORK, owner=OWNER, password=SECRET).owner == OWNER


@pytest.mark.parametrize("fails", ["second key", "settings"])
def test_an_init_that_failed_half_way_can_be_repeated(home: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    names: list[str] = []

    def add(store: Keystore, name: str, key: Key, password: str) -> StoredKey:
        names.append(name)
        if len(names) == 2:
            raise KeystoreError(f"The key {name!r} cannot be written: No space left on device.")
        return keep(store, name, key, password)

    def replace(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    keep = Keystore.add
    with monkeypatch.context() as patch:
        if fails == "second key":
            patch.setattr(Keystore, "add", add)
        else:
            patch.setattr(Path, "replace", replace)
        with pytest.raises(NesaError, match="No space left"):
            init_home(home, NETWORK, owner=OWNER, password=SECRET)
    assert {path.name for path in home.iterdir()} == {"keys"}
    made = init_home(home, NETWORK, owner=OWNER, password=SECRET)
    assert len({key.address for key in keys_of(made)}) == 2


def keys_of(config: MinerConfig) -> tuple[Key, Key]:
    return config.keystore.load("operator", SECRET), config.keystore.load("claim", SECRET)


def test_both_keys_have_one_password(home: Path) -> None:
    Keystore(home / "keys").add("operator", Key.generate(KeyType.COSMOS), "another")
    with pytest.raises(KeystoreError, match="does not open"):
        init_home(home, NETWORK, owner=OWNER, password=SECRET)
    assert not (home / "config.toml").exists()
    assert init_home(home, NETWORK, owner=OWNER, password="another").keystore.load("claim", "another")  # noqa: S106


def test_a_home_that_is_there_is_kept_unless_forced(home: Path) -> None:
    first = init_home(home, NETWORK, owner=OWNER, password=SECRET)
    with pytest.raises(MinerError, match=r"holds a miner already.*--force"):
        init_home(home, NETWORK, owner=OWNER, password=SECRET, workers=7)
    assert MinerConfig.load(home) == first
    keys = {key.address for key in first.keystore.list()}
    again = init_home(home, NETWORK, owner=OWNER, password=SECRET, workers=7, force=True)
    assert again.workers == 7
    assert {key.address for key in again.keystore.list()} == keys
