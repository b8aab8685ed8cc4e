"""Fetches a repository of Hugging Face's hub: the files that can be published, at one commit, and no others."""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import anyio.to_thread

from nesa.errors import DownloadError, HostileModelError, UnsupportedModelError
from nesa.models import Policy, Progress, Report, download
from nesa.untrusted import parse_json

__all__ = ["Repository", "fetch_repository", "parse_repository"]

_ID = re.compile(r"(?:hf://)?(?P<id>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?:@(?P<revision>[\w.-]{1,64}))?")
_PATH = re.compile(r"[\w][\w.-]*(?:/[\w][\w.-]*){0,7}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CARDS = re.compile(r"(?:readme|licen[cs]e|copying)(?:\.\w+)?", re.IGNORECASE)
_SETTINGS = (".json", ".jinja", ".model", ".txt")
_WEIGHTS = (".safetensors",)
_PICKLES = (".bin", ".ckpt", ".pt", ".pth")
_MAX_LISTING = 16 * 2**20
_FOLDERS = {"", "onnx"}
_COMPANIONS = ("encoder_model.onnx", "decoder_with_past_model.onnx")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository's name, and a branch, tag or commit of it."""

    id: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of a repository: its size in bytes, and its SHA-256 where the hub has it."""

    path: str
    size: int
    sha256: str


def parse_repository(text: str) -> Repository | None:
    """Return the repository that ``owner/name`` or ``owner/name@revision`` means; None of other texts."""
    found = _ID.fullmatch(text)
    return Repository(found["id"], found["revision"] or "main") if found else None


async def fetch_repository(
    repository: Repository, root: Path, policy: Policy, report: Report, *, graph: str = "", endpoint: str = ""
) -> tuple[Path, str]:
    """Fetch a repository's settings, and its weights or its graph; return their folder, and the commit.

    What was fetched already is not fetched again.

    Args:
        repository: which.
        root: folders are made in it.
        policy: bounds sizes, and which addresses may be called.
        report: is told of each file's progress.
        graph: path of the graph to take, where there are several.
        endpoint: of another hub.

    Raises:
        DownloadError: it cannot be had.
        UnsupportedModelError: it has nothing that can be published.
        HostileModelError: a file's path leads somewhere else.
    """
    base = endpoint or _endpoint()
    found = await _listing(
        f"{base}/api/models/{repository.id}/revision/{quote(repository.revision)}?blobs=true", policy
    )
    commit = found.get("sha")
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise DownloadError(f"the hub does not say which commit {repository.revision} of {repository.id} is")
    wanted = _choose(repository.id, _listed(found), graph)
    total = sum(file.size for file in wanted)
    if total > policy.max_bytes:
        raise DownloadError(f"{repository.id} has {total} bytes, more than the {policy.max_bytes} allowed")
    folder = root / f"{repository.id.replace('/', '--')}@{commit}"
    for file in wanted:
        await _fetch(
            f"{base}/{repository.id}/resolve/{commit}/{quote(file.path)}", folder / file.path, file, policy, report
        )
    return folder, commit


def _endpoint() -> str:
    try:
        return str(import_module("huggingface_hub.constants").ENDPOINT)
    except ImportError as error:
        raise DownloadError("a model of the hub needs this package's extra 'hf'") from error


async def _listing(url: str, policy: Policy) -> Mapping[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "listing"
        await download(url, target, _MAX_LISTING, policy, lambda _done: None)
        try:
            found = parse_json(target.read_bytes())
        except ValueError as error:
            raise DownloadError("the hub's answer is not JSON") from error
    if not isinstance(found, dict):
        raise DownloadError("the hub's answer is not about a repository")
    return found


def _listed(found: Mapping[str, object]) -> list[_Listed]:
    files = []
    siblings = found.get("siblings")
    for entry in siblings if isinstance(siblings, list) else ():
        match entry:
            case {"rfilename": str(path), "size": int(size)} if size >= 0:
                lfs = entry.get("lfs")
                sha256 = lfs.get("sha256", "") if isinstance(lfs, dict) else ""
                files.append(_Listed(path, size, sha256 if isinstance(sha256, str) else ""))
    return files


def _with_companions(graph: str) -> tuple[str, ...]:
    """Return a graph's path and, of a decoder, those of the graphs that optimum puts beside it."""
    path = PurePosixPath(graph)
    names = _COMPANIONS if path.name.startswith("decoder_model") else ()
    return graph, *(str(path.with_name(name)) for name in names)


def _choose(id_: str, files: list[_Listed], graph: str) -> list[_Listed]:
    top = [file for file in files if str(PurePosixPath(file.path).parent).removeprefix(".") in _FOLDERS]
    small = [
        file for file in top if "/" not in file.path
        and (file.path.lower().endswith(_SETTINGS) or _CARDS.fullmatch(file.path))
    ]  # fmt: skip
    weights = [file for file in top if "/" not in file.path and file.path.endswith(_WEIGHTS)]
    graphs = [file for file in top if ".onnx" in PurePosixPath(file.path).name]
    if graph:
        graphs, weights = [file for file in files if file.path.startswith(_with_companions(graph))], []
    chosen = weights or graphs
    if not chosen:
        if any(file.path.endswith(_PICKLES) for file in files):
            raise HostileModelError(
                f"{id_} keeps its weights as pickles, which run what they like when they are opened; "
                "choose a repository that has safetensors"
            )
        raise UnsupportedModelError(f"{id_} has neither safetensors nor an ONNX graph; choose a repository that has")
    for file in (*small, *chosen):
        if not _PATH.fullmatch(file.path):
            raise HostileModelError(f"{id_} has a file at {file.path!r}, which is refused; choose another repository")
    return [*small, *chosen]


def _has(target: Path, size: int) -> bool:
    return target.is_file() and target.stat().st_size == size


async def _fetch(url: str, target: Path, file: _Listed, policy: Policy, report: Report) -> None:
    if _has(target, file.size):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    if not partial.exists() or partial.stat().st_size != file.size:
        if file.size:
            await download(url, partial, file.size, policy, lambda done: report(Progress(file.path, done, file.size)))
        else:
            partial.touch()
    if file.sha256:
        with partial.open("rb") as read:
            digest = await anyio.to_thread.run_sync(hashlib.file_digest, read, "sha256")
        if digest.hexdigest() != file.sha256:
            partial.unlink()
            raise DownloadError(f"{file.path} does not have the digest that the hub says; try again")
    if partial.stat().st_size != file.size:
        raise DownloadError(f"{file.path} ended after {partial.stat().st_size} of {file.size} bytes; try again")
    partial.replace(target)
