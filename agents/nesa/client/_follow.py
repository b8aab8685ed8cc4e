"""The life of a job, step by step, as blocks come."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from nesa.chain import ChainClient, ChainEvent, EventFinished, NotFoundError

__all__ = ["Step", "follow_job"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a job.

    Attributes:
        height: of the block.
        tx_hash: the transaction that did it; empty when the chain did by itself at the block's end.
        event: one of ``nesa.chain``'s ``Event…`` types.
    """

    height: int
    tx_hash: str
    event: object

    @property
    def name(self) -> str:
        """What happened, in one word, such as ``requested``, ``drawn`` or ``delivered``."""
        return type(self.event).__name__.removeprefix("Event").lower()


def _of_job(events: tuple[ChainEvent, ...], job_id: int) -> list[Step]:
    return [
        Step(event.height, event.tx_hash, event.data)
        for event in events
        if event.module == "job" and getattr(event.data, "job_id", None) == job_id
    ]


async def follow_job(chain: ChainClient, job_id: int) -> AsyncIterator[Step]:
    """Yield what has happened to a job and then what happens, until it ends. Each block is read once, in order.

    Raises:
        NotFoundError: there is no such job.
        ChainError: the chain cannot be reached.
    """
    view = await chain.jobs.get(job_id)
    if view.job is not None:
        start = view.job.height
    elif view.record is not None:
        for step in _of_job(await chain.jobs.timeline(job_id), job_id):
            yield step
        return
    else:
        raise NotFoundError(f"job {job_id} is not known to the chain any more")
    async for height in chain.blocks(start=start):
        for step in _of_job(await chain.events(height), job_id):
            yield step
            if isinstance(step.event, EventFinished):
                return
