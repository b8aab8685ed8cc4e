"""Callbacks: what a contract prepaid for, anybody may make."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from nesa.chain import (
    Account,
    CallbackEntry,
    CallbackState,
    ChainClient,
    ChainUnreachableError,
    EventCalledBack,
    TxFailedError,
    TxUnknownError,
    messages,
)
from nesa.evm._errors import EvmError

__all__ = ["CallbackOffer", "answer_contracts", "call_back", "price_callback"]

_log = logging.getLogger(__name__)

_PERCENT = 140  # of what a simulation takes beside the contract's own gas, which is charged to the last unit
_KEPT_GAS = 30  # for a byte of the answer, which is written back when a contract fails that did not in the simulation
_FEE_GAS = 20_000  # what taking the fee costs: simulated transactions carry none


@dataclass(frozen=True, slots=True)
class CallbackOffer:
    """What a callback brings to whoever makes it now. Amounts are in anes.

    Attributes:
        job_id: the job.
        contract: who is told, and has prepaid.
        fee: what is earned, whether the contract fails or not.
        gas: the limit of the transaction, all of which is paid for.
        cost: what the transaction costs.
        profit: what remains; a loss is below zero.
    """

    job_id: int
    contract: str
    fee: int
    gas: int
    cost: int
    profit: int


async def price_callback(chain: ChainClient, account: Account, entry: CallbackEntry) -> CallbackOffer:
    """Return what a callback would bring the account; the node simulates it.

    Raises:
        TxFailedError: the job is not over, or somebody else was faster.
    """
    simulated = await account.simulate(messages.call_back(account.address, entry.job_id))
    around = max(0, simulated - entry.gas_limit)
    kept = _KEPT_GAS * len(entry.answer.output) if entry.answer is not None else 0
    gas = entry.gas_limit + around * _PERCENT // 100 + kept + _FEE_GAS
    cost = gas * await chain.gas.price()
    return CallbackOffer(entry.job_id, entry.contract, entry.fee, gas, cost, entry.fee - cost)


async def call_back(account: Account, job_id: int, *, gas: int | None = None) -> EventCalledBack:
    """Tell the contract that requested a job how it ended, and return what came of the call.

    The account earns what the contract prepaid, whether the contract fails or not. It pays for the transaction.

    Args:
        account: who makes the call.
        job_id: the job.
        gas: of `price_callback`; without it, more is allowed for than is needed.

    Raises:
        TxFailedError: the job is not over, or somebody else was faster.
    """
    result = await account.send(messages.call_back(account.address, job_id), gas=gas)
    for event in result.events:
        if isinstance(event.data, EventCalledBack) and event.data.job_id == job_id:
            return event.data
    raise EvmError(f"Transaction {result.hash} does not say what became of the callback of job {job_id}.")


async def answer_contracts(
    chain: ChainClient, account: Account, *, least_profit: int = 0
) -> AsyncIterator[tuple[CallbackOffer, EventCalledBack]]:
    """Make every callback that leaves at least so many anes, as soon as its job is over, and yield it; without end.

    One that somebody else makes first costs a look at the chain and nothing more, unless both are in the same block.
    One that would bring too little is left to others. When no node answers, it goes on with the next block.
    """
    tried: set[int] = set()
    async for _ in chain.blocks():
        try:
            ready = [entry async for entry in chain.callbacks.entries(CallbackState.READY)]
            tried &= {entry.job_id for entry in ready}
            for entry in ready:
                if entry.job_id in tried:
                    continue
                called = await _answer(chain, account, entry, least_profit)
                tried.add(entry.job_id)
                if called is not None:
                    yield called
        except ChainUnreachableError as error:
            _log.warning("Callbacks wait: %s", error)


async def _answer(
    chain: ChainClient, account: Account, entry: CallbackEntry, least_profit: int
) -> tuple[CallbackOffer, EventCalledBack] | None:
    try:
        offer = await price_callback(chain, account, entry)
        if offer.profit >= least_profit:
            return offer, await call_back(account, entry.job_id, gas=offer.gas)
        _log.info("The callback of job %d would bring %d anes", entry.job_id, offer.profit)
    except (TxFailedError, TxUnknownError) as error:
        _log.info("The callback of job %d was not made: %s", entry.job_id, error)
    return None
