"""How one key of the in-memory chain sends: one sequence at a time, and the signature kept before a byte leaves."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import anyio

from nesa.chain import SignedTx, TxExpiredError, TxFailedError
from nesa.miner import Kind, Receipt
from nesa.miner._chain import OnSigned
from unit.miner.fakes import FakeChain
from unit.miner.records import TIMEOUT

Probe = Callable[[str], None]


class FakeSender:
    """A key of the fake chain. ``probe`` is told what it is about to do, and may raise."""

    def __init__(self, chain: FakeChain, address_: str, probe: Probe = lambda _: None) -> None:
        self.address = address_
        self._chain = chain
        self._probe = probe
        self._lock = anyio.Lock()

    async def submit(self, kind: Kind, entries: Sequence[Any], seats: Sequence[int], on_signed: OnSigned) -> Receipt:
        assert len(seats) == len(entries)
        chain = self._chain
        async with self._lock:
            waiting = [tx.sequence for who, tx, *_ in map(chain.wire.__getitem__, chain.mempool) if who == self.address]
            sequence = max([chain.sequences.get(self.address, 0), *(number + 1 for number in waiting)])
            raw = f"{self.address} {sequence} {chain.height} {len(chain.wire)}".encode()
            hash_ = hashlib.sha256(raw).hexdigest()
            signed = SignedTx(raw, hash_, sequence, chain.height, chain.height + TIMEOUT)
            chain.wire[hash_] = (self.address, signed, kind, tuple(entries))
            await on_signed(signed)
            self._probe(f"signed {kind.value}")
            self._broadcast(signed)
            self._probe(f"sent {kind.value}")
        receipt = await self._wait([signed])
        self._probe(f"acknowledged {kind.value}")
        return receipt

    async def resume(self, attempts: Sequence[SignedTx]) -> Receipt:
        for signed in attempts:
            if signed.hash not in self._chain.included:
                self._broadcast(signed)
        self._probe("resumed")
        return await self._wait(attempts)

    def _broadcast(self, signed: SignedTx) -> None:
        _, _, kind, entries = self._chain.wire[signed.hash]
        self._chain.offered += [(kind, entry) for entry in entries]
        if signed.hash not in self._chain.mempool:
            self._chain.mempool.append(signed.hash)

    async def _wait(self, attempts: Sequence[SignedTx]) -> Receipt:
        chain = self._chain
        while True:
            for signed in attempts:
                match chain.included.get(signed.hash):
                    case Receipt() as receipt:
                        return receipt
                    case TxFailedError() as error:
                        raise error
            alive = [
                signed
                for signed in attempts
                if signed.timeout_height > chain.height and signed.sequence >= chain.sequences.get(self.address, 0)
            ]
            if not alive:
                raise TxExpiredError("not included")
            await chain._next.wait()
