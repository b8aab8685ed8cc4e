"""Where prepared models lie: files by digest in the store, and a folder for each model that can be served as it is."""

import hashlib
import shutil
from pathlib import Path

from anyio import from_thread

from nesa.errors import StoreError, UnsupportedModelError
from nesa.models import File, Manifest, Progress, Report, Store
from nesa.publish._folder import Source

__all__ = ["Shelf"]

_CHUNK = 2**20
_MANIFEST = "manifest.json"
_READABLE = 0o644  # the store's are their owner's alone, these are for whoever serves them


class Shelf:
    """Keeps files and folders; called from worker threads, and ends soon when the work is cancelled.

    Args:
        store: where files are kept.
        report: is told of each file's progress.
    """

    def __init__(self, store: Store, report: Report) -> None:
        self.store = store
        self._report = report

    @property
    def work(self) -> Path:
        """A folder for what is under way."""
        return self.store.root / "work"

    def told(self, what: str, done: int = 0, total: int = 0) -> None:
        """Report progress; a total of 0 is one that is not known."""
        from_thread.check_cancelled()
        self._report(Progress(what, done, total))

    def digest(self, source: Source, path: str) -> str:
        """Return the SHA-256 of a folder's file, in hexadecimal.

        Raises:
            UnsupportedModelError: it cannot be read.
        """
        hasher, done = hashlib.sha256(), 0
        try:
            with (source.root / path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    hasher.update(chunk)
                    done += len(chunk)
                    self.told(path, done, source.files[path])
        except OSError as error:
            raise UnsupportedModelError(f"{path} cannot be read: {error.strerror}") from error
        return hasher.hexdigest()

    def keep(self, source: Source, path: str, made: bytes | None = None) -> File:
        """Store a folder's file, or what was made of it, and return the manifest's entry.

        Raises:
            StoreError: it cannot be stored, or changes while it is read.
        """
        if made is not None:
            return File(path, self.store.put(made), len(made))
        file = File(path, self.digest(source, path), source.files[path])
        self.store.put_file(source.root / path, file)
        return file

    def lay_out(self, manifest: Manifest, folder: Path | None = None) -> Path:
        """Return a folder with the manifest and its files: copies, for whoever changes one must not change the store.

        Args:
            manifest: of a model in the store.
            folder: where to make it; by default one of the model's own.

        Raises:
            StoreError: a file is missing or damaged, or the folder cannot be made.
        """
        self.store.put(manifest.to_json())
        folder = folder or self.store.root / "models" / manifest.digest().hex()
        copies = Store(folder.with_name(f".{folder.name}"))
        try:
            for file in manifest.files:
                target = folder / file.path
                if target.is_file() and target.stat().st_size == file.size and _digest(target) == file.sha256:
                    continue
                copies.put_file(self.store.path(file.sha256), file)  # whole and verified, or not at all
                target.parent.mkdir(parents=True, exist_ok=True)
                copies.path(file.sha256).replace(target)
                target.chmod(_READABLE)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _MANIFEST).write_bytes(manifest.to_json())
        except OSError as error:
            raise StoreError(f"the folder {folder} cannot be made: {error.strerror}") from error
        finally:
            shutil.rmtree(copies.root, ignore_errors=True)
        return folder

    def forget(self, manifest: Manifest) -> None:
        """Remove the folder that a runtime has read a model from."""
        shutil.rmtree(self.store.root / "folders" / manifest.digest().hex(), ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
