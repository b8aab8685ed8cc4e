"""CometBFT's search: in which blocks something was announced. Only heights are taken from it."""

from collections.abc import Sequence
from typing import Any

import httpx
import orjson

from nesa.chain._errors import ChainUnreachableError

__all__ = ["Search"]

_PAGE = 100
_MAX_PAGES = 100


class Search:
    """Searches the index of an RPC endpoint; several are tried in turn."""

    def __init__(self, endpoints: Sequence[str], *, deadline: float) -> None:
        self._endpoints = tuple(endpoints)
        self._deadline = deadline

    async def heights(self, query: str) -> set[int]:
        """Return the heights of all blocks and transactions with events that match ``query``.

        Raises:
            ChainUnreachableError: no endpoint answers, or none keeps an index.
        """
        failure = "no RPC endpoint is configured"
        for endpoint in self._endpoints:
            try:
                async with httpx.AsyncClient(base_url=endpoint, timeout=self._deadline) as client:
                    blocks = [int(found["block"]["header"]["height"]) async for found in _all(client, "block", query)]
                    txs = [int(found["height"]) async for found in _all(client, "tx", query)]
            except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
                failure = f"{endpoint}: {error}"
            else:
                return {*blocks, *txs}
        raise ChainUnreachableError(f"The chain's events cannot be searched ({failure}).")


async def _all(client: httpx.AsyncClient, what: str, query: str) -> Any:  # noqa: ANN401 (an async generator of JSON)
    found = 0
    for page in range(1, _MAX_PAGES + 1):
        params = {"query": query, "page": str(page), "per_page": str(_PAGE), "order_by": "asc"}
        body = {"jsonrpc": "2.0", "id": 1, "method": f"{what}_search", "params": params}
        answer = orjson.loads((await client.post("/", json=body)).content)
        if "error" in answer:
            raise ValueError(answer["error"].get("data") or answer["error"].get("message"))
        entries = answer["result"][f"{what}s"]
        for entry in entries:
            yield entry
        found += len(entries)
        if not entries or found >= int(answer["result"]["total_count"]):
            return
