"""The client for programs that are not async: the same one, in a thread of its own."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from nesa.chain import Key, Network, TxResult
from nesa.client._client import Client
from nesa.client._follow import Step
from nesa.client._models import Published
from nesa.client._receipt import Receipt
from nesa.client._request import JobRequest, Quote, Submitted
from nesa.client._result import JobResult
from nesa.models import Manifest, Policy, Store

__all__ = ["SyncClient"]


class SyncClient:
    """A blocking facade of `Client`, whose methods it has. A context manager."""

    def __init__(
        self, network: Network, key: Key | None = None, *, store: Store | None = None, policy: Policy | None = None
    ) -> None:
        self._make = partial(Client, network, key, store=store, policy=policy)
        self._stack = ExitStack()
        self._portal: BlockingPortal
        self._client: Client

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._portal = stack.enter_context(start_blocking_portal())
            self._client = self._portal.call(self._make)
            entered: AbstractContextManager[Client] = self._portal.wrap_async_context_manager(self._client)
            stack.enter_context(entered)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def manifest(self, model: str) -> Manifest | None:
        """See `Client.manifest`."""
        return self._portal.call(self._client.manifest, model)

    def estimate(self, request: JobRequest) -> Quote:
        """See `Client.estimate`."""
        return self._portal.call(self._client.estimate, request)

    def recount(self, quote: Quote, data: bytes, payload: bytes) -> int | None:
        """See `Client.recount`."""
        return self._portal.call(self._client.recount, quote, data, payload)

    def request(self, request: JobRequest) -> Submitted:
        """See `Client.request`."""
        return self._portal.call(self._client.request, request)

    def submit(self, quote: Quote, data: bytes) -> Submitted:
        """See `Client.submit`."""
        return self._portal.call(self._client.submit, quote, data)

    def submit_all(self, quotes: list[tuple[Quote, bytes]]) -> list[Submitted]:
        """See `Client.submit_all`."""
        return self._portal.call(self._client.submit_all, quotes)

    def follow(self, job_id: int) -> Iterator[Step]:
        """See `Client.follow`."""
        steps = self._client.follow(job_id)
        while True:
            try:
                yield self._portal.call(steps.__anext__)
            except StopAsyncIteration:
                return

    def wait(self, job_id: int) -> tuple[Step, ...]:
        """See `Client.wait`."""
        return self._portal.call(self._client.wait, job_id)

    def result(self, job_id: int) -> JobResult:
        """See `Client.result`."""
        return self._portal.call(self._client.result, job_id)

    def receipt(self, job_id: int) -> Receipt:
        """See `Client.receipt`."""
        return self._portal.call(self._client.receipt, job_id)

    def challenge(self, job_id: int) -> TxResult:
        """See `Client.challenge`."""
        return self._portal.call(self._client.challenge, job_id)

    def appeal(self, job_id: int) -> TxResult:
        """See `Client.appeal`."""
        return self._portal.call(self._client.appeal, job_id)

    def cancel(self, job_id: int) -> TxResult:
        """See `Client.cancel`."""
        return self._portal.call(self._client.cancel, job_id)

    def publish(self, name: str, folder: Path, *, uri: str, royalty_bps: int, private: bool = False) -> Published:
        """See `Client.publish`."""
        call = partial(self._client.publish, name, folder, uri=uri, royalty_bps=royalty_bps, private=private)
        return self._portal.call(call)
