import json
import os
import random
import socket
from pathlib import Path

import pytest

from nesa.errors import NesaError
from nesa.localnet import Home, ProcessRecord, State, Topology, tail
from nesa.localnet._ports import free_ports
from nesa.localnet._toml import edit_toml

CONFIG = """\
# a comment
moniker = "a"

[rpc]
# where to listen
laddr = "tcp://127.0.0.1:26657"
open = false

[p2p]
laddr = "tcp://0.0.0.0:26656"
"""


def test_toml_values_change_in_their_section_and_comments_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    edit_toml(file, {"rpc.laddr": "tcp://127.0.0.1:1", "rpc.open": True, "moniker": 'b"c'})
    expected = CONFIG.replace("127.0.0.1:26657", "127.0.0.1:1").replace("false", "true").replace('"a"', '"b\\"c"')
    assert file.read_text() == expected


def test_a_setting_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    with pytest.raises(NesaError, match=r"rpc\.moniker"):
        edit_toml(file, {"rpc.moniker": "x"})


def test_ports_are_free_and_distinct() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50


def test_a_port_in_use_is_not_chosen() -> None:
    wanted = random.Random(7).randrange(20_000, 32_000)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", wanted))
        taken.listen()
        assert free_ports(1, random.Random(7)) != [wanted]
    assert free_ports(1, random.Random(7)) == [wanted]


def test_state_survives_its_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    me = ProcessRecord.of("supervisor", os.getpid())
    state = State(Topology(2, 3), me, (ProcessRecord("relay", 1, 0.0, "log"),), ready=True, ports=(("relay.nats", 5),))
    state.save(home)
    assert State.load(home) == state
    assert state.running


def test_another_process_with_the_same_id_is_not_taken_for_the_recorded_one() -> None:
    me = ProcessRecord.of("me", os.getpid())
    assert me.find() is not None
    assert ProcessRecord("me", me.pid, me.created - 100).find() is None


def test_a_damaged_state_file_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(NesaError, match="no network"):
        State.load(home)
    home.state.write_text("{")
    with pytest.raises(NesaError, match="damaged"):
        State.load(home)
    home.state.write_text(json.dumps({"format": 99}))
    with pytest.raises(NesaError, match="another version"):
        State.load(home)


@pytest.mark.parametrize(("validators", "miners"), [(0, 1), (1, -1), (60, 10)])
def test_impossible_networks_are_refused(validators: int, miners: int) -> None:
    with pytest.raises(NesaError):
        Topology(validators, miners)


def test_tail_gives_the_last_lines_that_say_something(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert tail(log) == ""
    log.write_bytes(b"one\ntwo\n\xff three\n\n")
    assert tail(log) == "� three"
    assert tail(log, 2) == "two\n� three"
