"""Handing transactions to nodes, and finding out what gas they need."""

import re
from dataclasses import dataclass

from nesa.chain._errors import ChainUnreachableError, InvalidRequestError, TxFailedError, tx_failed
from nesa.chain._transport import NotSentError, RefusedError, Transport
from nesa.chain._tx import SignedTx
from nesa.proto.cosmos.tx.v1beta1 import service_pb2

__all__ = ["Answer", "Broadcaster"]

_BROADCAST = "/cosmos.tx.v1beta1.Service/BroadcastTx"
_SIMULATE = "/cosmos.tx.v1beta1.Service/Simulate"
_KNOWN_CODE = 19  # the SDK's "tx already in mempool"
_KNOWN_TEXT = ("already seen", "already exists in cache")
_PATTERNS = (
    (re.compile(r"insufficient funds|is smaller than|insufficient spendable"), 5),
    (re.compile(r"out of gas"), 11),
    (re.compile(r"insufficient fee"), 13),
    (re.compile(r"account sequence mismatch|incorrect account sequence"), 32),
)
_CODE = re.compile(r"codespace (?P<space>\S+) code (?P<code>[0-9]+): (?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What nodes said to a transaction.

    Attributes:
        held: a node has it.
        lost: a node may have it: its reply did not arrive.
        refusal: why a node did not take it.
    """

    held: bool = False
    lost: bool = False
    refusal: TxFailedError | None = None

    @property
    def loose(self) -> bool:
        """Whether it may end up in a block."""
        return self.held or self.lost


class Broadcaster:
    """Sends bytes to one endpoint after another until one takes or refuses them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def offer(self, tx: SignedTx) -> Answer:
        """Offer a transaction; the same bytes may be offered again and again."""
        request = service_pb2.BroadcastTxRequest(tx_bytes=tx.raw, mode=service_pb2.BROADCAST_MODE_SYNC)
        count, first, lost = self._transport.endpoints, self._transport.preferred, False
        for step in range(count):
            try:
                answer = await self._transport.call(
                    _BROADCAST, request, service_pb2.BroadcastTxResponse, endpoint=(first + step) % count
                )
            except NotSentError:
                continue
            except (ChainUnreachableError, RefusedError, InvalidRequestError) as error:
                if any(text in str(error) for text in _KNOWN_TEXT):
                    return Answer(held=True, lost=lost)
                lost = True
                continue
            found = answer.tx_response
            if found.code in {0, _KNOWN_CODE} and found.codespace in {"", "sdk"}:
                return Answer(held=True, lost=lost)
            refusal = tx_failed(code=found.code, codespace=found.codespace, log=found.raw_log, tx_hash=tx.hash)
            return Answer(lost=lost, refusal=refusal)
        return Answer(lost=lost)

    async def simulate(self, tx: SignedTx) -> int:
        """Return the gas that a transaction would take now.

        Raises:
            TxFailedError: it would fail; nothing has been sent.
        """
        request = service_pb2.SimulateRequest(tx_bytes=tx.raw)
        try:
            answer = await self._transport.call(_SIMULATE, request, service_pb2.SimulateResponse)
        except (RefusedError, InvalidRequestError) as error:
            raise _would_fail(str(error), tx.hash) from None
        return answer.gas_info.gas_used


def _would_fail(text: str, tx_hash: str) -> TxFailedError:
    match = _CODE.search(text)
    if match:
        return tx_failed(code=int(match["code"]), codespace=match["space"], log=match["text"], tx_hash=tx_hash)
    code = next((code for pattern, code in _PATTERNS if pattern.search(text)), 1)
    return tx_failed(code=code, codespace="sdk" if code > 1 else "undefined", log=text, tx_hash=tx_hash)
