"""Whoever tells contracts how their jobs ended earns more than it pays, and is told when it would not."""

from typing import Any

import pytest

from nesa.chain import CallbackState, EventCalledBack
from nesa.evm import CallbackOffer, answer_contracts, price_callback
from unit.evm.fakes import AROUND, Waiting, entry

pytestmark = pytest.mark.anyio


async def answered(waiting: Waiting, **options: Any) -> list[tuple[CallbackOffer, EventCalledBack]]:
    account: Any = waiting
    return [found async for found in answer_contracts(waiting.chain, account, **options)]


@pytest.mark.parametrize("gas_limit", [30_000, 500_000, 2_000_000])
async def test_only_what_is_not_prepaid_is_allowed_more_than_it_takes(gas_limit: int) -> None:
    prepaid = entry(1, gas_limit=gas_limit, fee=(gas_limit + 270_000) * 10**9)
    waiting = Waiting([[prepaid]])
    account: Any = waiting
    offer = await price_callback(waiting.chain, account, prepaid)
    assert gas_limit + AROUND < offer.gas < gas_limit + 250_000
    assert (offer.cost, offer.fee) == (offer.gas * 10**9, prepaid.fee)
    assert offer.profit == offer.fee - offer.cost > 0


async def test_each_is_told_once_and_with_the_gas_that_was_priced() -> None:
    waiting = Waiting([[entry(1)], [entry(1), entry(2)], [entry(2), entry(3, state=CallbackState.WAITING)]])
    found = await answered(waiting)
    assert [called.job_id for _, called in found] == [1, 2]
    assert waiting.sent == [(offer.job_id, offer.gas) for offer, _ in found]


async def test_what_would_bring_too_little_is_left_to_others() -> None:
    waiting = Waiting([[entry(1, fee=600_000 * 10**9), entry(2)]])
    profit = (await answered(waiting))[0][0].profit
    assert [job_id for job_id, _ in waiting.sent] == [2]
    for least, count in ((profit, 1), (profit + 1, 0)):
        assert len(await answered(Waiting([[entry(2)]]), least_profit=least)) == count


async def test_somebody_faster_and_a_silent_node_end_nothing() -> None:
    waiting = Waiting([[entry(1)], [entry(1), entry(2)], [entry(2)]], faster={1}, silent={1})
    assert [called.job_id for _, called in await answered(waiting)] == [2]
