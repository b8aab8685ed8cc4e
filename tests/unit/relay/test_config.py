"""A relay's settings are read strictly, and what is wrong is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from nesa.errors import RelayError
from nesa.relay import Limits, RelayConfig

_FULL = """
chain_id = "nesa-1"
host = "0.0.0.0"
port = 4333
home = "/var/lib/relay"
advertise = ["relay.example:443", "[2001:db8::1]:443"]
server = "/usr/bin/nats-server"
quota = 5
min_balance = 100000000000000000000
max_connections = 7
tls_certificate = "cert.pem"
tls_key = "key.pem"
[limits]
max_blob = 1
max_bytes = 2
ttl = 3
"""


def _load(folder: Path, text: str | bytes) -> RelayConfig:
    path = folder / "relay.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return RelayConfig.load(path)


def test_every_setting_is_read(tmp_path: Path) -> None:
    assert _load(tmp_path, _FULL) == RelayConfig(
        home=Path("/var/lib/relay"),
        chain_id="nesa-1",
        host="0.0.0.0",  # noqa: S104 - compared, not bound
        port=4333,
        advertise=("relay.example:443", "[2001:db8::1]:443"),
        server=Path("/usr/bin/nats-server"),
        limits=Limits(max_blob=1, max_bytes=2, ttl=3.0),
        quota=5,
        min_balance=10**20,
        max_connections=7,
        tls_certificate="cert.pem",
        tls_key="key.pem",
    )


def test_all_but_the_chain_has_a_default(tmp_path: Path) -> None:
    config = _load(tmp_path, 'chain_id = "nesa-1"\nlimits = {ttl = 1.5}')
    assert config == replace(RelayConfig(tmp_path, "nesa-1"), limits=Limits(ttl=1.5))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('port = "x"', "port must be a whole number from 1 to 65535"),
        ("port = true", "port must be"),
        ("port = 0", "port must be"),
        ("port = 1.0", "port must be"),
        ("host = 1", "host must be a text"),
        ('host = ""', "host must be a text"),
        ("home = 1", "home must be a text"),
        ("server = []", "server must be a text"),
        ("limits = 3", "limits must be a table"),
        ("limits = {max_bytes = -1}", "limits.max_bytes must be a whole number"),
        ("limits = {max_blob = 0}", "limits.max_blob must be a whole number"),
        ('limits = {ttl = "1"}', "limits.ttl must be a number of seconds"),
        ("limits = {ttl = nan}", "limits.ttl must be"),
        ("limits = {ttl = inf}", "limits.ttl must be"),
        ("limits = {ttl = 0}", "limits.ttl must be"),
        ("limits = {size = 1}", "no setting limits.size"),
        ('advertise = "text"', "advertise must be a list of names host:port"),
        ("advertise = [1]", "advertise must be"),
        ('advertise = ["relay.example"]', "advertise must be"),
        ('quota = "1"', "quota must be a whole number"),
        ("quota = -1", "quota must be"),
        ("min_balance = 1.5", "min_balance must be a whole number"),
        ("max_connections = 0", "max_connections must be"),
        ("tls_certificate = 1", "tls_certificate must be a text"),
        ('tls_key = "key.pem"', "tls_certificate and tls_key"),
        ('tls_certificate = "cert.pem"', "tls_certificate and tls_key"),
        ("colour = 1", "no setting colour"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(RelayError, match=named) as caught:
        _load(tmp_path, f'chain_id = "nesa-1"\n{line}')
    assert "relay.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "port = 1", "chain_id = 1", 'chain_id = ""'])
def test_the_chain_must_be_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(RelayError, match="chain_id"):
        _load(tmp_path, text)


@pytest.mark.parametrize("text", [b"chain_id =", b'chain_id = "\xff"'])
def test_what_is_not_toml_is_said_to_be_so(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(RelayError, match="cannot be read"):
        _load(tmp_path, text)


def test_a_missing_file_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(RelayError, match="cannot be read"):
        RelayConfig.load(tmp_path / "relay.toml")
