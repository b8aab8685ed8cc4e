"""Transactions as MetaMask would send them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nesa.chain import Key, KeyType
from nesa.evm._errors import EvmError, RevertedError

if TYPE_CHECKING:
    from web3 import AsyncWeb3
    from web3.types import TxReceipt

__all__ = ["deploy", "load_artifact", "reverted", "transact"]

_GAS_PRICE = 1_000_000_000  # the floor of the chain's fee market, in anes
_GAS_PERCENT = 120  # of the estimate; at least half of a limit is paid for
_SECONDS = 60.0


def load_artifact(path: Path) -> tuple[list[Any], bytes]:
    """Return the ABI and the creation code of a contract that forge has built.

    Raises:
        EvmError: there is no such file; ``make contracts`` builds those of this repository.
    """
    try:
        artifact = json.loads(path.read_text())
        return artifact["abi"], bytes.fromhex(artifact["bytecode"]["object"].removeprefix("0x"))
    except (OSError, ValueError, LookupError) as error:
        raise EvmError(f"{path} is no contract built by forge; run make contracts.") from error


def reverted(error: Exception) -> RevertedError:
    """Return what a contract gave as its reason."""
    text = str(getattr(error, "message", "") or error).removeprefix("execution reverted: ")
    return RevertedError(text or "The contract refused the call.")


async def transact(web3: "AsyncWeb3[Any]", key: Key, transaction: dict[str, Any]) -> "TxReceipt":
    """Sign a transaction, send it and wait for its receipt.

    Args:
        web3: a connection of `connect`.
        key: the sender's key, of Ethereum's type.
        transaction: ``to``, ``data``, ``value``; gas, nonce and fees are filled in.

    Raises:
        EvmError: the key is of another type.
        RevertedError: it would fail, or failed in a block.
    """
    from web3.exceptions import ContractLogicError  # noqa: PLC0415 (slow to import)

    if key.key_type is not KeyType.ETHEREUM:
        raise EvmError("JSON-RPC takes transactions of Ethereum keys only.")
    address = web3.to_checksum_address(key.evm_address)
    filled: Any = {
        "from": address,
        "value": 0,
        "nonce": await web3.eth.get_transaction_count(address),
        "chainId": await web3.eth.chain_id,
        "maxFeePerGas": max(_GAS_PRICE, 2 * (await web3.eth.gas_price)),
        "maxPriorityFeePerGas": 0,
        **transaction,
    }
    try:
        if "gas" not in filled:
            filled["gas"] = await web3.eth.estimate_gas(filled) * _GAS_PERCENT // 100
    except ContractLogicError as error:
        raise reverted(error) from error
    signed = web3.eth.account.sign_transaction(filled, key.private)
    sent = await web3.eth.send_raw_transaction(signed.raw_transaction)
    receipt = await web3.eth.wait_for_transaction_receipt(sent, _SECONDS, 0.2)
    if receipt["status"] != 1:
        raise RevertedError(f"Transaction {sent.to_0x_hex()} failed in block {receipt['blockNumber']}.")
    return receipt


async def deploy(web3: "AsyncWeb3[Any]", key: Key, artifact: Path, *arguments: object, value: int = 0) -> Any:  # noqa: ANN401 (web3's contract class is made from the ABI)
    """Create a contract that forge has built, and return it.

    Raises:
        EvmError: there is no such file.
        RevertedError: its constructor failed.
    """
    abi, code = load_artifact(artifact)
    factory: Any = web3.eth.contract(abi=abi, bytecode=code)
    data = factory.constructor(*arguments).data_in_transaction
    receipt = await transact(web3, key, {"data": data, "value": value})
    address = receipt["contractAddress"]
    if address is None:
        raise EvmError("The node reports no address of a new contract.")
    return web3.eth.contract(address=address, abi=abi)
