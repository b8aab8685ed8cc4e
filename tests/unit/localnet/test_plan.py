"""A plan, or a file of ours that somebody has edited, is told in one sentence when it is not of the right shape."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from nesa.errors import NesaError
from nesa.localnet import Home, ProcessRecord, State, Topology, inspect

WRONG: list[tuple[str, Any]] = [
    ("validators", "2"), ("validators", 1.5), ("validators", True), ("validators", None), ("validators", 0),
    ("miners", []), ("miners", -1),
    ("chain_id", 5), ("chain_id", ""), ("chain_id", "--home"), ("chain_id", "a b"), ("chain_id", "x" * 51),
    ("block_seconds", 1e9), ("block_seconds", -1), ("block_seconds", 0),
    ("block_seconds", "0.5"), ("block_seconds", True),
    ("miner_stake", "1nes"), ("miner_stake", -1), ("miner_stake", 1e18), ("miner_stake", 2**256),
    ("miner_funds", None), ("levy_pool", []),
    ("accounts", []), ("accounts", {"nesa1x": "1"}), ("accounts", {"nesa1x": -1}), ("accounts", 3),
    ("params", []), ("params", {"job": 3}), ("params", {"job": ["verifiers"]}),
    ("models", "folder"), ("models", {"a/b": 3}),
    ("colour", "red"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG, ids=str)
def test_a_plan_with_a_wrong_value_names_it(tmp_path: Path, name: str, value: Any) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"miners": 1, name: value}))
    with pytest.raises(NesaError, match=name) as told:
        Topology.load(plan)
    assert "\n" not in str(told.value)
    assert "plan.json" in str(told.value)


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"x"', "{", '{"block_seconds": NaN}', "[" * 100_000, "\xff"])
def test_a_plan_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(text.encode("latin-1"))
    with pytest.raises(NesaError, match=r"plan\.json does not describe a network") as told:
        Topology.load(plan)
    assert "\n" not in str(told.value)


def test_a_whole_plan_is_read(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    shape = Topology(
        2, 3, "nesa-x-9", 1, accounts={"nesa1x": 2**200}, params={"job": {"verifiers": 3}}, models={"a/b": "/a"}
    )
    plan.write_text(json.dumps(asdict(shape)))
    assert Topology.load(plan) == shape


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ports", []), ("ports", {"a": "b"}), ("services", 3), ("services", ["x"]), ("supervisor", None),
        ("supervisor", {"name": "supervisor", "pid": "1", "created": 0.0}),
        ("services", [{"name": "x", "pid": -5, "created": 0.0}]),
        ("services", [{"name": "x", "pid": 1, "created": "now"}]),
        ("topology", []), ("topology", {"validators": "2"}),
    ],
)  # fmt: skip
def test_a_state_of_the_wrong_shape_is_damaged(tmp_path: Path, name: str, value: Any) -> None:
    home = Home(tmp_path)
    content = State(Topology(), ProcessRecord("supervisor", 2**22, 0.0)).to_json()
    home.state.write_text(json.dumps(content | {name: value}))
    with pytest.raises(NesaError, match="is damaged"):
        State.load(home)


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_damaged_addresses_of_a_network_are_told(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.network.write_text(text)
    with pytest.raises(NesaError, match=r"network\.json is damaged"):
        inspect(home, State(Topology(), ProcessRecord("supervisor", 2**22, 0.0)))
