"""Inference as contracts see it, for whoever has an Ethereum wallet."""

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nesa.chain import Finding, Key, Network, Outcome, Status, Terms
from nesa.evm._errors import EvmError
from nesa.evm._send import reverted, transact
from nesa.evm._types import (
    Callback,
    CallEstimate,
    CallResult,
    CallStatus,
    Requested,
    callback_tuple,
    terms_tuple,
)

if TYPE_CHECKING:
    from web3 import AsyncWeb3
    from web3.types import TxReceipt

__all__ = ["ADDRESS", "InferenceContract", "connect"]

ADDRESS = "0x0000000000000000000000000000000000000901"
"""Where every chain of Nesa has the contract, and who calls contracts back."""

_NO_CALLBACK = Callback()


def connect(network: Network) -> "AsyncWeb3[Any]":
    """Return a connection to a network's JSON-RPC.

    Raises:
        EvmError: the network's description names none, or web3 is not installed.
    """
    if not network.json_rpc:
        raise EvmError(f"The description of {network.chain_id} names no JSON-RPC (json_rpc).")
    try:
        from web3 import AsyncHTTPProvider, AsyncWeb3  # noqa: PLC0415 (an extra, and slow to import)
    except ImportError as error:
        raise EvmError("web3 is missing: install nesa[evm].") from error
    return AsyncWeb3(AsyncHTTPProvider(network.json_rpc))


def abi() -> list[Any]:
    """Return the contract's ABI."""
    found: list[Any] = json.loads((files("nesa.evm") / "inference.json").read_text())
    return found


class InferenceContract:
    """The chain's inference contract.

    Args:
        web3: a connection of `connect`.
        key: whose jobs to request and cancel; without one, only questions can be asked.
    """

    def __init__(self, web3: "AsyncWeb3[Any]", key: Key | None = None) -> None:
        self._web3 = web3
        self._key = key
        self._contract: Any = web3.eth.contract(address=web3.to_checksum_address(ADDRESS), abi=abi())

    async def estimate(self, terms: Terms, callback: Callback = _NO_CALLBACK) -> CallEstimate:
        """Return what a request of the key's account would cost. A deadline of 0 takes the suggested one."""
        function = self._contract.functions.estimate(terms_tuple(terms), callback_tuple(callback))
        return CallEstimate(*await self._ask(function))

    async def request(self, terms: Terms, callback: Callback = _NO_CALLBACK) -> Requested:
        """Open a job, paid for by the key's account.

        Raises:
            RevertedError: it is refused; the text says why.
        """
        receipt = await self._send("request", terms_tuple(terms), callback_tuple(callback))
        (log,) = self._contract.events.JobRequested().process_receipt(receipt)
        opened = log["args"]
        return Requested(
            job_id=opened["jobId"],
            escrow=opened["escrow"],
            callback_fee=opened["callbackFee"],
            gas_used=receipt["gasUsed"],
            tx_hash=receipt["transactionHash"].to_0x_hex(),
        )

    async def cancel(self, job_id: int) -> None:
        """Withdraw a job of the key's account that has no executor yet.

        Raises:
            RevertedError: it is not its job, or too late.
        """
        await self._send("cancel", job_id)

    async def challenge(self, job_id: int) -> None:
        """Ask for a check of an unchecked delivery, with a deposit of the key's account.

        Raises:
            RevertedError: no challenge is possible.
        """
        await self._send("challenge", job_id)

    async def status(self, job_id: int) -> CallStatus:
        """Return where a job stands.

        Raises:
            RevertedError: there never was such a job.
        """
        status, done, requester = await self._ask(self._contract.functions.status(job_id))
        return CallStatus(Status(status), done, requester)

    async def get_result(self, job_id: int) -> CallResult:
        """Return what is known of a job's result; before it is done, a committee may still find it wrong.

        Raises:
            RevertedError: there never was such a job.
        """
        status, done, outcome, finding, *rest = await self._ask(self._contract.functions.getResult(job_id))
        return CallResult(Status(status), done, Outcome(outcome), Finding(finding), *rest)

    async def evidence(self, job_id: int) -> str:
        """Return what settled a job, ``lottery``, ``check`` or a kind of evidence; empty when nothing did."""
        return str(await self._ask(self._contract.functions.evidence(job_id)))

    async def _ask(self, function: Any) -> Any:  # noqa: ANN401 (web3 makes functions from the ABI)
        from web3.exceptions import ContractLogicError  # noqa: PLC0415 (slow to import)

        sender: Any = {"from": self._web3.to_checksum_address(self._key.evm_address)} if self._key else {}
        try:
            return await function.call(sender)
        except ContractLogicError as error:
            raise reverted(error) from error

    async def _send(self, name: str, *arguments: object) -> "TxReceipt":
        if self._key is None:
            raise EvmError("A key is needed to send a transaction.")
        data = self._contract.encode_abi(name, arguments)
        return await transact(self._web3, self._key, {"to": self._contract.address, "data": data})
