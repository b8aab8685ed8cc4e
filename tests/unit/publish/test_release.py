"""A release is priced beforehand, one transaction, and paid for once whatever is interrupted."""

import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from nesa.chain import (
    Key,
    KeyType,
    Model,
    ModelParams,
    NotFoundError,
    OnSigned,
    Profile,
    SignedTx,
    TxExpiredError,
    TxFailedError,
    TxResult,
    Unit,
    Version,
    VersionStatus,
)
from nesa.chain._errors import tx_failed
from nesa.client import Published
from nesa.errors import NesaError, UnsupportedModelError
from nesa.models import Manifest, Policy
from nesa.proto.cosmos.base.abci.v1beta1 import abci_pb2
from nesa.proto.nesa.model.v1 import tx_pb2
from nesa.publish import Plan, Release, Request, check_source

pytestmark = pytest.mark.anyio

KEY = Key.from_private("11" * 32, KeyType.COSMOS)
OTHER = Key.from_private("22" * 32, KeyType.COSMOS).address
FEE, PRICE, GAS = 10**18, 7, 123_456
NAME = "me/types"


class Killed(BaseException):
    """The process ended there."""


@dataclass
class FakeModels:
    """The model module, in memory."""

    models: dict[str, Model] = field(default_factory=dict)
    released: list[Version] = field(default_factory=list)

    async def params(self) -> ModelParams:
        return ModelParams(FEE, 2000, 3, 2, 20, 5000, 1200)

    async def get(self, name: str) -> Model:
        if name not in self.models:
            raise NotFoundError("no such model")
        return self.models[name]

    async def versions(self, *, model: str, reverse: bool) -> AsyncIterator[Version]:
        assert reverse
        for version in reversed([version for version in self.released if version.model == model]):
            yield version


@dataclass
class FakeGas:
    """A fixed price."""

    async def price(self) -> int:
        return PRICE


@dataclass
class FakeChain:
    """What a release asks of the chain."""

    models: FakeModels = field(default_factory=FakeModels)
    gas: FakeGas = field(default_factory=FakeGas)


class FakeAccount:
    """Sends to the fake chain; may be killed before a transaction is sent, while it is on its way, or afterwards."""

    address = KEY.address

    def __init__(self, chain: FakeChain) -> None:
        self.chain = chain
        self.sent: list[tuple[list[Message], int]] = []
        self.included: dict[str, TxResult] = {}
        self.flying: dict[str, tuple[SignedTx, list[Message]]] = {}
        self.killed = ""
        self.fails = False

    async def estimate(self, *messages: Message) -> int:
        assert messages
        return GAS

    async def send(self, *messages: Message, gas: int, on_signed: OnSigned) -> TxResult:
        attempt = SignedTx(b"raw%d" % len(self.sent), f"HASH{len(self.sent)}", len(self.sent), 5, 35)
        await on_signed(attempt)
        self.sent.append((list(messages), gas))
        if self.killed == "flying":
            self.flying[attempt.hash] = (attempt, list(messages))
        if self.killed in {"before", "flying"}:
            raise Killed
        result = self._include(attempt, list(messages))
        if self.killed == "after":
            raise Killed
        if self.fails:
            raise tx_failed(code=5, codespace="sdk", log="insufficient funds", tx_hash=attempt.hash, height=6)
        return result

    async def resume(self, *attempts: SignedTx) -> TxResult:
        for attempt in attempts:
            if attempt.hash in self.flying:
                return self._include(*self.flying[attempt.hash])
            if attempt.hash in self.included:
                return self.included[attempt.hash]
        raise TxExpiredError("never")

    def _include(self, attempt: SignedTx, messages: list[Message]) -> TxResult:
        data = abci_pb2.TxMsgData()
        for message in messages:
            if isinstance(message, tx_pb2.MsgRegister):
                self.chain.models.models[message.name] = Model(message.name, message.owner, message.private, False, 0)
                data.msg_responses.add().Pack(tx_pb2.MsgRegisterResponse())
            elif isinstance(message, tx_pb2.MsgSetAccess):
                data.msg_responses.add().Pack(tx_pb2.MsgSetAccessResponse())
            else:
                assert isinstance(message, tx_pb2.MsgAddVersion)
                data.msg_responses.add().Pack(self._add(message))
        result = TxResult(attempt.hash, 6, 0, "", "", 1, 1, (), data.SerializeToString())
        self.included[attempt.hash] = result
        return result

    def _add(self, message: tx_pb2.MsgAddVersion) -> tx_pb2.MsgAddVersionResponse:
        models = self.chain.models
        number = models.models[message.model].versions + 1
        models.models[message.model] = replace(models.models[message.model], versions=number)
        version = Version(
            len(models.released) + 1, message.model, number, message.manifest_digest, message.uri, Unit.REQUEST,
            message.royalty_bps, Profile(1, 1, 0, 0, 0, (0, 0, 0), 20, ()), VersionStatus.PROBATION, 0, 0, 0, False,
        )  # fmt: skip
        models.released.append(version)
        return tx_pb2.MsgAddVersionResponse(version_id=version.id, number=number)


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount(FakeChain())


@pytest.fixture
def release(account: FakeAccount, file_manifest: Manifest, tmp_path: Path) -> Callable[..., Release]:
    """Return a function that begins a release as a new process would."""

    def make(*, signs: bool = True, **changes: Any) -> Release:
        request = replace(Request(NAME, file_manifest, "https://x/y", 250), **changes)
        fake: Any = account
        return Release(fake.chain, request, fake if signs else None, tmp_path / "work" / "journal.json")

    return make


async def publish(release: Release) -> Published:
    """Do what the command does."""
    with release.alone():
        return await release.resume() or await release.run(await release.plan())


async def test_one_process_releases_a_name_at_a_time(account: FakeAccount, release: Callable[..., Release]) -> None:
    with release().alone():
        with pytest.raises(NesaError, match="another process is publishing me/types; wait until it has ended"):
            await publish(release())
        assert not account.sent
    await publish(release())
    assert len(account.sent) == 1


async def test_without_a_journal_nothing_is_sent(
    account: FakeAccount, release: Callable[..., Release], tmp_path: Path
) -> None:
    (tmp_path / "work").write_text("in the way")
    with pytest.raises(NesaError, match="work cannot be written"):
        await publish(release())
    assert not account.sent


async def test_a_release_is_priced_before_it_is_signed(account: FakeAccount, release: Callable[..., Release]) -> None:
    plan = await release().plan()
    assert plan == Plan(True, 1, None, FEE, GAS, GAS * PRICE, KEY.address)
    assert plan.cost == FEE + GAS * PRICE
    assert not account.sent
    assert await release(signs=False).plan() == Plan(True, 1, None, FEE, 0, 0, "")
    with pytest.raises(NesaError, match="needs a key that signs: name it with --from"):
        await release(signs=False).run(plan)


async def test_name_access_and_version_are_one_transaction(
    account: FakeAccount, release: Callable[..., Release], file_manifest: Manifest
) -> None:
    found = await publish(release(private=True, grant=(OTHER,)))
    assert found == Published(1, NAME, 1, file_manifest.digest(), "HASH0")
    ((messages, gas),) = account.sent
    assert gas == GAS
    registered, access, added = messages
    assert isinstance(registered, tx_pb2.MsgRegister)
    assert registered.private
    assert isinstance(access, tx_pb2.MsgSetAccess)
    assert (access.private, list(access.grant)) == (True, [OTHER])
    assert isinstance(added, tx_pb2.MsgAddVersion)
    assert (added.royalty_bps, added.uri) == (250, "https://x/y")


async def test_the_same_manifest_is_paid_for_once(account: FakeAccount, release: Callable[..., Release]) -> None:
    first = await publish(release())
    plan = await release().plan()
    assert (plan.existing is not None, plan.cost) == (True, 0)
    again = await publish(release())
    assert (again.version_id, again.number) == (first.version_id, 1)
    assert len(account.sent) == 1
    assert (await publish(release(again=True))).number == 2
    assert len(account.sent) == 2


@pytest.mark.parametrize(("killed", "paid"), [("before", 2), ("flying", 1), ("after", 1)])
async def test_an_interrupted_release_is_not_paid_for_twice(
    account: FakeAccount, release: Callable[..., Release], killed: str, paid: int
) -> None:
    account.killed = killed
    with pytest.raises(Killed):
        await publish(release())
    account.killed = ""
    assert (await publish(release())).number == 1
    assert len(account.sent) == paid
    assert len(account.chain.models.released) == 1


async def test_a_release_that_failed_begins_anew(account: FakeAccount, release: Callable[..., Release]) -> None:
    account.fails = True
    with pytest.raises(TxFailedError):
        await publish(release())
    account.fails = False
    assert await release().resume() is None


@pytest.mark.parametrize("raw", [b"", b"{", b"[7]", b'[{"raw": "AA=="}]', b'{"a": 1}', b'[{"raw": 7}]'])
async def test_a_damaged_journal_is_told(release: Callable[..., Release], tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "journal.json").write_bytes(raw)
    with pytest.raises(NesaError, match=r"journal.json cannot be read; look with nesa model show me/types"):
        await release().resume()


@pytest.mark.parametrize(
    ("model", "changes", "sentence"),
    [
        (Model(NAME, OTHER, False, False, 1), {}, "belongs to nesa1.*; publish under a name of your own"),
        (Model(NAME, KEY.address, False, True, 1), {}, "was retired, for good; publish under another name"),
        (None, {"royalty_bps": 2001}, "a royalty of 20.01 % is more than the 20 % that the chain allows"),
    ],
)
async def test_what_the_chain_would_refuse_is_told_first(
    account: FakeAccount, release: Callable[..., Release], model: Model | None, changes: dict[str, Any], sentence: str
) -> None:
    if model:
        account.chain.models.models[NAME] = model
    with pytest.raises(UnsupportedModelError, match=sentence):
        await release(**changes).plan()


async def test_a_run_window_beyond_the_chains_is_told(release: Callable[..., Release], file_manifest: Manifest) -> None:
    long = replace(file_manifest, profile=replace(file_manifest.profile, run_window=1201))
    with pytest.raises(UnsupportedModelError, match="run window is more than the 1200 blocks"):
        await release(manifest=long).plan()


async def test_miners_must_find_the_manifest(model_folders: Path, file_manifest: Manifest, tmp_path: Path) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    handler = partial(Quiet, directory=str(model_folders))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        try:
            place = f"http://127.0.0.1:{server.server_address[1]}"
            policy = Policy(allow_private=True)
            await check_source(f"{place}/file-type", file_manifest, policy, tmp_path)
            for wrong in ("style-transfer", "absent"):
                with pytest.raises(
                    NesaError, match=f"is not at {place}/{wrong} yet .*put the files of .* there, then run"
                ):
                    await check_source(f"{place}/{wrong}", file_manifest, policy, tmp_path)
        finally:
            server.shutdown()
            thread.join()
