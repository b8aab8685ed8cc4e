"""Find, publish and fetch models."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import Message

from nesa.chain import (
    Account,
    ChainClient,
    NotFoundError,
    Profile,
    Unit,
    Version,
    VersionStatus,
    messages,
    version_added,
)
from nesa.client._errors import RequestError
from nesa.client._request import parse_model
from nesa.errors import NesaError
from nesa.models import Manifest, Policy, Store, fetch_manifest, fetch_model

__all__ = [
    "Published",
    "check_version",
    "find_version",
    "load_manifest",
    "publish_model",
    "pull_model",
    "read_manifest",
    "release_messages",
]

_UNITS = {"request": Unit.REQUEST, "image": Unit.IMAGE, "token": Unit.TOKEN}


@dataclass(frozen=True, slots=True)
class Published:
    """A version that has just been registered."""

    version_id: int
    model: str
    number: int
    manifest_digest: bytes
    tx_hash: str


async def find_version(chain: ChainClient, model: str) -> Version:
    """Return a model's version: the one named, or the newest that takes requests.

    Raises:
        RequestError: there is none of that name.
    """
    try:
        version_id, name, number = parse_model(model)
    except ValueError as error:
        raise RequestError(f"{model!r} is no model: {error}") from error
    if version_id:
        try:
            return await chain.models.version(version_id)
        except NotFoundError as error:
            raise RequestError(f"there is no model version {version_id} on this chain") from error
    found: Version | None = None
    async for version in chain.models.versions(model=name):
        usable = version.status in {VersionStatus.PROBATION, VersionStatus.ACTIVE}
        if version.number == number or (not number and (found is None or usable)):
            found = version
    if found is None:
        wanted = f"version {number} of {name}" if number else f"model {name}"
        raise RequestError(f"there is no {wanted} on this chain")
    return found


def check_version(version: Version) -> None:
    """Refuse a version that takes no requests.

    Raises:
        RequestError: it is retired or suspended.
    """
    if version.status in {VersionStatus.RETIRED, VersionStatus.SUSPENDED}:
        state = "retired by its owner" if version.status is VersionStatus.RETIRED else "suspended: its checks disagreed"
        raise RequestError(f"version {version.number} of {version.model} is {state}, and takes no requests")


def chain_profile(manifest: Manifest) -> Profile:
    """Return a manifest's verification profile as the chain keeps it."""
    profile = manifest.profile
    return Profile(
        positions=profile.positions,
        projections=profile.projections,
        scale_bits=profile.scale_bits,
        shift=profile.shift,
        threshold=profile.threshold,
        score_thresholds=tuple(profile.score_thresholds),
        run_window=profile.run_window,
        proof_systems=tuple(profile.proof_systems),
    )


def release_messages(
    owner: str,
    name: str,
    manifest: Manifest,
    *,
    uri: str,
    royalty_bps: int,
    register: bool,
    private: bool = False,
    grant: Sequence[str] = (),
) -> list[Message]:
    """Return what one transaction needs to release a version: all of it happens, or nothing.

    Args:
        owner: the publisher's address.
        name: ``publisher/name``.
        manifest: of the version.
        uri: where others will find manifest and files.
        royalty_bps: part of each fee that goes to the publisher, in basis points.
        register: whether the name is new.
        private: whether requests are restricted to the owner and those in ``grant``.
        grant: addresses that may request it.
    """
    found: list[Message] = [messages.register_model(owner, name, private=private)] if register else []
    if grant or (private and not register):
        found.append(messages.set_access(owner, name, private=private, grant=grant))
    found.append(
        messages.add_version(
            owner,
            name,
            manifest_digest=manifest.digest(),
            uri=uri,
            unit=_UNITS[manifest.unit],
            royalty_bps=royalty_bps,
            profile=chain_profile(manifest),
        )
    )
    return found


async def publish_model(
    chain: ChainClient, account: Account, name: str, folder: Path, *, uri: str, royalty_bps: int, private: bool = False
) -> Published:
    """Register a version of a model from the folder with its manifest and files, and the name if it is new.

    Args:
        chain: the chain.
        account: the publisher's.
        name: ``publisher/name``.
        folder: has ``manifest.json`` and the files it names; they are checked first.
        uri: where others will find the same folder.
        royalty_bps: part of each fee that goes to the publisher, in basis points.
        private: whether a new name restricts who may request it.

    Raises:
        NesaError: the folder is not what its manifest says, or the chain refuses.
    """
    manifest = read_manifest(folder)
    try:
        await chain.models.get(name)
        register = False
    except NotFoundError:
        register = True
    sent = release_messages(
        account.address,
        name,
        manifest,
        uri=uri,
        royalty_bps=royalty_bps,
        register=register,
        private=private and register,
    )
    result = await account.send(*sent)
    version_id, number = version_added(result, -1)
    return Published(version_id, name, number, manifest.digest(), result.hash)


def read_manifest(folder: Path) -> Manifest:
    """Read a model's folder and check that every file is what the manifest says.

    Raises:
        NesaError: the manifest is missing or wrong, or a file differs.
    """
    try:
        manifest = Manifest.from_json((folder / "manifest.json").read_bytes())
    except OSError as error:
        raise NesaError(f"{folder} has no manifest.json that can be read: {error.strerror}") from error
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file() or path.stat().st_size != file.size:
            raise NesaError(f"{path} is missing or has another size than its manifest says")
    return manifest


async def load_manifest(version: Version, store: Store, policy: Policy) -> Manifest | None:
    """Return a version's manifest, or None where its URI cannot be reached from here: miners may still reach it."""
    try:
        return await fetch_manifest(store, version.uri, version.manifest_digest, policy=policy)
    except NesaError:
        return None


async def pull_model(chain: ChainClient, model: str, store: Store, policy: Policy) -> Manifest:
    """Fetch a model's files into ``store``.

    Raises:
        NesaError: there is no such model, or its files cannot be had.
    """
    version = await find_version(chain, model)
    return await fetch_model(store, version.uri, version.manifest_digest, policy=policy)
