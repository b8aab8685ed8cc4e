"""What lies in a model's folder: listed without following links, bounded, and nothing in it ever run."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nesa.errors import HostileModelError, UnsupportedModelError
from nesa.untrusted import parse_json

__all__ = ["Source", "survey"]

_MAX_FILES = 10_000
_MAX_DEPTH = 8
_MAX_SETTINGS = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose files have been listed.

    Attributes:
        root: the folder, absolute.
        files: sizes in bytes by path, parts separated by slashes.
    """

    root: Path
    files: Mapping[str, int]

    def named(self, name: str) -> str | None:
        """Return the path of a file at the folder's top, whatever the case of its name."""
        return next((path for path in self.files if path.lower() == name.lower()), None)

    def endings(self, *suffixes: str) -> tuple[str, ...]:
        """Return the paths that end so, in order."""
        return tuple(path for path in self.files if path.lower().endswith(suffixes))

    def read(self, path: str, most: int) -> bytes:
        """Return a file's bytes.

        Raises:
            UnsupportedModelError: it is larger than ``most`` bytes, or cannot be read.
        """
        if self.files[path] > most:
            raise UnsupportedModelError(
                f"{path} has {self.files[path]} bytes, more than the {most} that are read of it"
            )
        try:
            return (self.root / path).read_bytes()[: most + 1]
        except OSError as error:
            raise UnsupportedModelError(f"{path} cannot be read: {error.strerror}") from error

    def head(self, path: str, count: int) -> bytes:
        """Return a file's first bytes.

        Raises:
            UnsupportedModelError: it cannot be read.
        """
        try:
            with (self.root / path).open("rb") as file:
                return file.read(count)
        except OSError as error:
            raise UnsupportedModelError(f"{path} cannot be read: {error.strerror}") from error

    def settings(self, path: str) -> Mapping[str, object]:
        """Return a file of settings, a JSON object; empty where there is none.

        Raises:
            UnsupportedModelError: it is no JSON object.
        """
        if path not in self.files:
            return {}
        try:
            found = parse_json(self.read(path, _MAX_SETTINGS))
        except ValueError as error:
            raise UnsupportedModelError(f"{path} is not JSON; export the model again") from error
        if not isinstance(found, dict):
            raise UnsupportedModelError(f"{path} is not a JSON object; export the model again")
        return found


def survey(folder: Path, max_bytes: int) -> Source:
    """List a folder; what is hidden (``.git``) is left out.

    Args:
        folder: a model's.
        max_bytes: the most that its files may have together.

    Raises:
        HostileModelError: a link leads out of it, or it holds something that is neither file nor folder.
        UnsupportedModelError: it is no folder, or too large.
    """
    root = folder.absolute()
    if not root.is_dir():
        raise UnsupportedModelError(f"{folder} is not a folder; name one that holds a model")
    files: dict[str, int] = {}
    try:
        for path in _walk(root, root.resolve(), PurePosixPath()):
            files[path.as_posix()] = (root / path).stat().st_size
            if len(files) > _MAX_FILES:
                raise UnsupportedModelError(f"{folder} has more than {_MAX_FILES} files; name the model's own folder")
    except OSError as error:
        raise UnsupportedModelError(f"{folder} cannot be read: {error.strerror}") from error
    total = sum(files.values())
    if total > max_bytes:
        raise UnsupportedModelError(
            f"{folder} has {total} bytes, more than the {max_bytes} allowed; allow more with --max-size"
        )
    return Source(root, dict(sorted(files.items())))


def _walk(root: Path, real: Path, at: PurePosixPath) -> Iterator[PurePosixPath]:
    for entry in sorted((root / at).iterdir()):
        path = at / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            _check_link(entry, real, path)
        mode = entry.stat().st_mode
        if stat.S_ISDIR(mode):
            if len(path.parts) > _MAX_DEPTH:
                raise UnsupportedModelError(
                    f"{path} lies deeper than {_MAX_DEPTH} folders; name the model's own folder"
                )
            yield from _walk(root, real, path)
        elif stat.S_ISREG(mode):
            yield path
        else:
            raise HostileModelError(f"{path} is neither a file nor a folder; remove it")


def _check_link(entry: Path, real: Path, path: PurePosixPath) -> None:
    try:
        target = entry.resolve()
    except RuntimeError:  # until Python 3.13 a link that leads to itself is none
        target = entry
    if not target.exists():
        raise HostileModelError(f"{path} is a link that leads nowhere; remove it")
    if not target.is_relative_to(real):
        raise HostileModelError(f"{path} is a link out of the folder; put the file itself there (cp -rL copies so)")
    if target.is_dir():
        raise HostileModelError(f"{path} is a link to a folder; put the files themselves there (cp -rL copies so)")
