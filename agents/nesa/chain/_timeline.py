"""A job's whole story, gathered from the blocks in which something was announced about it."""

from collections.abc import Iterable

from nesa.chain._errors import ChainUnreachableError, NotFoundError
from nesa.chain._events import EVENTS, ChainEvent
from nesa.chain._job_types import JobView
from nesa.chain._node import Node
from nesa.chain._search import Search

__all__ = ["Timeline"]

_READ_ALL = 100  # blocks that are read one by one sooner than searched
_READ_AT_MOST = 5_000
_JOB_EVENTS = tuple(name for name, (_, kind) in EVENTS.items() if "job_id" in kind.__dataclass_fields__)


class Timeline:
    """Collects the events of jobs."""

    def __init__(self, node: Node, search: Search) -> None:
        self._node = node
        self._search = search

    async def of(self, job_id: int, view: JobView) -> tuple[ChainEvent, ...]:
        """Return the events of a job in order.

        Raises:
            NotFoundError: the chain has forgotten it.
            ChainUnreachableError: its blocks cannot be had.
        """
        if view.job is not None:
            first, last = view.job.height, await self._node.height()
        elif view.record is not None:
            first, last = view.record.requested, view.record.finished
        else:
            raise NotFoundError(f"Job {job_id} was finished so long ago that the chain has forgotten it.")
        found: list[ChainEvent] = []
        for height in await self._heights(job_id, first, last):
            found += [event for event in await self._node.events(height) if _concerns(event, job_id)]
        return tuple(found)

    async def _heights(self, job_id: int, first: int, last: int) -> Iterable[int]:
        every = range(first, last + 1)
        if len(every) <= _READ_ALL:
            return every
        try:
            found = [await self._search.heights(f"{name}.job_id = '\"{job_id}\"'") for name in _JOB_EVENTS]
        except ChainUnreachableError:
            if len(every) > _READ_AT_MOST:
                raise
            return every
        return sorted({height for heights in found for height in heights if first <= height <= last})


def _concerns(event: ChainEvent, job_id: int) -> bool:
    return getattr(event.data, "job_id", None) == job_id
