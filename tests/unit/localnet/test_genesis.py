import bech32
import pytest

from nesa.errors import NesaError
from nesa.localnet._genesis import (
    GenesisMiner,
    Json,
    add_accounts,
    add_miners,
    fund_module,
    module_address,
    set_params,
)
from nesa.localnet._params import merged


def genesis() -> Json:
    return {
        "app_state": {
            "auth": {"accounts": []},
            "bank": {"balances": []},
            "miner": {"params": {"epoch_blocks": "1200", "max_served": 64}, "miners": []},
            "job": {
                "params": {"verifiers": 5, "retention": "9"},
                "revisions": [{"revision": "1", "params": {"verifiers": 5}}],
            },
        }
    }


def test_module_address_is_the_chains() -> None:
    # The governance account, whose address on every chain of the SDK has these words under another prefix.
    known = "cosmos10d07y265gmmuvt4z0w9aw880jnsr700j6zn9kn"
    assert bech32.bech32_decode(module_address("gov"))[1] == bech32.bech32_decode(known)[1]


def test_accounts_have_numbers_in_order_and_balances() -> None:
    state = genesis()
    add_accounts(state, {"nesa1a": 5, "nesa1b": 0})
    accounts = state["app_state"]["auth"]["accounts"]
    assert [(item["address"], item["account_number"]) for item in accounts] == [("nesa1a", "0"), ("nesa1b", "1")]
    coins = [{"denom": "anes", "amount": "5"}]
    assert state["app_state"]["bank"]["balances"] == [{"address": "nesa1a", "coins": coins}]


def test_an_account_cannot_be_added_twice() -> None:
    state = genesis()
    add_accounts(state, {"nesa1a": 5})
    with pytest.raises(NesaError, match="twice"):
        add_accounts(state, {"nesa1a": 5})


def test_miners_are_staked_from_epoch_0_and_the_stake_account_holds_their_stake() -> None:
    state = genesis()
    add_miners(state, [GenesisMiner(f"o{n}", f"p{n}", f"c{n}", f"m{n}", 70) for n in range(3)])
    miners = state["app_state"]["miner"]["miners"]
    assert [item["checkpoints"] for item in miners] == [[{"epoch": "0", "stake": "70"}]] * 3
    held = {item["address"]: item["coins"][0]["amount"] for item in state["app_state"]["bank"]["balances"]}
    assert held == {module_address("miner_stake"): "210"}


def test_module_without_funds_has_no_balance() -> None:
    state = genesis()
    fund_module(state, "job_levy", 0)
    assert state["app_state"]["bank"]["balances"] == []


def test_parameters_keep_the_form_that_the_chain_writes_and_the_revision_follows() -> None:
    state = genesis()
    set_params(state, {"miner": {"epoch_blocks": 120, "max_served": 8}, "job": {"verifiers": 3}})
    assert state["app_state"]["miner"]["params"] == {"epoch_blocks": "120", "max_served": 8}
    assert state["app_state"]["job"]["revisions"][-1]["params"] == {"verifiers": 3, "retention": "9"}


@pytest.mark.parametrize("changes", [{"nothing": {"a": 1}}, {"miner": {"epochs": 1}}])
def test_unknown_modules_and_parameters_are_refused(changes: dict[str, dict[str, int]]) -> None:
    with pytest.raises(NesaError, match="parameter"):
        set_params(genesis(), changes)


def test_own_parameters_go_over_those_of_localnets() -> None:
    found = merged({"job": {"verifiers": 5}, "mint": {"x": 1}})
    assert found["job"]["verifiers"] == 5
    assert found["job"]["claim_window"] == 8
    assert found["mint"] == {"x": 1}
