"""Fetches a model by its manifest's digest into the store."""

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import anyio.to_thread

from nesa.errors import DownloadError, ManifestError, StoreError
from nesa.models._http import download
from nesa.models._manifest import MAX_MANIFEST_BYTES, File, Manifest
from nesa.models._policy import Policy, Progress, Report
from nesa.models._sources import locate
from nesa.models._store import Store

__all__ = ["fetch_files", "fetch_manifest", "fetch_model"]

_DEFAULT = Policy()


async def fetch_model(
    store: Store, uri: str, digest: bytes, *, policy: Policy = _DEFAULT, progress: Report | None = None
) -> Manifest:
    """Put into ``store`` the manifest with this digest and all its files; return the manifest.

    Files are looked for at ``<uri>/manifest.json`` and ``<uri>/<path>``. What is in the store already is not fetched,
    an interrupted file is resumed, and nothing is trusted but the digests.

    Raises:
        DownloadError: a file is not reachable, refused by the policy, too large, or has another digest.
        ManifestError: the manifest does not follow the schema.
        StoreError: the store cannot be written.
    """
    manifest = await _manifest(store, locate(uri), digest, policy)
    await fetch_files(store, uri, manifest, manifest.files, policy=policy, progress=progress)
    return manifest


async def fetch_files(
    store: Store,
    uri: str,
    manifest: Manifest,
    files: Iterable[File],
    *,
    policy: Policy = _DEFAULT,
    progress: Report | None = None,
) -> None:
    """Put some of a manifest's files into ``store``; see `fetch_model`.

    Raises:
        DownloadError: one is not reachable, refused by the policy, or has another digest, or they are too large.
        StoreError: the store cannot be written.
    """
    wanted = tuple(files)
    total = sum(file.size for file in wanted)
    if total > policy.max_bytes:
        raise DownloadError(f"the model {manifest.name} has {total} bytes, more than the {policy.max_bytes} allowed")
    address = locate(uri)
    for file in wanted:
        if store.has(file.sha256):
            continue

        def report(done: int, file: File = file) -> None:
            if progress is not None:
                progress(Progress(file.path, done, file.size))

        await _file(store, address(file.path), file, policy, report)


async def fetch_manifest(store: Store, uri: str, digest: bytes, *, policy: Policy = _DEFAULT) -> Manifest:
    """Put into ``store`` the manifest with this digest alone and return it; see `fetch_model`.

    Raises:
        DownloadError: it is not reachable, refused by the policy, too large, or has another digest.
        ManifestError: it does not follow the schema.
        StoreError: the store cannot be written.
    """
    return await _manifest(store, locate(uri), digest, policy)


async def _manifest(store: Store, address: Callable[[str], str], digest: bytes, policy: Policy) -> Manifest:
    if store.has(digest.hex()):
        return store.manifest(digest)
    target = store.partial(digest.hex())
    target.unlink(missing_ok=True)
    url = address("manifest.json")
    try:
        if url.startswith("file:"):
            raw = _local(url, policy).read_bytes()[: MAX_MANIFEST_BYTES + 1]
        else:
            await download(url, target, MAX_MANIFEST_BYTES, policy, lambda _done: None)
            raw = target.read_bytes()
    except OSError as error:
        raise DownloadError(f"the manifest cannot be read: {error.strerror}") from error
    finally:
        target.unlink(missing_ok=True)
    manifest = Manifest.from_json(raw)
    if manifest.digest() != digest:
        raise ManifestError("the manifest found at the model's URI does not have the digest registered for it")
    store.put(manifest.to_json())
    return manifest


async def _file(store: Store, url: str, file: File, policy: Policy, report: Callable[[int], None]) -> None:
    if url.startswith("file:"):
        await anyio.to_thread.run_sync(store.put_file, _local(url, policy), file)
        report(file.size)
        return
    partial = store.partial(file.sha256)
    if file.size == 0:
        store.put(b"")
    elif not partial.exists() or partial.stat().st_size != file.size:
        await download(url, partial, file.size, policy, report)
    if store.has(file.sha256):
        return
    if partial.stat().st_size < file.size:
        raise DownloadError(f"{file.path} ended after {partial.stat().st_size} of {file.size} bytes; try again")
    try:
        await anyio.to_thread.run_sync(store.adopt, partial, file)
    except StoreError as error:
        raise DownloadError(str(error)) from error


def _local(url: str, policy: Policy) -> Path:
    if not policy.allow_files:
        raise DownloadError("file URIs are refused unless they are configured")
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or "\0" in path:
        raise DownloadError("a file URI is file:///path")
    return Path(path)
