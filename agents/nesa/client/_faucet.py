"""Ask a test network's faucet for coins."""

from dataclasses import dataclass

import httpx
import orjson

from nesa.chain import Network
from nesa.client._errors import FaucetError

__all__ = ["Gift", "ask_faucet"]

_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Gift:
    """Coins from a faucet: the amount in anes, and the transaction that brought them."""

    address: str
    amount: int
    tx_hash: str


async def ask_faucet(network: Network, address: str) -> Gift:
    """Ask the network's faucet to send coins to ``address`` and wait until they are there.

    Raises:
        FaucetError: the network has none, it cannot be reached, or it refuses.
    """
    if not network.faucet:
        raise FaucetError("this network has no faucet")
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            answer = await client.post(network.faucet, json={"address": address})
        body = orjson.loads(answer.content)
    except (httpx.HTTPError, ValueError) as error:
        raise FaucetError(f"the faucet at {network.faucet} cannot be reached: {type(error).__name__}") from error
    if answer.is_error:
        raise FaucetError(f"the faucet refused: {body.get('error', answer.reason_phrase)}")
    return Gift(address, int(body["amount"]), body["tx_hash"])
