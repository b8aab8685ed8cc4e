"""C1: what a checked answer takes of the chain's blocks, in bytes of transactions.

A real network with six miners settles one job at a time, so that every transaction of the job module is the job's.
Busy miners put entries for several jobs into one transaction, which takes less.
"""

import json
import tempfile
from collections import Counter
from pathlib import Path

from e2e.cheats.network import NES
from nesa.chain import ChainClient, Key, KeyType
from nesa.client import CERTAIN, Client, JobRequest
from nesa.localnet import Topology, running
from nesa.models import Policy, Store
from nesa.proto.cosmos.tx.v1beta1.tx_pb2 import TxBody, TxRaw

__all__ = ["Taken", "bytes_of_checked_jobs"]

_PREFIX = "/nesa.job.v1.Msg"
_QUESTION = {"messages": [{"role": "user", "content": "What is a miner?"}]}
Taken = dict[str, int]
"""Bytes by the message that a transaction begins with."""


async def _taken(chain: ChainClient, first: int, last: int) -> Taken:
    """Add up the transactions of the job module in these blocks."""
    found: Counter[str] = Counter()
    for height in range(first, last + 1):
        for raw in (await chain.block(height)).txs:
            messages = TxBody.FromString(TxRaw.FromString(raw).body_bytes).messages
            if messages and messages[0].type_url.startswith(_PREFIX):
                found[messages[0].type_url.removeprefix(_PREFIX).lower()] += len(raw)
    return dict(found)


async def bytes_of_checked_jobs(models: Path, rounds: int) -> list[Taken]:
    """Return what each of so many checked jobs of the chat model took; the answers are its own."""
    user = Key.generate(KeyType.ETHEREUM)
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        root = Path(scratch)
        topology = Topology(accounts={user.address: 10_000 * NES}, models={"bench/chat": str(models / "chat-fp32")})
        store = Store(root / "store")
        store.add_folder(models / "chat-fp32")
        async with (
            running(topology, root / "net") as localnet,
            ChainClient(localnet.network) as chain,
            Client(localnet.network, user, store=store, policy=Policy(allow_private=True)) as client,
        ):
            found = []
            for _ in range(rounds):
                first = await chain.height()
                request = JobRequest("bench/chat", json.dumps(_QUESTION).encode(), check_bps=CERTAIN)
                submitted = await client.submit(await client.estimate(request), request.data)
                await client.wait(submitted.job_id)
                found.append(await _taken(chain, first + 1, await chain.height()))
        return found
