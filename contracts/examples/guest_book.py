"""From nothing to a callback: two accounts, a guest book, an entry, the model's verdict.

usage: python contracts/examples/guest_book.py NETWORK.json [TEXT]
"""

import asyncio
import sys
from pathlib import Path

from nesa.chain import Account, CallbackState, Key, KeyType, Network
from nesa.client import Client, JobRequest, ask_faucet
from nesa.evm import call_back, connect, deploy, transact

BUILT = Path(__file__).parents[1] / "out" / "GuestBook.sol" / "GuestBook.json"
MODEL = "nesa/file-type"
TEXT = "It was a lovely stay. The garden is quiet, the bread is good, and the hosts know every path of the valley."
STATES = ("none", "waiting", "shown", "rejected", "undecided")


async def main(network: Network, text: str) -> None:
    """Deploy, sign, wait, call back, read."""
    visitor = Key.generate(KeyType.ETHEREUM)  # what MetaMask has
    somebody = Key.generate(KeyType.COSMOS)  # what Keplr has; anybody may make the callback
    for key in (visitor, somebody):
        await ask_faucet(network, key.address)
    web3 = connect(network)
    async with Client(network, visitor) as client:
        chain, asked = client.chain, await client.estimate(JobRequest(MODEL, text.encode()))
        version, bid, check = asked.version.id, asked.terms.price, asked.terms.assurance.check_bps
        book = await deploy(web3, visitor, BUILT, version, bid, check, "txt", 500_000)  # text, with 50 % certainty
        print("guest book ", book.address)

        price = await book.functions.quote(text).call()
        data = book.encode_abi("sign", [text])
        receipt = await transact(web3, visitor, {"to": book.address, "data": data, "value": price})
        job_id = next(int(log["topics"][1].hex(), 16) for log in receipt["logs"] if log["address"] == book.address)
        print("signed     ", f"job {job_id}, {price / 10**18:.4f} NES, {receipt['gasUsed']} gas")

        async for _ in chain.blocks():
            entry = await chain.callbacks.entry(job_id)
            if entry.state is CallbackState.READY:
                break
        print("job is over", entry.answer.output.decode() if entry.answer else "")

        called = await call_back(Account(chain, somebody), job_id)
        print("called back", f"{called.gas_used} gas, {called.fee / 10**18:.6f} NES earned")
        print("the entry is", STATES[(await book.functions.entries(job_id).call())[1]])


if __name__ == "__main__":
    arguments = dict(enumerate(sys.argv[1:]))
    if not arguments:
        sys.exit("usage: python guest_book.py NETWORK.json [TEXT]")
    asyncio.run(main(Network.load(Path(arguments[0])), arguments.get(1, TEXT)))
