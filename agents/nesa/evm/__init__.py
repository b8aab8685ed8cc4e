"""Contracts and Ethereum wallets: inference through JSON-RPC, and the callbacks that contracts prepaid.

web3 comes with the extra ``evm`` and is imported when a connection is made.
"""

from nesa.evm._callbacks import CallbackOffer, answer_contracts, call_back, price_callback
from nesa.evm._contract import ADDRESS, InferenceContract, connect
from nesa.evm._errors import EvmError, RevertedError
from nesa.evm._send import deploy, load_artifact, transact
from nesa.evm._types import Callback, CallEstimate, CallResult, CallStatus, Requested

__all__ = [
    "ADDRESS",
    "CallEstimate",
    "CallResult",
    "CallStatus",
    "Callback",
    "CallbackOffer",
    "EvmError",
    "InferenceContract",
    "Requested",
    "RevertedError",
    "answer_contracts",
    "call_back",
    "connect",
    "deploy",
    "load_artifact",
    "price_callback",
    "transact",
]
