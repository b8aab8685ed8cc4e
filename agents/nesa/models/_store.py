"""A content-addressed store of model files: a file's name is its digest, so what is there is right."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nesa.errors import ManifestError, StoreError
from nesa.models._manifest import MAX_MANIFEST_BYTES, File, Manifest

__all__ = ["Store"]

_CHUNK = 2**20
_HEX_DIGEST = 64


class Store:
    """Files by SHA-256 under ``root/sha256/<two digits>/<digest>``, each written whole or not at all.

    Several processes may share a store: a file appears by an atomic rename once its digest was verified.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Return where the file of this hexadecimal digest is or would be.

        Raises:
            StoreError: not a lower-case hexadecimal SHA-256.
        """
        if len(sha256) != _HEX_DIGEST or not set(sha256) <= set("0123456789abcdef"):
            raise StoreError("a store's key is a hexadecimal SHA-256")
        return self.root / "sha256" / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        return self.path(sha256).is_file()

    def partial(self, sha256: str) -> Path:
        """Return where an unfinished download of this file is kept, its directory made."""
        path = self.root / "partial" / self.path(sha256).name
        self._make(path.parent)
        return path

    @staticmethod
    def _make(folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the model store cannot make {folder}: {error.strerror}") from error

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its hexadecimal digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has(sha256):
            with self._writing(sha256) as temporary:
                temporary.write_bytes(data)
        return sha256

    @contextmanager
    def _writing(self, sha256: str) -> Iterator[Path]:
        target = self.path(sha256)
        self._make(target.parent)
        try:
            handle, name = tempfile.mkstemp(dir=target.parent)
            os.close(handle)
            temporary = Path(name)
            try:
                yield temporary
                with temporary.open("rb") as file:
                    os.fsync(file.fileno())
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"the model store cannot write {target}: {error.strerror}") from error

    def put_file(self, source: Path, expected: File) -> None:
        """Copy ``source`` into the store if it is what ``expected`` says.

        Raises:
            StoreError: it cannot be read, or its size or digest differ.
        """
        if self.has(expected.sha256):
            return
        try:
            size = source.stat().st_size
            if size != expected.size:
                raise StoreError(f"{expected.path} has {size} bytes instead of {expected.size}")
            with self._writing(expected.sha256) as temporary:
                if _copy(source, temporary) != expected.sha256:
                    raise StoreError(f"{expected.path} does not have the digest in its manifest")
        except OSError as error:
            raise StoreError(f"{expected.path} cannot be read: {error.strerror}") from error

    def adopt(self, partial: Path, expected: File) -> None:
        """Move a finished download into the store, verified.

        Raises:
            StoreError: its size or digest differ; the download is deleted.
        """
        try:
            good = partial.stat().st_size == expected.size and _digest(partial) == expected.sha256
            if good:
                target = self.path(expected.sha256)
                self._make(target.parent)
                partial.replace(target)
        except OSError as error:
            raise StoreError(f"{expected.path} cannot be stored: {error.strerror}") from error
        if not good:
            partial.unlink(missing_ok=True)
            raise StoreError(f"{expected.path} does not have the size and digest in its manifest")

    def read(self, file: File) -> bytes:
        """Return a whole file, its size checked before it is read and its digest after.

        Raises:
            StoreError: missing or damaged.
        """
        path = self.path(file.sha256)
        try:
            if path.stat().st_size != file.size:
                raise StoreError(f"{file.path} is damaged in the model store")
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"{file.path} is not in the model store") from error
        except OSError as error:
            raise StoreError(f"{file.path} cannot be read from the model store: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise StoreError(f"{file.path} is damaged in the model store")
        return data

    def lay_out(self, manifest: Manifest) -> Path:
        """Return a folder with the manifest's files under their paths, for runtimes that read folders; verified.

        The files are links to the store's own, or copies where the file system has no links.

        Raises:
            StoreError: one is missing or damaged, or the folder cannot be made.
        """
        folder = self.root / "folders" / manifest.digest().hex()
        try:
            for file in manifest.files:
                source, target = self.path(file.sha256), folder / file.path
                if not source.is_file() or source.stat().st_size != file.size or _digest(source) != file.sha256:
                    raise StoreError(f"{file.path} is missing or damaged in the model store")
                if target.is_file() and target.samefile(source):
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with _beside(target) as temporary:
                    try:
                        temporary.hardlink_to(source)
                    except OSError:
                        _copy(source, temporary)
                    temporary.replace(target)
        except OSError as error:
            raise StoreError(f"the model's folder {folder} cannot be made: {error.strerror}") from error
        return folder

    def manifest(self, digest: bytes) -> Manifest:
        """Return the manifest with this 32-byte digest.

        Raises:
            StoreError: it is not in the store.
            ManifestError: it is not a manifest.
        """
        path = self.path(digest.hex())
        try:
            size = path.stat().st_size
            if size > MAX_MANIFEST_BYTES:
                raise ManifestError(f"the manifest has {size} bytes, more than the {MAX_MANIFEST_BYTES} allowed")
            raw = self.read(File("manifest.json", digest.hex(), size))
        except FileNotFoundError as error:
            raise StoreError(f"the manifest {digest.hex()} is not in the model store") from error
        return Manifest.from_json(raw)

    def missing(self, manifest: Manifest) -> tuple[File, ...]:
        """Return the files of a manifest that are not in the store."""
        return tuple(file for file in manifest.files if not self.has(file.sha256))

    def add_folder(self, folder: Path) -> bytes:
        """Store ``folder/manifest.json`` and the files it names; return the manifest's digest.

        Raises:
            StoreError: a file is missing or is not what the manifest says.
            ManifestError: the manifest is wrong.
        """
        path = folder / "manifest.json"
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_MANIFEST_BYTES + 1)
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from error
        manifest = Manifest.from_json(raw)
        root = folder.resolve()
        for entry in manifest.files:
            source = folder / entry.path
            if not source.resolve().is_relative_to(root):
                raise StoreError(f"{entry.path} leads out of the model's folder")
            self.put_file(source, entry)
        return bytes.fromhex(self.put(manifest.to_json()))


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a name that nobody else uses, and remove what is left there."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> str:
    hasher = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(_CHUNK):
            hasher.update(chunk)
            write.write(chunk)
    return hasher.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
