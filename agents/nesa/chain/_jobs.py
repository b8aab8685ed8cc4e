"""Queries of the job module."""

from collections.abc import AsyncIterator

from nesa.chain._convert import from_proto, to_proto
from nesa.chain._enums import Status
from nesa.chain._events import ChainEvent
from nesa.chain._job_types import (
    Due,
    EpochReveals,
    EscrowSolvency,
    Estimate,
    Job,
    JobParams,
    JobView,
    Record,
    Seat,
    Terms,
)
from nesa.chain._service import PAGE, Service
from nesa.chain._timeline import Timeline
from nesa.chain._transport import Transport
from nesa.proto.nesa.job.v1 import query_pb2, types_pb2

__all__ = ["Jobs"]


class Jobs(Service):
    """Jobs, open and finished. ``height`` asks for the state at that height instead of the newest."""

    def __init__(self, transport: Transport, timeline: Timeline) -> None:
        super().__init__(transport, "nesa.job.v1.Query")
        self._timeline = timeline

    async def _params(self, revision: int, height: int | None) -> query_pb2.QueryParamsResponse:
        request = query_pb2.QueryParamsRequest(revision=revision)
        return await self._call("Params", request, query_pb2.QueryParamsResponse, height=height)

    async def params(self, revision: int = 0, *, height: int | None = None) -> JobParams:
        """Return the parameters of a revision; 0 is the present one."""
        return from_proto(JobParams, (await self._params(revision, height)).params)

    async def params_revision(self, *, height: int | None = None) -> int:
        """Return the number of the present revision."""
        return (await self._params(0, height)).revision

    async def estimate(self, terms: Terms, *, requester: str = "", height: int | None = None) -> Estimate:
        """Return what a request would cost, and why it would be refused if it would.

        The input may be left out. With ``requester``, access and balance are checked too.
        """
        request = query_pb2.QueryEstimateRequest(requester=requester, terms=to_proto(terms, types_pb2.Terms))
        answer = await self._call("Estimate", request, query_pb2.QueryEstimateResponse, height=height)
        return from_proto(Estimate, answer)

    async def get(self, job_id: int, *, height: int | None = None) -> JobView:
        """Return what the chain still knows of a job.

        Raises:
            NotFoundError: there never was such a job.
        """
        request = query_pb2.QueryJobRequest(id=job_id)
        return from_proto(JobView, await self._call("Job", request, query_pb2.QueryJobResponse, height=height))

    def list(
        self,
        *,
        requester: str = "",
        miner: str = "",
        version_id: int = 0,
        status: Status = Status.UNSPECIFIED,
        reverse: bool = False,
        page_size: int = PAGE,
        height: int | None = None,
    ) -> AsyncIterator[Job]:
        """Yield open jobs, newest first unless reversed, by one of requester, miner, version or status."""
        request = query_pb2.QueryJobsRequest(
            requester=requester, miner=miner, version_id=version_id, status=types_pb2.Status.Name(status)
        )
        response = query_pb2.QueryJobsResponse
        return self._list(Job, "Jobs", request, response, "jobs", reverse=reverse, page_size=page_size, height=height)

    def records(
        self,
        *,
        requester: str = "",
        executor: str = "",
        version_id: int = 0,
        reverse: bool = False,
        page_size: int = PAGE,
        height: int | None = None,
    ) -> AsyncIterator[Record]:
        """Yield finished jobs by one of requester, executor or version."""
        request = query_pb2.QueryRecordsRequest(requester=requester, executor=executor, version_id=version_id)
        response = query_pb2.QueryRecordsResponse
        return self._list(
            Record, "Records", request, response, "records", reverse=reverse, page_size=page_size, height=height
        )

    def duties(
        self, miner: str, *, reverse: bool = False, page_size: int = PAGE, height: int | None = None
    ) -> AsyncIterator[Seat]:
        """Yield a miner's seats in open jobs, standby included."""
        request, response = query_pb2.QueryDutiesRequest(miner=miner), query_pb2.QueryDutiesResponse
        return self._list(
            Seat, "Duties", request, response, "seats", reverse=reverse, page_size=page_size, height=height
        )

    def due(self, *, reverse: bool = False, page_size: int = PAGE, height: int | None = None) -> AsyncIterator[Due]:
        """Yield the queue of deadlines in order of height and id."""
        request, response = query_pb2.QueryDueRequest(), query_pb2.QueryDueResponse
        return self._list(Due, "Due", request, response, "due", reverse=reverse, page_size=page_size, height=height)

    async def reveals(self, miner: str, *, height: int | None = None) -> EpochReveals:
        """Return a miner's count of duties in the present epoch."""
        request = query_pb2.QueryRevealsRequest(miner=miner)
        answer = await self._call("Reveals", request, query_pb2.QueryRevealsResponse, height=height)
        return from_proto(EpochReveals, answer.reveals)

    async def solvency(self, *, height: int | None = None) -> EscrowSolvency:
        """Return the escrow account's balance beside what is owed from it."""
        request, response = query_pb2.QuerySolvencyRequest(), query_pb2.QuerySolvencyResponse
        return from_proto(EscrowSolvency, await self._call("Solvency", request, response, height=height))

    async def timeline(self, job_id: int) -> tuple[ChainEvent, ...]:
        """Return everything that the chain has announced about a job, in order.

        Raises:
            NotFoundError: there is no such job, or it is forgotten.
        """
        return await self._timeline.of(job_id, await self.get(job_id))
