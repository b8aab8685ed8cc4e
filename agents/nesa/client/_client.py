"""The user's client: price, request, follow, fetch, prove."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio.to_thread
import platformdirs

from nesa.chain import (
    Account,
    Assurance,
    ChainClient,
    JobParams,
    Key,
    Network,
    Terms,
    TxResult,
    Unit,
    Version,
    job_ids,
    messages,
)
from nesa.client._errors import ClientError, RequestError
from nesa.client._follow import Step, follow_job
from nesa.client._models import Published, check_version, find_version, load_manifest, publish_model
from nesa.client._receipt import Receipt, export_receipt
from nesa.client._request import JobRequest, Quote, Submitted
from nesa.client._result import JobResult, fetch_result
from nesa.client._tokens import Counter
from nesa.models import Manifest, Policy, Store
from nesa.relay import Blobs

__all__ = ["Client", "default_store"]

_MAX_ASKS = 1000  # enough to know what is asked, on a network of any size


def default_store() -> Path:
    """Return the folder of models and manifests on this machine."""
    return Path(platformdirs.user_cache_dir("nesa")) / "models"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A request ready to be priced and sent."""

    quote: Quote
    data: bytes


class Client:
    """A user of the network. An async context manager; one per key and process.

    Args:
        network: where the network is.
        key: the user's; None can only look.
        store: where manifests are kept.
        policy: which addresses may be called for manifests and blobs; private ones are refused unless it allows them.
    """

    def __init__(
        self, network: Network, key: Key | None = None, *, store: Store | None = None, policy: Policy | None = None
    ) -> None:
        self.network = network
        self.key = key
        self.chain = ChainClient(network)
        self._policy = policy or Policy()
        self._store = store or Store(default_store())
        self._blobs = Blobs(
            network.chain_id, relays=(network.relay,) if network.relay else (), signer=key, policy=self._policy
        )
        self._account = Account(self.chain, key) if key else None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.chain)
        await self._stack.enter_async_context(self._blobs)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def account(self) -> Account:
        """The account that signs.

        Raises:
            ClientError: the client was made without a key.
        """
        if self._account is None:
            raise ClientError("this needs a key that signs")
        return self._account

    @property
    def address(self) -> str:
        """The user's address, empty without a key."""
        return self.key.address if self.key else ""

    # ------------------------------------------------------------ before

    async def manifest(self, model: str) -> Manifest | None:
        """Return a model's manifest; None where its address cannot be reached from here, though miners may reach it.

        Raises:
            RequestError: the chain has no such model.
        """
        return await load_manifest(await find_version(self.chain, model), self._store, self._policy)

    async def estimate(self, request: JobRequest) -> Quote:
        """Price a request without making it.

        Raises:
            RequestError: the chain would refuse it, or no honest miner could run it; the text says why.
        """
        return (await self._prepare(request)).quote

    async def _prepare(self, request: JobRequest) -> _Prepared:
        version = await find_version(self.chain, request.model)
        check_version(version)
        manifest = await load_manifest(version, self._store, self._policy)
        options = await self._check(request, manifest)
        params = await self.chain.jobs.params()
        inline = len(request.data) <= params.inline_limit
        if not inline and not self.network.relay:
            raise RequestError(
                f"the input has {len(request.data)} bytes, more than the {params.inline_limit} that fit into a "
                "transaction, and this network has no relay"
            )
        terms = Terms(
            version_id=version.id,
            input=request.data if inline else b"",
            input_digest=hashlib.sha256(request.data).digest(),
            options=options,
            seed=request.seed or secrets.token_bytes(32),
            price=await self._going_rate(version.id, params) if request.price is None else request.price,
            max_units=await self._most_units(request, version, manifest, options),
            assurance=await self._assurance(request, version.id, params),
            deadline=0 if request.deadline is None else await self.chain.height() + request.deadline,
        )
        # The chain looks at the address of an input that is not inline, which is known only once it is stored.
        asked = terms if inline else replace(terms, input_uri=f"{self.network.relay}/{terms.input_digest.hex()}")
        estimate = await self.chain.jobs.estimate(asked, requester=self.address)
        if request.deadline is None:
            terms = replace(terms, deadline=estimate.deadline)
        return _Prepared(Quote(version, terms, estimate, inline), request.data)

    async def _most_units(
        self, request: JobRequest, version: Version, manifest: Manifest | None, options: bytes
    ) -> int:
        if request.max_units is not None:
            return request.max_units
        if version.unit is not Unit.TOKEN:
            return 1
        if manifest is None:
            raise RequestError("the model's manifest cannot be had from here: say how many units to pay for at most")
        counter = await Counter.of(version, manifest, self._store, self._policy)
        return await anyio.to_thread.run_sync(counter.most, request.data, options)

    async def recount(self, quote: Quote, data: bytes, payload: bytes) -> int | None:
        """Return what an answer costs in units by one's own count; None where its model counts no tokens.

        Raises:
            RequestError: the tokens cannot be counted here; the text says why.
        """
        manifest = await load_manifest(quote.version, self._store, self._policy)
        if manifest is None or quote.version.unit is not Unit.TOKEN:
            return None
        counter = await Counter.of(quote.version, manifest, self._store, self._policy)
        return await anyio.to_thread.run_sync(counter.cost, data, payload)

    async def _going_rate(self, version_id: int, params: JobParams) -> int:
        """Return the least bid at which enough miners work to execute a job, check it, and stand by."""
        asks = []
        async for served in self.chain.miners.served(version_id=version_id):
            asks.append(served.ask)
            if len(asks) == _MAX_ASKS:
                break
        if not asks:
            raise RequestError("no miner serves this version of the model")
        return sorted(asks)[: 1 + params.verifiers + params.standby][-1]

    async def _assurance(self, request: JobRequest, version_id: int, params: JobParams) -> Assurance:
        if request.evidence:
            return Assurance(request.check_bps or 0, request.verifiers, request.evidence)
        least = await self._least_check(version_id, params) if request.check_bps is None else request.check_bps
        return Assurance(least, request.verifiers)

    async def _least_check(self, version_id: int, params: JobParams) -> int:
        """Return the least probability of a check: none where so few miners serve the version that none is possible."""
        totals = await self.chain.miners.totals(version_id)
        return 0 if totals.miners < params.unverified_below else params.min_check_bps

    async def _check(self, request: JobRequest, manifest: Manifest | None) -> bytes:
        """Return the options' bytes, after what miners check, where the manifest can be had."""
        from nesa.engines import check_input, encode_options  # noqa: PLC0415 - imports ONNX

        options = encode_options(request.options)
        if manifest is not None:
            await anyio.to_thread.run_sync(check_input, manifest, request.data, options)
        return options

    # ------------------------------------------------------------ request

    async def request(self, request: JobRequest) -> Submitted:
        """Make a request and return when its job is open. What goes inline stays public for ever.

        Raises:
            RequestError: it would be refused; the text says why.
            TxFailedError: the chain refused it after all.
        """
        prepared = await self._prepare(request)
        return await self.submit(prepared.quote, prepared.data)

    async def submit(self, quote: Quote, data: bytes) -> Submitted:
        """Make the request of a quote, exactly as it was priced; ``data`` is its input.

        Raises:
            RequestError: the chain said in the quote that it would refuse it.
            RelayError: an input above the inline limit could not be stored.
            TxFailedError: the chain refused it after all.
        """
        return (await self.submit_all([(quote, data)]))[0]

    async def submit_all(self, quotes: list[tuple[Quote, bytes]]) -> list[Submitted]:
        """Make several requests in one transaction, all or none."""
        batch = []
        for quote, data in quotes:
            if quote.estimate.refusal:
                raise RequestError(f"the request would be refused: {quote.estimate.refusal}")
            batch.append(quote.terms if quote.inline else replace(quote.terms, input_uri=await self._blobs.put(data)))
        result = await self.account.send(messages.request(self.address, batch))
        return [
            Submitted(job_id, result.hash, result.height, quote)
            for job_id, (quote, _) in zip(job_ids(result), quotes, strict=True)
        ]

    # ------------------------------------------------------------ afterwards

    def follow(self, job_id: int) -> AsyncIterator[Step]:
        """Yield the steps of a job's life, those that were and those to come, until it ends."""
        return follow_job(self.chain, job_id)

    async def wait(self, job_id: int) -> tuple[Step, ...]:
        """Wait for a job's end and return all its steps."""
        return tuple([step async for step in self.follow(job_id)])

    async def result(self, job_id: int) -> JobResult:
        """Return a job's output, checked against the digest that the chain keeps.

        Raises:
            NoResultError: there is none.
        """
        return await fetch_result(self.chain, self._blobs, job_id)

    async def receipt(self, job_id: int) -> Receipt:
        """Return a proof of payment and result for a third person; see `nesa.client.Receipt`.

        Raises:
            ReceiptError: the job is not finished, or too old.
        """
        return await export_receipt(self.chain, self.network, job_id)

    async def challenge(self, job_id: int) -> TxResult:
        """Ask for a check of an unchecked delivery, with a deposit."""
        return await self.account.send(messages.challenge(self.address, job_id))

    async def appeal(self, job_id: int) -> TxResult:
        """Ask for a larger committee, with a deposit."""
        return await self.account.send(messages.appeal(self.address, job_id))

    async def cancel(self, job_id: int) -> TxResult:
        """Withdraw a job that has no executor yet."""
        return await self.account.send(messages.cancel(self.address, job_id))

    async def publish(self, name: str, folder: Path, *, uri: str, royalty_bps: int, private: bool = False) -> Published:
        """Register a model's version from its folder; see `nesa.client.publish_model`."""
        return await publish_model(
            self.chain, self.account, name, folder, uri=uri, royalty_bps=royalty_bps, private=private
        )
