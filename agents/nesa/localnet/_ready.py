"""Whether the parts of a network really answer."""

from collections.abc import Awaitable, Callable

import anyio
import httpx

from nesa.chain import ChainClient, Network
from nesa.errors import NesaError

__all__ = [
    "chain_answers",
    "http_answers",
    "json_rpc_answers",
    "miner_eligible",
    "node_makes_blocks",
    "relay_answers",
    "until",
]

_INTERVAL = 0.1
_TIMEOUT = 2.0


class _NotYetError(NesaError):
    """A probe was answered, but not as a ready service would."""


async def until(what: str, probe: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Call ``probe`` until it raises nothing.

    Raises:
        NesaError: it still raised after ``seconds``.
    """
    reason = "no answer"
    with anyio.move_on_after(seconds):
        while True:
            try:
                return await probe()
            except (NesaError, httpx.HTTPError, OSError, ValueError, KeyError) as error:
                reason = str(error) or type(error).__name__
            await anyio.sleep(_INTERVAL)
    raise NesaError(f"{what} is not ready after {seconds:g} seconds: {reason}")


async def node_makes_blocks(client: httpx.AsyncClient, port: int, height: int) -> None:
    """Succeed once the node at this RPC port has passed ``height`` and is not catching up."""
    answer = await client.get(f"http://127.0.0.1:{port}/status", timeout=_TIMEOUT)
    sync = answer.json()["result"]["sync_info"]
    if sync["catching_up"] or int(sync["latest_block_height"]) < height:
        raise _NotYetError(f"it is at height {sync['latest_block_height']}")


async def json_rpc_answers(client: httpx.AsyncClient, port: int) -> None:
    """Succeed once Ethereum's interface tells its chain id and a block number."""
    calls: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 1, "method": method, "params": []} for method in ("eth_chainId", "eth_blockNumber")
    ]
    for call in calls:
        answer = await client.post(f"http://127.0.0.1:{port}", json=call, timeout=_TIMEOUT)
        int(answer.json()["result"], 16)


async def http_answers(client: httpx.AsyncClient, url: str) -> None:
    """Succeed once ``url`` gives a good answer."""
    answer = await client.get(url, timeout=_TIMEOUT)
    answer.raise_for_status()


async def chain_answers(network: Network) -> None:
    """Succeed once gRPC answers from the modules."""
    async with ChainClient(network, deadline=_TIMEOUT) as chain:
        await chain.height()
        await chain.jobs.params()


async def relay_answers(port: int) -> None:
    """Succeed once a NATS server greets at this port."""
    with anyio.fail_after(_TIMEOUT):
        async with await anyio.connect_tcp("127.0.0.1", port) as stream:
            if not (await stream.receive()).startswith(b"INFO "):
                raise _NotYetError("something else than a relay answers")


async def miner_eligible(chain: ChainClient, owner: str, versions: int) -> None:
    """Succeed once a miner is registered, has slots in the present epoch and serves so many versions."""
    info = await chain.miners.get(owner)
    if info.slots == 0 or info.miner.jailed_until:
        raise _NotYetError("it has no slot in this epoch")
    if len([served async for served in chain.miners.served(miner=owner)]) < versions:
        raise _NotYetError("it does not serve the models yet")
