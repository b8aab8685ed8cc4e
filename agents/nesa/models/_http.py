"""Downloads over HTTPS: resumable, bounded before and while they run."""

from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import httpx

from nesa.errors import AddressRefusedError, DownloadError
from nesa.models._addresses import guarded_transport
from nesa.models._policy import Policy
from nesa.untrusted import parse_whole

__all__ = ["download"]

_OK = 200
_PARTIAL = 206
_RANGE_WRONG = 416


async def download(url: str, target: Path, max_bytes: int, policy: Policy, progress: Callable[[int], None]) -> None:
    """Append to ``target`` what it lacks of ``url``, telling ``progress`` how many bytes it has.

    Raises:
        AddressRefusedError: the URL or a redirect leads to an address or scheme that is refused.
        DownloadError: not reachable, or longer than ``max_bytes``; what has arrived stays for a resumption.
    """
    try:
        async with _client(policy) as client:
            await _stream(client, url, target, max_bytes, progress)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise DownloadError(f"{_shown(url)} cannot be fetched: {reason}") from error
    except (httpx.InvalidURL, ValueError) as error:  # a host's name that no encoding admits is a ValueError
        raise DownloadError(f"{_shown(url)} is not an address") from error
    except OSError as error:
        raise DownloadError(f"{target} cannot be written: {error.strerror}") from error


def _shown(url: str) -> str:
    return url.partition("?")[0]  # a query may hold a signature


def _client(policy: Policy) -> httpx.AsyncClient:
    async def check_scheme(request: httpx.Request) -> None:
        if request.url.scheme != "https" and not (policy.allow_private and request.url.scheme == "http"):
            raise AddressRefusedError(f"{request.url.host} would be called by {request.url.scheme}, which is refused")

    return httpx.AsyncClient(
        transport=guarded_transport(allow_private=policy.allow_private, resolver=policy.resolver),
        timeout=policy.timeout,
        follow_redirects=True,
        max_redirects=policy.max_redirects,
        headers={"accept-encoding": "identity"},  # sizes are checked on what is stored, so nothing may inflate
        event_hooks={"request": [check_scheme]},
        trust_env=False,
    )


def _prefix(target: Path, max_bytes: int) -> int:
    size = target.stat().st_size if target.exists() else 0
    return size if size < max_bytes else 0  # a whole file's worth cannot be a proper prefix


async def _stream(
    client: httpx.AsyncClient, url: str, target: Path, max_bytes: int, progress: Callable[[int], None]
) -> None:
    have = await anyio.to_thread.run_sync(_prefix, target, max_bytes)
    headers = {"range": f"bytes={have}-"} if have else {}
    async with client.stream("GET", url, headers=headers) as response:
        if response.status_code == _RANGE_WRONG and have:
            await anyio.Path(target).unlink()
            raise DownloadError(f"{_shown(url)} changed while it was fetched; try again")
        if response.status_code not in {_OK, _PARTIAL}:
            raise DownloadError(f"{_shown(url)} cannot be fetched: the server answered {response.status_code}")
        resumes = response.status_code == _PARTIAL
        if resumes and not response.headers.get("content-range", "").startswith(f"bytes {have}-"):
            raise DownloadError(f"{_shown(url)} cannot be resumed: the server sent another range")
        done = have if resumes else 0
        if parse_whole(response.headers.get("content-length", "0"), max_bytes - done) is None:
            raise DownloadError(f"{_shown(url)} is larger than the {max_bytes} bytes expected")
        async with await anyio.open_file(target, "ab" if resumes else "wb") as file:
            async for chunk in response.aiter_raw():
                done += len(chunk)
                if done > max_bytes:
                    raise DownloadError(f"{_shown(url)} is larger than the {max_bytes} bytes expected")
                await file.write(chunk)
                progress(done)
