"""Ethereum's tools see an ordinary Ethereum chain, whatever stands first in a block."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from web3 import Web3
from web3.exceptions import Web3RPCError

import nesa
from e2e.node.conftest import Lone
from e2e.node.harness import Node
from nesa.chain import Key

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

GAS_PRICE = 1_000_000_000
BEACON = "0x0000000000000000000000000000000000000900"
ABI = Path(nesa.__file__).parents[2] / "chain" / "x" / "beacon" / "precompile" / "abi.json"
# PUSH1 1, PUSH1 0, SSTORE, then LOG0 of nothing, and a runtime of one byte: STOP.
CONTRACT = bytes.fromhex("6001600055600060006000a0600160005360016000f3")


@pytest.fixture(scope="module")
def web3(lone: Lone) -> Web3:
    return Web3(Web3.HTTPProvider(lone.node.network.json_rpc))


def send(web3: Web3, key: Key, **fields: Any) -> Any:
    """Sign a transaction as MetaMask would, send it and return the receipt."""
    address = Web3.to_checksum_address(key.evm_address)
    transaction: Any = {
        "from": address,
        "nonce": web3.eth.get_transaction_count(address),
        "chainId": web3.eth.chain_id,
        "maxFeePerGas": 2 * GAS_PRICE,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        **fields,
    }
    transaction["gas"] = web3.eth.estimate_gas(transaction)
    signed = web3.eth.account.sign_transaction(transaction, key.private)
    return web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(signed.raw_transaction), 30, 0.1)


def test_web3_sends_and_reads_its_receipt(lone: Lone, web3: Web3) -> None:
    before = lone.node.balance(lone.cosmos.address)
    receipt = send(web3, lone.ethereum, to=Web3.to_checksum_address(lone.cosmos.evm_address), value=5)
    assert receipt["status"] == 1
    assert receipt["gasUsed"] == 21_000
    assert receipt["effectiveGasPrice"] == GAS_PRICE
    assert lone.node.balance(lone.cosmos.address) == before + 5
    assert web3.eth.get_balance(Web3.to_checksum_address(lone.cosmos.evm_address)) == before + 5
    again = web3.eth.get_transaction(receipt["transactionHash"])
    assert (again["blockNumber"], again["transactionIndex"]) == (receipt["blockNumber"], 0)


def test_ethereum_blocks_do_not_contain_the_beacon(lone: Lone, web3: Web3) -> None:
    receipt = send(web3, lone.ethereum, data=CONTRACT)
    assert receipt["contractAddress"] is not None
    block = web3.eth.get_block(receipt["blockNumber"], full_transactions=True)
    in_block = lone.node.rpc("block", height=str(receipt["blockNumber"]))["block"]["data"]["txs"]
    assert len(in_block) == 2
    transactions: Any = block["transactions"]
    assert [tx["hash"] for tx in transactions] == [receipt["transactionHash"]]
    assert block["gasUsed"] == receipt["gasUsed"] == receipt["cumulativeGasUsed"]
    assert receipt["transactionIndex"] == 0
    logs = web3.eth.get_logs({"fromBlock": receipt["blockNumber"], "toBlock": receipt["blockNumber"]})
    assert [(log["logIndex"], log["transactionIndex"]) for log in logs] == [(0, 0)]
    assert web3.eth.get_block_transaction_count(receipt["blockNumber"]) == 1
    lone.node.reach(receipt["blockNumber"] + 1)
    empty = web3.eth.get_block(receipt["blockNumber"] + 1)
    assert (empty["gasUsed"], list(empty["transactions"])) == (0, [])


def test_fee_history_is_right_beside_the_beacon(web3: Web3, lone: Lone) -> None:
    receipt = send(web3, lone.ethereum, to=Web3.to_checksum_address(lone.cosmos.evm_address), value=1)
    lone.node.reach(receipt["blockNumber"] + 1)
    history = web3.eth.fee_history(2, receipt["blockNumber"] + 1, [50])
    assert history["oldestBlock"] == receipt["blockNumber"]
    assert set(history["baseFeePerGas"]) == {GAS_PRICE}
    assert history["gasUsedRatio"][0] == pytest.approx(21_000 / 100_000_000)
    assert history["gasUsedRatio"][1] == 0
    assert history["reward"][0] == [0]
    assert web3.eth.gas_price >= GAS_PRICE


def test_a_gas_price_below_the_minimum_is_refused(lone: Lone, web3: Web3) -> None:
    address = Web3.to_checksum_address(lone.ethereum.evm_address)
    transaction = {
        "to": address, "value": 1, "gas": 21_000, "gasPrice": GAS_PRICE - 1,
        "nonce": web3.eth.get_transaction_count(address), "chainId": web3.eth.chain_id,
    }  # fmt: skip
    signed = web3.eth.account.sign_transaction(transaction, lone.ethereum.private)
    with pytest.raises(Web3RPCError):
        web3.eth.send_raw_transaction(signed.raw_transaction)


def seed(node: Node, height: int) -> bytes:
    return base64.b64decode(node.seed(height)["value"])


def test_contracts_can_read_the_seed(lone: Lone, web3: Web3) -> None:
    beacon = web3.eth.contract(address=Web3.to_checksum_address(BEACON), abi=json.loads(ABI.read_text()))
    height, value, contributed = beacon.functions.latest().call()
    assert value == seed(lone.node, height)
    assert contributed
    assert beacon.functions.seed(height - 1).call() == [seed(lone.node, height - 1), True]
    lone.node.more(2)
    known, decided, drawn = beacon.functions.draw(height).call()
    assert (known, decided, drawn) == (True, height + 1, seed(lone.node, height + 1))
    with pytest.raises(Exception, match="revert"):
        beacon.functions.seed(10**9).call()
