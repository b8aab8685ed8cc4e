"""Ask a test network's faucet for coins."""

from dataclasses import dataclass

import httpx
import orjson

from nesa.chain import Network
from nesa.client._errors import FaucetError
from nesa.untrusted import clean, parse_whole

__all__ = ["Gift", "ask_faucet"]

_TIMEOUT = 30.0
_MAX_REASON = 300  # characters of a stranger's text
_MAX_AMOUNT = 10**60 - 1


@dataclass(frozen=True, slots=True)
class Gift:
    """Coins from a faucet: the amount in anes, and the transaction that brought them."""

    address: str
    amount: int
    tx_hash: str


async def ask_faucet(network: Network, address: str) -> Gift:
    """Ask the network's faucet to send coins to ``address`` and wait until they are there.

    Raises:
        FaucetError: the network has none, it cannot be reached, refuses, or answers with something else.
    """
    if not network.faucet:
        raise FaucetError("this network has no faucet")
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            answer = await client.post(network.faucet, json={"address": address})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FaucetError(f"the faucet at {network.faucet} cannot be reached: {type(error).__name__}") from error
    body = _body(answer)
    reason = body.get("error")
    if answer.is_error and isinstance(reason, str) and reason:
        raise FaucetError(f"the faucet refused: {clean(reason[:_MAX_REASON])}")
    amount, tx_hash = parse_whole(str(body.get("amount")), _MAX_AMOUNT), body.get("tx_hash")
    if answer.is_error or amount is None or not isinstance(tx_hash, str):
        raise FaucetError(
            f"the faucet at {network.faucet} answered with HTTP {answer.status_code} and neither a gift nor a reason"
        )
    return Gift(address, amount, tx_hash)


def _body(answer: httpx.Response) -> dict[str, object]:
    """Return an answer's JSON object, or an empty one: a proxy's page says nothing of a gift."""
    try:
        body = orjson.loads(answer.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
