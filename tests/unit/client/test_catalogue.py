"""The catalogue is what the chain, miners and manifests say together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nesa.chain import Model, Profile, Served, Totals, Unit, Version, VersionStatus
from nesa.client import Entry, read_catalogue, read_entry
from nesa.models import Manifest, Policy, Store

pytestmark = pytest.mark.anyio

FILES = Policy(allow_files=True)


@dataclass
class FakeChain:
    """Queries of a chain with the models and miners that a test gives it."""

    owned: list[Model] = field(default_factory=list)
    released: list[Version] = field(default_factory=list)
    serving: list[Served] = field(default_factory=list)
    proven: tuple[int, ...] = ()
    verifiers: int = 3

    @property
    def models(self) -> Any:
        return SimpleNamespace(list=self._list, versions=self._versions, get=self._get)

    @property
    def miners(self) -> Any:
        return SimpleNamespace(served=self._served, totals=self._totals)

    @property
    def attestation(self) -> Any:
        return SimpleNamespace(verifying_keys=self._keys)

    @property
    def jobs(self) -> Any:
        return SimpleNamespace(params=self._params)

    async def _list(self, *, owner: str) -> AsyncIterator[Model]:
        for model in self.owned:
            if owner in {"", model.owner}:
                yield model

    async def _get(self, name: str) -> Model:
        return next(model for model in self.owned if model.name == name)

    async def _versions(self) -> AsyncIterator[Version]:
        for version in self.released:
            yield version

    async def _served(self, *, version_id: int) -> AsyncIterator[Served]:
        for served in self.serving:
            if served.version_id == version_id:
                yield served

    async def _totals(self, version_id: int) -> Totals:
        found = [served for served in self.serving if served.version_id == version_id]
        return Totals(version_id, len(found), 10 * len(found))

    async def _keys(self, *, version_id: int = 0) -> AsyncIterator[SimpleNamespace]:
        for id_ in self.proven:
            if version_id in {0, id_}:
                yield SimpleNamespace(version_id=id_)

    async def _params(self) -> SimpleNamespace:
        return SimpleNamespace(verifiers=self.verifiers)


def version(
    id_: int, number: int, manifest: Manifest, uri: str, systems: tuple[str, ...] = (), **changes: Any
) -> Version:
    profile = Profile(1, 1, 0, 0, 0, (0, 0, 0), 20, systems)
    found = Version(
        id_, "me/types", number, manifest.digest(), uri, Unit.REQUEST, 0, profile, VersionStatus.ACTIVE, 0, 0, 0, True
    )
    return replace(found, **changes)


@pytest.fixture
def chain(file_manifest: Manifest, model_folders: Path) -> FakeChain:
    uri = (model_folders / "file-type").as_uri()
    return FakeChain(
        [Model("me/types", "me", False, False, 3), Model("you/none", "you", False, False, 0)],
        [
            version(1, 1, file_manifest, uri),
            version(2, 2, file_manifest, uri, ("tee", "zk")),
            version(3, 3, file_manifest, uri, status=VersionStatus.SUSPENDED),
        ],
        [Served(2, "a", 30, 0), Served(2, "b", 10, 0), Served(2, "c", 20, 0), Served(1, "a", 1, 0)],
    )


async def read(chain: Any, tmp_path: Path, policy: Policy = FILES, **options: Any) -> list[Entry]:
    return await read_catalogue(chain, Store(tmp_path / "store"), policy, **options)


async def test_a_model_is_its_newest_version_that_takes_requests(
    chain: FakeChain, tmp_path: Path, file_manifest: Manifest
) -> None:
    types, none = await read(chain, tmp_path)
    assert types.version == chain.released[1]
    assert types.manifest == file_manifest
    assert (types.kind, types.size, types.unit) == ("file-classification", file_manifest.files[0].size, "request")
    assert (types.asks, types.ask, types.miners, types.slots) == ((10, 20, 30), 10, 3, 30)
    assert (none.version, none.manifest, none.ask, none.size, none.kind, none.unit) == (None, None, None, None, "", "")
    assert [entry.model.name for entry in await read(chain, tmp_path, owner="you")] == ["you/none"]


async def test_what_a_request_may_ask_for(chain: FakeChain, tmp_path: Path) -> None:
    types, _ = await read(chain, tmp_path)
    assert (types.admits, types.checkable) == (
        ("check", "tee"),
        False,
    )  # no key to verify proofs with, and a miner short
    chain.proven = (2,)
    chain.serving.append(Served(2, "d", 40, 0))
    types, _ = await read(chain, tmp_path)
    assert (types.admits, types.checkable) == (("check", "tee", "zk"), True)
    unverified = replace(chain.released[1], profile=replace(chain.released[1].profile, proof_systems=("none",)))
    assert (await read_entry(cast("Any", chain), unverified, Store(tmp_path / "store"), FILES)).admits == ()
    fake: Any = chain
    assert await read_entry(fake, chain.released[1], Store(tmp_path / "store"), FILES) == types


async def test_a_manifest_that_cannot_be_had_leaves_the_rest(chain: FakeChain, tmp_path: Path) -> None:
    types, _ = await read(chain, tmp_path, Policy())
    assert (types.manifest, types.kind, types.size, types.ask) == (None, "", None, 10)


async def test_the_last_version_is_shown_where_none_takes_requests(chain: FakeChain, tmp_path: Path) -> None:
    chain.released = [replace(found, status=VersionStatus.RETIRED) for found in chain.released]
    types, _ = await read(chain, tmp_path)
    assert types.version == chain.released[-1]
