"""Callbacks: what a contract prepaid for, anybody may make."""

import logging

from nesa.chain import Account, CallbackState, ChainClient, EventCalledBack, TxFailedError, messages
from nesa.evm._errors import EvmError

__all__ = ["answer_contracts", "call_back"]

_log = logging.getLogger(__name__)


async def call_back(account: Account, job_id: int) -> EventCalledBack:
    """Tell the contract that requested a job how it ended, and return what came of the call.

    The account earns what the contract prepaid, whether the contract fails or not. It pays for the transaction.

    Raises:
        TxFailedError: the job is not over, or somebody else was faster.
    """
    result = await account.send(messages.call_back(account.address, job_id))
    for event in result.events:
        if isinstance(event.data, EventCalledBack) and event.data.job_id == job_id:
            return event.data
    raise EvmError(f"Transaction {result.hash} does not say what became of the callback of job {job_id}.")


async def answer_contracts(chain: ChainClient, account: Account, *, least_fee: int = 0) -> None:
    """Make every callback that is prepaid with at least so many anes, as soon as its job is over; until cancelled.

    One that somebody else makes first costs a look at the chain and nothing more, unless both are in the same block.
    """
    tried: set[int] = set()
    async for _ in chain.blocks():
        ready = [entry async for entry in chain.callbacks.entries(CallbackState.READY) if entry.fee >= least_fee]
        tried &= {entry.job_id for entry in ready}
        for entry in ready:
            if entry.job_id in tried:
                continue
            tried.add(entry.job_id)
            try:
                called = await call_back(account, entry.job_id)
            except TxFailedError as error:
                _log.info("The callback of job %d was not made: %s", entry.job_id, error)
            else:
                _log.info(
                    "Called %s back about job %d: %s, %d gas, %d anes earned",
                    called.contract, called.job_id, "done" if called.success else called.failure,
                    called.gas_used, called.fee,
                )  # fmt: skip
