"""Which transactions are in blocks, found out by reading the blocks themselves.

A node's index may be off, late or wrong; blocks are what was agreed on. While anything is watched every block is read
once, in order, however many wait: so "not in any block up to h" is known for all of them.
"""

import anyio

from nesa.chain._node import Node, TxResult, result_of, tx_hash
from nesa.chain._tip import Tip
from nesa.chain._tx import SignedTx

__all__ = ["Inclusion"]


class Inclusion:
    """Looks for transactions in new blocks."""

    def __init__(self, node: Node, tip: Tip) -> None:
        self._node = node
        self._tip = tip
        self._lock = anyio.Lock()
        self._scanned = 0
        self._watched: dict[str, TxResult | None] = {}

    async def watch(self, tx: SignedTx, after: int) -> int:
        """Look for ``tx`` in blocks beyond ``after``, or a later height, which is returned.

        Call it before the first byte leaves: then no earlier block can hold the transaction.
        """
        async with self._lock:
            if not self._watched:
                self._scanned = max(after, self._scanned)
            self._watched.setdefault(tx.hash, None)
            return self._scanned

    def forget(self, tx: SignedTx) -> None:
        """Stop looking."""
        self._watched.pop(tx.hash, None)

    def found(self, tx: SignedTx) -> TxResult | None:
        """Return what became of ``tx`` if a block that was read holds it."""
        return self._watched.get(tx.hash)

    async def after(self, height: int) -> int:
        """Wait for a block beyond ``height``, read all up to it, and return the height of the last one read.

        Raises:
            ChainUnreachableError: a block cannot be had at the moment.
        """
        tip = await self._tip.after(height)
        async with self._lock:
            while self._scanned < tip:
                for result in await self._read(self._scanned + 1, set(self._watched)):
                    self._watched[result.hash] = result
                self._scanned += 1
            return self._scanned

    async def search(self, tx: SignedTx, upto: int) -> TxResult | None:
        """Read the blocks that may hold ``tx``, up to a height, and return its result if one does."""
        for height in range(tx.signed_height + 1, min(upto, tx.timeout_height) + 1):
            for result in await self._read(height, {tx.hash}):
                return result
        return None

    async def _read(self, height: int, wanted: set[str]) -> list[TxResult]:
        txs = (await self._node.block(height)).txs
        if not any(tx_hash(raw) in wanted for raw in txs):
            return []
        results = (await self._node.results(height)).txs_results
        return [
            result_of(raw, height, result) for raw, result in zip(txs, results, strict=True) if tx_hash(raw) in wanted
        ]
