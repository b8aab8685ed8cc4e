"""Queries of the callback module."""

from collections.abc import AsyncIterator

from nesa.chain._callback_types import CallbackEntry, CallbackParams, CallbackSolvency
from nesa.chain._convert import from_proto
from nesa.chain._enums import CallbackState
from nesa.chain._service import PAGE, Service
from nesa.chain._transport import Transport
from nesa.proto.nesa.callback.v1 import query_pb2

__all__ = ["Callbacks"]


class Callbacks(Service):
    """What contracts wait for. ``height`` asks for the state at that height instead of the newest."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "nesa.callback.v1.Query")

    async def params(self, *, height: int | None = None) -> CallbackParams:
        """Return the module's parameters."""
        request, response = query_pb2.QueryParamsRequest(), query_pb2.QueryParamsResponse
        return from_proto(CallbackParams, (await self._call("Params", request, response, height=height)).params)

    async def entry(self, job_id: int, *, height: int | None = None) -> CallbackEntry:
        """Return what a contract prepaid for the answer to a job.

        Raises:
            NotFoundError: nothing, or it was called back with success, or its time is over.
        """
        request = query_pb2.QueryEntryRequest(job_id=job_id)
        answer = await self._call("Entry", request, query_pb2.QueryEntryResponse, height=height)
        return from_proto(CallbackEntry, answer.entry)

    def entries(
        self,
        state: CallbackState = CallbackState.UNSPECIFIED,
        *,
        reverse: bool = False,
        page_size: int = PAGE,
        height: int | None = None,
    ) -> AsyncIterator[CallbackEntry]:
        """Yield entries of a state, or all, by id of their jobs. Those that are ready wait for somebody to call."""
        request = query_pb2.QueryEntriesRequest()
        request.state = state.value  # type: ignore[assignment]  # the generated type wants its own enumeration
        return self._list(
            CallbackEntry, "Entries", request, query_pb2.QueryEntriesResponse, "entries",
            reverse=reverse, page_size=page_size, height=height,
        )  # fmt: skip

    async def solvency(self, *, height: int | None = None) -> CallbackSolvency:
        """Return the module's balance beside the fees it holds."""
        request, response = query_pb2.QuerySolvencyRequest(), query_pb2.QuerySolvencyResponse
        return from_proto(CallbackSolvency, await self._call("Solvency", request, response, height=height))
