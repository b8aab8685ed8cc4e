"""Sending transactions: many at once from one account, and none of them twice.

What makes a payment happen twice is signing it anew under another sequence while the first signature may still be
included. So messages are signed anew only when all that was signed for them before is dead: a node refused it and no
reply was lost; or the account's sequence in a block's state has passed it by and no block up to there holds it; or the
height until which it was valid has passed, and no block holds it. Until one of these is known the same bytes are
offered again, which cannot do harm.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import anyio
from google.protobuf.message import Message

from nesa.chain._broadcast import Broadcaster
from nesa.chain._client import ChainClient
from nesa.chain._errors import (
    ChainUnreachableError,
    FeeTooLowError,
    NotFoundError,
    SequenceError,
    TxExpiredError,
    TxFailedError,
    TxUnknownError,
    tx_failed,
)
from nesa.chain._keys import Key
from nesa.chain._node import TxResult
from nesa.chain._transport import RefusedError
from nesa.chain._tx import Packed, SignedTx, pack, sign

__all__ = ["Account", "OnSigned"]

OnSigned = Callable[[SignedTx], Awaitable[None]]

_MEMPOOL_FULL = ("sdk", 20)
_RESEND_BLOCKS = 3
_PAUSE = 0.2
_SIMULATIONS = 3
_MAX_GAS = 50_000_000  # for simulation; what is paid for is what it finds
_FEE_GAS = 20_000  # what taking the fee costs: simulated transactions carry none
_PRICE_SECONDS = 60.0


@dataclass(slots=True)
class _Intent:
    """Messages on their way, with all that was signed for them and may still be included."""

    messages: Sequence[Packed] = ()
    memo: str = ""
    gas: int = 0
    on_signed: OnSigned | None = None
    loose: list[SignedTx] = field(default_factory=list)
    refusal: TxFailedError | None = None
    offered: int = 0
    repriced: bool = False


class Account:
    """An account that sends. Have one for each key and process: it knows which sequences are in use.

    Args:
        chain: the chain's client, entered.
        key: the account's key.
        fee_granter: whose fee allowance pays for gas; the account itself when empty.
        gas_factor: how much more gas is allowed for than a simulation takes, to two decimals.
        patience: seconds after which it is given up to find out what became of a transaction.
        timeout_blocks: for how many blocks a signature is valid.
    """

    def __init__(
        self,
        chain: ChainClient,
        key: Key,
        *,
        fee_granter: str = "",
        gas_factor: float = 1.4,
        patience: float = 120.0,
        timeout_blocks: int = 30,
    ) -> None:
        self.key = key
        self._chain = chain
        self._broadcaster = Broadcaster(chain.transport)
        self._granter = fee_granter
        self._gas_percent = round(100 * gas_factor)
        self._patience = patience
        self._timeout_blocks = timeout_blocks
        self._lock = anyio.Lock()
        self._number: int | None = None
        self._sequence: int | None = None
        self._flying: dict[int, _Intent] = {}
        self._committed = (0, 0)  # height, sequence in its state
        self._price = (0, -_PRICE_SECONDS)

    @property
    def address(self) -> str:
        """The account's address."""
        return self.key.address

    async def send(
        self, *messages: Message, memo: str = "", gas: int | None = None, on_signed: OnSigned | None = None
    ) -> TxResult:
        """Send messages in one transaction, all or nothing, and wait until it is in a block.

        Args:
            messages: see `nesa.chain.messages`.
            memo: a public note.
            gas: the most gas it may take; found by simulation when absent.
            on_signed: called with each signature before its first byte leaves; a journal writes it down.

        Raises:
            TxFailedError: it was refused, or failed in a block.
            TxUnknownError: it could not be found out in time; hand its attempts to `resume`.
            ChainUnreachableError: no node could be reached, and nothing was sent.
        """
        intent = _Intent(tuple(map(pack, messages)), memo, gas or 0, on_signed)
        try:
            with anyio.fail_after(self._patience):
                if not intent.gas:
                    intent.gas = await self._estimate(intent)
                await self._enter(intent)
                return await self._settle(intent)
        except TimeoutError:
            raise self._gave_up(intent) from None
        finally:
            self._drop(intent)

    async def resume(self, *attempts: SignedTx) -> TxResult:
        """Find out what became of a transaction that was signed earlier, and offer it again while it is valid.

        Args:
            attempts: all that was signed for the same messages.

        Raises:
            TxExpiredError: it is not in a block and never will be; its messages can be sent anew.
            TxFailedError: it failed in a block.
            TxUnknownError: it could not be found out in time.
        """
        intent = _Intent(loose=list(attempts))
        try:
            with anyio.fail_after(self._patience):
                tip = await self._chain.height()
                for attempt in attempts:
                    self._flying.setdefault(attempt.sequence, intent)
                    watched = await self._chain.inclusion.watch(attempt, tip)
                    result = await self._chain.inclusion.search(attempt, watched)
                    if result is not None:
                        return self._finish(attempt, result)
                return await self._settle(intent)
        except TimeoutError:
            raise self._gave_up(intent) from None
        finally:
            self._drop(intent)

    # ---------------------------------------------------------------- signing

    async def simulate(self, *messages: Message, memo: str = "") -> int:
        """Return the gas that messages would take now, without any allowance.

        Raises:
            TxFailedError: they would fail; nothing has been sent.
        """
        return await self._simulate(_Intent(tuple(map(pack, messages)), memo))

    async def estimate(self, *messages: Message, memo: str = "") -> int:
        """Return the gas that `send` would allow for messages: what they take now, and some more.

        Raises:
            TxFailedError: they would fail; nothing has been sent.
        """
        return await self._estimate(_Intent(tuple(map(pack, messages)), memo))

    async def _simulate(self, intent: _Intent) -> int:
        for last in range(_SIMULATIONS):
            number, sequence = await self._identity()
            attempt = sign(
                self.key,
                intent.messages,
                chain_id=self._chain.network.chain_id,
                number=number,
                sequence=sequence,
                gas=_MAX_GAS,
                fee=0,
                denom=self._chain.network.denom,
                memo=intent.memo,
                granter=self._granter,
            )
            try:
                return await self._broadcaster.simulate(attempt)
            except SequenceError:  # a block came between the two questions
                if last == _SIMULATIONS - 1:
                    raise
        raise AssertionError  # unreachable: the last round returns or raises

    async def _estimate(self, intent: _Intent) -> int:
        return await self._simulate(intent) * self._gas_percent // 100 + _FEE_GAS

    async def _identity(self) -> tuple[int, int]:
        """Return the account's number and the sequence in the newest state."""
        info = await self._chain.auth.account(self.address)
        if info is None:
            raise NotFoundError(f"The account {self.address} does not exist yet; send it some coins first.")
        self._number = info.number
        return info.number, info.sequence

    async def _gas_price(self) -> int:
        price, asked = self._price
        if anyio.current_time() - asked >= _PRICE_SECONDS:
            price = await self._chain.gas.price()
            self._price = (price, anyio.current_time())
        return price

    async def _sign(self, intent: _Intent, sequence: int) -> SignedTx:
        height = await self._chain.height()
        price = await self._gas_price()
        if self._number is None:
            await self._identity()
        attempt = sign(
            self.key,
            intent.messages,
            chain_id=self._chain.network.chain_id,
            number=self._number or 0,
            sequence=sequence,
            gas=intent.gas,
            fee=intent.gas * price,
            denom=self._chain.network.denom,
            memo=intent.memo,
            granter=self._granter,
            signed_height=height,
            timeout_height=height + self._timeout_blocks,
        )
        if intent.on_signed is not None:
            await intent.on_signed(attempt)
        return attempt

    # ---------------------------------------------------------------- sending

    def _free(self) -> int | None:
        """Return the lowest sequence that no transaction of ours uses, as far as is known."""
        sequence = self._sequence
        while sequence is not None and sequence in self._flying:
            sequence += 1
        return sequence

    async def _enter(self, intent: _Intent) -> None:
        """Sign and offer until a node has it or may have it. Nothing of the intent is loose when this is called."""
        async with self._lock:
            while True:
                if self._sequence is None:
                    _, self._sequence = await self._identity()
                sequence = self._free() or 0
                attempt = await self._sign(intent, sequence)
                self._flying[sequence] = intent
                intent.loose.append(attempt)
                await self._chain.inclusion.watch(attempt, attempt.signed_height)
                answer = await self._broadcaster.offer(attempt)
                intent.offered = attempt.signed_height
                intent.refusal = answer.refusal or intent.refusal
                if answer.loose:
                    return
                self._drop(intent)
                if answer.refusal is None:
                    raise ChainUnreachableError(
                        f"No node of {self._chain.network.chain_id} can be reached, and nothing was sent; "
                        "check the endpoints and try again."
                    )
                await self._after_refusal(intent, answer.refusal, attempt)

    async def _after_refusal(self, intent: _Intent, refusal: TxFailedError, attempt: SignedTx) -> None:
        """Return when it is worth while to sign again; otherwise raise the refusal."""
        if isinstance(refusal, SequenceError) or (refusal.codespace, refusal.code) == _MEMPOOL_FULL:
            # Another program used the key, or a node forgot or has yet to see a transaction before this one.
            self._sequence = None
            await self._chain.wait_height(attempt.signed_height + 1)
        elif isinstance(refusal, FeeTooLowError) and not intent.repriced:
            intent.repriced = True
            self._price = (0, -_PRICE_SECONDS)
        else:
            raise refusal

    async def _settle(self, intent: _Intent) -> TxResult:
        """Wait until something of the intent is in a block; sign anew when all of it is dead."""
        seen = 0
        while True:
            try:
                seen = await self._chain.inclusion.after(seen or min(tx.signed_height for tx in intent.loose))
                for attempt in intent.loose:
                    result = self._chain.inclusion.found(attempt)
                    if result is not None:
                        return self._finish(attempt, result)
                if await self._dead(intent, seen):
                    result = await self._second_opinion(intent)
                    if result is not None:
                        return result
                    if not intent.messages:
                        raise TxExpiredError(
                            "The transaction was not included and never can be; it is safe to send its messages anew."
                        )
                    self._drop(intent)
                    self._sequence = None
                    await self._enter(intent)
                elif seen - intent.offered >= _RESEND_BLOCKS:
                    await self._offer_again(intent, seen)
            except ChainUnreachableError:
                if not intent.loose:
                    raise
                await anyio.sleep(_PAUSE)

    async def _dead(self, intent: _Intent, seen: int) -> bool:
        """Return whether nothing of the intent, not in a block up to ``seen``, can be in a later one."""
        if all(attempt.timeout_height <= seen for attempt in intent.loose):
            return True
        if self._committed[0] < seen:
            info = await self._chain.auth.account(self.address, height=seen)
            self._committed = (seen, info.sequence if info else 0)
        height, sequence = self._committed
        return height <= seen and all(
            attempt.sequence < sequence or attempt.timeout_height <= seen for attempt in intent.loose
        )

    async def _second_opinion(self, intent: _Intent) -> TxResult | None:
        """Ask every endpoint's index before a signature is declared dead: one node's blocks may be a lie."""
        for attempt in intent.loose:
            try:
                result = await self._chain.tx(attempt.hash)
            except RefusedError:  # a node that keeps no index has no opinion
                continue
            if result is not None:
                return self._finish(attempt, result)
        return None

    async def _offer_again(self, intent: _Intent, seen: int) -> None:
        intent.offered = seen
        for attempt in intent.loose:
            if attempt.timeout_height > seen:
                await self._broadcaster.offer(attempt)

    # ---------------------------------------------------------------- ends

    def _finish(self, attempt: SignedTx, result: TxResult) -> TxResult:
        if self._sequence is not None:
            self._sequence = max(self._sequence, attempt.sequence + 1)
        if result.code:
            raise tx_failed(
                code=result.code,
                codespace=result.codespace,
                log=result.log,
                tx_hash=result.hash,
                height=result.height,
            )
        return result

    def _drop(self, intent: _Intent) -> None:
        """Forget what was signed for an intent."""
        for sequence in [sequence for sequence, found in self._flying.items() if found is intent]:
            del self._flying[sequence]
        for attempt in intent.loose:
            self._chain.inclusion.forget(attempt)
        intent.loose.clear()

    def _gave_up(self, intent: _Intent) -> Exception:
        if intent.loose:
            return TxUnknownError(
                f"It could not be found out within {self._patience:g} s what became of transaction "
                f"{intent.loose[-1].hash}; it may still be included.",
                intent.loose,
            )
        return intent.refusal or ChainUnreachableError(
            f"The chain {self._chain.network.chain_id} did not answer within {self._patience:g} s; nothing was sent."
        )
