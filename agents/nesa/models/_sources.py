"""Where a model's files are: a base URI becomes an address for each path below it."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from urllib.parse import unquote, urlsplit

from nesa.errors import DownloadError

__all__ = ["locate"]

_SECONDS = 3600


def locate(uri: str) -> Callable[[str], str]:
    """Return a function from a file's path to an ``https``, ``http`` or ``file`` address.

    ``hf://owner/name@revision/folder`` and ``s3://bucket/prefix`` are turned into HTTPS addresses by their own
    libraries, so that all downloads pass the same guards.

    Raises:
        DownloadError: the scheme is unknown, the URI is incomplete, or the scheme's extra is not installed.
    """
    try:
        scheme = urlsplit(uri).scheme
    except ValueError as error:
        raise DownloadError("the model's URI is not an address") from error
    if scheme in {"https", "http", "file"}:
        base = uri.rstrip("/")
        return lambda path: f"{base}/{path}"
    if scheme == "hf":
        return _hugging_face(uri)
    if scheme == "s3":
        return _s3(uri)
    raise DownloadError(f"the scheme of {uri.partition('?')[0]!r} is not one of https, file, hf, s3")


def _hugging_face(uri: str) -> Callable[[str], str]:
    parts = [unquote(part) for part in uri.removeprefix("hf://").strip("/").split("/")]
    if len(parts) < 2 or not all(parts):  # noqa: PLR2004 - owner and name
        raise DownloadError("an hf URI is hf://owner/name@revision/folder")
    name, _, revision = parts[1].partition("@")
    folder = "/".join(parts[2:])
    hub = _library("huggingface_hub", "hf")

    def address(path: str) -> str:
        try:
            return str(
                hub.hf_hub_url(f"{parts[0]}/{name}", path, subfolder=folder or None, revision=revision or "main")
            )
        except ValueError as error:
            raise DownloadError(f"{uri} is not a repository") from error

    return address


def _s3(uri: str) -> Callable[[str], str]:
    parts = urlsplit(uri)
    if not parts.netloc:
        raise DownloadError("an s3 URI is s3://bucket/prefix")
    prefix = parts.path.strip("/")
    boto3, botocore, config = (_library(name, "s3") for name in ("boto3", "botocore", "botocore.config"))
    _library("botocore.exceptions", "s3")
    session = boto3.session.Session()
    signature = None if session.get_credentials() else botocore.UNSIGNED
    client = session.client("s3", config=config.Config(signature_version=signature))

    def address(path: str) -> str:
        where = {"Bucket": parts.netloc, "Key": f"{prefix}/{path}" if prefix else path}
        try:
            return str(client.generate_presigned_url("get_object", Params=where, ExpiresIn=_SECONDS))
        except (botocore.exceptions.BotoCoreError, ValueError) as error:
            raise DownloadError(f"{uri} is not a bucket's address") from error

    return address


def _library(name: str, extra: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise DownloadError(f"{extra}:// needs this package's extra '{extra}'") from error
