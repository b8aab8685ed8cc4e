"""The catalogue: what models there are, what they do, who serves them, and at which price."""

from dataclasses import dataclass, replace

import anyio

from nesa.chain import ChainClient, Model, Unit, Version, VersionStatus
from nesa.client._models import load_manifest
from nesa.models import NONE, Manifest, Policy, Store

__all__ = ["Entry", "read_catalogue", "read_entry"]

_MAX_ASKS = 1000
_AT_ONCE = 8
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A model, and its version that a request without a number would take.

    Attributes:
        model: the family.
        version: the newest that takes requests, or the newest of all; None where there is none.
        manifest: the version's; None where it cannot be had from here.
        asks: what miners ask for a unit, in anes, lowest first.
        slots: tickets that the miners who serve it may draw.
        admits: what a request may ask for: ``check`` (by lottery or for certain), ``tee``, ``zk``; empty where nothing
            about its answers can be verified.
        checkable: whether enough miners serve it now for a check.
    """

    model: Model
    version: Version | None
    manifest: Manifest | None = None
    asks: tuple[int, ...] = ()
    slots: int = 0
    admits: tuple[str, ...] = ()
    checkable: bool = False

    @property
    def miners(self) -> int:
        """How many miners serve the version now."""
        return len(self.asks)

    @property
    def ask(self) -> int | None:
        """The lowest ask for a unit, in anes; None where nobody serves it."""
        return self.asks[0] if self.asks else None

    @property
    def kind(self) -> str:
        """What it does, such as ``text-generation``; empty where its manifest cannot be had."""
        return self.manifest.task if self.manifest else ""

    @property
    def size(self) -> int | None:
        """Bytes of its files together; None where its manifest cannot be had."""
        return sum(file.size for file in self.manifest.files) if self.manifest else None

    @property
    def unit(self) -> str:
        """What the price is for, such as ``token``; empty without a version."""
        return self.version.unit.name.lower() if self.version and self.version.unit is not Unit.UNSPECIFIED else ""


async def read_catalogue(chain: ChainClient, store: Store, policy: Policy, *, owner: str = "") -> list[Entry]:
    """Return all models, or one owner's, in order of name; manifests that do not come soon are left out.

    Args:
        chain: the chain.
        store: where manifests are kept.
        policy: which addresses may be called for manifests.
        owner: whose models; everybody's when empty.
    """
    models = [model async for model in chain.models.list(owner=owner)]
    newest: dict[str, Version] = {}
    async for version in chain.models.versions():
        kept = newest.get(version.model)
        if kept is None or _usable(version) or not _usable(kept):
            newest[version.model] = version
    proven = {key.version_id async for key in chain.attestation.verifying_keys()}
    needed = 1 + (await chain.jobs.params()).verifiers
    found = [Entry(model, newest.get(model.name)) for model in models]
    limit = anyio.CapacityLimiter(_AT_ONCE)

    async def fill(place: int) -> None:
        async with limit:
            found[place] = await _fill(chain, found[place], store, policy, needed=needed, proven=proven)

    async with anyio.create_task_group() as tasks:
        for place in range(len(found)):
            tasks.start_soon(fill, place)
    return found


async def read_entry(chain: ChainClient, version: Version, store: Store, policy: Policy) -> Entry:
    """Return the entry of one version."""
    model = await chain.models.get(version.model)
    proven = {key.version_id async for key in chain.attestation.verifying_keys(version_id=version.id)}
    needed = 1 + (await chain.jobs.params()).verifiers
    return await _fill(chain, Entry(model, version), store, policy, needed=needed, proven=proven)


def _usable(version: Version) -> bool:
    return version.status in {VersionStatus.PROBATION, VersionStatus.ACTIVE}


async def _fill(
    chain: ChainClient, entry: Entry, store: Store, policy: Policy, *, needed: int, proven: set[int]
) -> Entry:
    version = entry.version
    if version is None:
        return entry
    asks: list[int] = []
    async for served in chain.miners.served(version_id=version.id):
        asks.append(served.ask)
        if len(asks) == _MAX_ASKS:
            break
    totals = await chain.miners.totals(version.id)
    manifest = None
    with anyio.move_on_after(_SECONDS):
        manifest = await load_manifest(version, store, policy)
    return replace(
        entry,
        manifest=manifest,
        asks=tuple(sorted(asks)),
        slots=totals.slots,
        admits=_admitted(version, proven=version.id in proven),
        checkable=totals.miners >= needed,
    )


def _admitted(version: Version, *, proven: bool) -> tuple[str, ...]:
    systems = version.profile.proof_systems
    if NONE in systems:
        return ()
    evidence = [kind for kind in ("tee", "zk") if kind in systems and (kind != "zk" or proven)]
    return ("check", *evidence)
