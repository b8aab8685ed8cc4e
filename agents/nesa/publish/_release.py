"""Registers a prepared model on the chain: priced beforehand, in one transaction, and never paid for twice."""

import base64
import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
import orjson
from google.protobuf.message import Message

from nesa.chain import (
    Account,
    ChainClient,
    NotFoundError,
    SignedTx,
    TxExpiredError,
    TxFailedError,
    TxResult,
    Version,
    VersionStatus,
    version_added,
)
from nesa.client import Published, release_messages
from nesa.errors import NesaError, UnsupportedModelError
from nesa.files import write_private
from nesa.models import Manifest, Policy, Store, fetch_manifest
from nesa.untrusted import parse_json

__all__ = ["Plan", "Release", "Request", "check_source"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be registered.

    Attributes:
        name: ``publisher/name``.
        manifest: of the version.
        uri: where others find manifest and files.
        royalty_bps: part of each fee that goes to the publisher, in basis points.
        private: whether requests are restricted to the owner and those in ``grant``.
        grant: addresses that may request it.
        again: whether a version with the same manifest may be released once more.
    """

    name: str
    manifest: Manifest
    uri: str
    royalty_bps: int = 0
    private: bool = False
    grant: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a release takes. Amounts are in anes.

    Attributes:
        register: whether the name is new.
        number: that the version will have.
        existing: the version that has this manifest already; nothing is paid then.
        registration_fee: burned for a new name.
        gas: allowed for; 0 where nobody is named who would sign.
        gas_cost: of that gas.
        owner: who signs; empty where nobody is named.
    """

    register: bool
    number: int
    existing: Version | None
    registration_fee: int
    gas: int
    gas_cost: int
    owner: str

    @property
    def cost(self) -> int:
        """What leaves the publisher's account at most."""
        return 0 if self.existing else self.registration_fee + self.gas_cost


async def check_source(uri: str, manifest: Manifest, policy: Policy, folder: Path) -> None:
    """Fetch the manifest from where miners will look for it.

    Raises:
        NesaError: it is not there; the text says what to do.
    """
    with tempfile.TemporaryDirectory() as scratch:
        try:
            await fetch_manifest(Store(Path(scratch)), uri, manifest.digest(), policy=policy)
        except NesaError as error:
            raise NesaError(
                f"the model is not at {uri} yet ({error}); put the files of {folder} there, then run this again"
            ) from error


class Release:
    """One release, which can be taken up again by another process after an interruption.

    Args:
        chain: the chain.
        request: what is to be registered.
        account: the publisher's; None only prices.
        journal: a file that remembers what was signed, until it is known what became of it.
    """

    def __init__(self, chain: ChainClient, request: Request, account: Account | None, journal: Path) -> None:
        self._chain = chain
        self._request = request
        self._account = account
        self._journal = journal

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from releasing the same name meanwhile.

        Raises:
            NesaError: one is at it.
        """
        try:
            self._journal.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._journal.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NesaError(f"{self._journal.parent} cannot be written: {error.strerror}") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise NesaError(
                    f"another process is publishing {self._request.name}; wait until it has ended"
                ) from error
            yield
        finally:
            os.close(handle)

    async def plan(self) -> Plan:
        """Price the release.

        Raises:
            NesaError: the chain would refuse it; the text says why.
        """
        params = await self._chain.models.params()
        request, owner = self._request, self._account.address if self._account else ""
        if request.royalty_bps > params.max_royalty_bps:
            raise UnsupportedModelError(
                f"a royalty of {request.royalty_bps / 100:g} % is more than the {params.max_royalty_bps / 100:g} % "
                "that the chain allows"
            )
        if request.manifest.profile.run_window > params.max_run_window:
            raise UnsupportedModelError(
                f"the profile's run window is more than the {params.max_run_window} blocks that the chain allows"
            )
        try:
            model = await self._chain.models.get(request.name)
        except NotFoundError:
            model = None
        if model and owner and model.owner != owner:
            raise UnsupportedModelError(f"{request.name} belongs to {model.owner}; publish under a name of your own")
        if model and model.retired:
            raise UnsupportedModelError(f"{request.name} was retired, for good; publish under another name")
        existing = None if request.again or model is None else await self._existing()
        plan = Plan(
            register=model is None,
            number=model.versions + 1 if model else 1,
            existing=existing,
            registration_fee=0 if model else params.registration_fee,
            gas=0,
            gas_cost=0,
            owner=owner,
        )
        if existing or not self._account:
            return plan
        gas = await self._account.estimate(*self._messages(plan))
        return replace(plan, gas=gas, gas_cost=gas * await self._chain.gas.price())

    async def _existing(self) -> Version | None:
        digest = self._request.manifest.digest()
        async for version in self._chain.models.versions(model=self._request.name, reverse=True):
            if version.manifest_digest == digest and version.status is not VersionStatus.RETIRED:
                return version
        return None

    def _messages(self, plan: Plan) -> list[Message]:
        request = self._request
        return release_messages(
            plan.owner,
            request.name,
            request.manifest,
            uri=request.uri,
            royalty_bps=request.royalty_bps,
            register=plan.register,
            private=request.private,
            grant=request.grant,
        )

    async def resume(self) -> Published | None:
        """Find out what became of a release that an earlier process began; None where there is none on its way.

        Raises:
            TxUnknownError: it could not be found out in time.
        """
        attempts = self._signed()
        if not attempts or self._account is None:
            return None
        try:
            result = await self._account.resume(*attempts)
        except (TxExpiredError, TxFailedError):
            self._journal.unlink(missing_ok=True)
            return None
        return self._done(result)

    async def run(self, plan: Plan) -> Published:
        """Release what was priced.

        Raises:
            NesaError: there is nobody to sign, or the chain refuses.
        """
        if plan.existing:
            found = plan.existing
            return Published(found.id, found.model, found.number, found.manifest_digest, "")
        if self._account is None:
            raise NesaError("a release needs a key that signs: name it with --from")
        signed: list[SignedTx] = []

        async def keep(attempt: SignedTx) -> None:
            signed.append(attempt)
            await anyio.to_thread.run_sync(self._write, signed)

        try:
            result = await self._account.send(*self._messages(plan), gas=plan.gas, on_signed=keep)
        except TxFailedError:
            self._journal.unlink(missing_ok=True)
            raise
        return self._done(result)

    def _done(self, result: TxResult) -> Published:
        self._journal.unlink(missing_ok=True)
        version_id, number = version_added(result, -1)
        return Published(version_id, self._request.name, number, self._request.manifest.digest(), result.hash)

    def _write(self, signed: Sequence[SignedTx]) -> None:
        entries = [{**asdict(attempt), "raw": base64.b64encode(attempt.raw).decode()} for attempt in signed]
        write_private(self._journal, orjson.dumps(entries), replace=True)

    def _signed(self) -> list[SignedTx]:
        try:
            found: Any = parse_json(self._journal.read_bytes())
            return [SignedTx(**{**entry, "raw": base64.b64decode(entry["raw"])}) for entry in found]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NesaError(
                f"{self._journal} cannot be read; look with nesa model show {self._request.name} what was released, "
                "then remove the file"
            ) from error
