"""Blocks as a benchmark reads them: when each was made, what was in it, and the job module's events."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import orjson

from nesa.chain import ChainClient
from nesa.proto.tendermint.abci import types_pb2 as abci_pb2

__all__ = ["Made", "made"]

_JOBS = "nesa.job.v1."


@dataclass(frozen=True, slots=True)
class Made:
    """A block.

    Attributes:
        height: its height.
        seconds: when it was proposed, by its header.
        txs: how many transactions it holds, the beacon's entry left out.
        failed: how many of them failed.
        gas: that they used.
        events: names and fields of the job module's events.
    """

    height: int
    seconds: float
    txs: int
    failed: int
    gas: int
    events: list[tuple[str, dict[str, Any]]] = field(repr=False)


def _read(event: abci_pb2.Event) -> tuple[str, dict[str, Any]]:
    ours = [item for item in event.attributes if item.key != b"mode"]  # which is the SDK's own
    fields = {item.key.decode(): orjson.loads(item.value) for item in ours}
    return event.type.removeprefix(_JOBS), fields


async def made(chain: ChainClient) -> AsyncGenerator[Made, None]:
    """Yield each block from now on."""
    async for height in chain.blocks():
        block = await chain.block(height)
        # Decoded no further than needed, to leave the processor to the node.
        results = await chain._node.results(height)
        # The beacon's entry wants no gas.
        ours = [result for result in results.txs_results if result.gas_wanted]
        events = [event for result in ours if result.code == 0 for event in result.events]
        events += results.finalize_block_events
        yield Made(
            height,
            block.time.timestamp(),
            len(ours),
            sum(result.code != 0 for result in ours),
            sum(result.gas_used for result in ours),
            [_read(event) for event in events if event.type.startswith(_JOBS)],
        )
