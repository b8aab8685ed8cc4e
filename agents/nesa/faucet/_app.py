"""The faucet's HTTP interface."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nesa.errors import NesaError
from nesa.faucet._limits import RateLimiter, Refused, account

__all__ = ["create_app"]

_MAX_BODY = 4096


def _json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")


@dataclass(frozen=True, slots=True)
class _Faucet:
    """Handlers of the two routes."""

    limiter: RateLimiter
    send: Callable[[str, int], Awaitable[str]]
    address: str

    async def describe(self, _: Request) -> Response:
        """Say what the faucet gives."""
        limits = self.limiter.limits
        return _json(
            {
                "address": self.address,
                "amount": str(limits.amount),
                "denom": "anes",
                "window_seconds": limits.window,
                "per_address": limits.per_address,
                "per_ip": limits.per_ip,
                "allow_list": bool(limits.allowed),
            }
        )

    async def give(self, request: Request) -> Response:  # noqa: PLR0911 - as many ways to refuse
        """Send one amount to the account that the body names."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY:
                return _json({"error": f"the body is larger than {_MAX_BODY} bytes"}, 413)
        try:
            address = account(orjson.loads(body)["address"])
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):  # the last two of what is no text
            return _json({"error": 'the body must be {"address": "nesa1…"}'}, 400)
        except NesaError as error:
            return _json({"error": str(error)}, 400)
        ip = request.client.host if request.client else "unknown"
        try:
            self.limiter.take(address, ip)
        except Refused as refused:
            if refused.retry_after is None:
                return _json({"error": str(refused)}, 403)
            return _json({"error": str(refused)}, 429, {"Retry-After": str(refused.retry_after)})
        try:
            tx_hash = await self.send(address, self.limiter.limits.amount)
        except NesaError as error:
            self.limiter.give_back(address, ip)
            return _json({"error": f"the faucet could not pay: {error}"}, 503)
        return _json({"tx_hash": tx_hash, "amount": str(self.limiter.limits.amount), "denom": "anes"})


def create_app(limiter: RateLimiter, send: Callable[[str, int], Awaitable[str]], address: str) -> Starlette:
    """Return the application: ``GET /`` describes the faucet, ``POST /`` with ``{"address": …}`` asks for coins.

    Args:
        limiter: who may have how much.
        send: sends an amount in anes to an account and returns the transaction's hash.
        address: the account that pays.
    """
    faucet = _Faucet(limiter, send, address)
    return Starlette(
        routes=[Route("/", faucet.describe, methods=["GET"]), Route("/", faucet.give, methods=["POST"])],
    )
