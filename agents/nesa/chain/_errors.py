"""Errors of the chain client: each one's text says what happened and what to do next."""

import re
from typing import TYPE_CHECKING

from nesa.errors import NesaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nesa.chain._tx import SignedTx

__all__ = [
    "AmountError",
    "ChainError",
    "ChainUnreachableError",
    "FeeTooLowError",
    "InsufficientFundsError",
    "InvalidRequestError",
    "KeyFormatError",
    "KeystoreError",
    "NotFoundError",
    "OutOfGasError",
    "SequenceError",
    "TxExpiredError",
    "TxFailedError",
    "TxUnknownError",
    "WrongChainError",
    "tx_failed",
]


# The SDK appends where in the node's source an error arose: of no use to who asked, and a path of somebody's machine.
_SOURCE = re.compile(r"\s*\[[^\[\]\s]+\.go:\d+\]")


class ChainError(NesaError):
    """Base of the errors that have to do with the chain."""


class ChainUnreachableError(ChainError):
    """No endpoint answered in time."""


class NotFoundError(ChainError):
    """The chain does not hold what was asked for."""


class InvalidRequestError(ChainError):
    """The chain refused a query."""


class WrongChainError(ChainError):
    """An endpoint belongs to another chain."""


class KeyFormatError(ChainError):
    """A mnemonic, a private key or an address cannot be read."""


class KeystoreError(ChainError):
    """A stored key is missing, exists already, is damaged or was encrypted under another password."""


class AmountError(ChainError, ValueError):
    """A text is no amount, or not a whole number of base units."""


class TxFailedError(ChainError):
    """A transaction was refused, or was included and failed.

    Attributes:
        code: the error's number within its codespace.
        codespace: the module whose error it is.
        log: the chain's own words.
        tx_hash: the transaction's hash in upper-case hexadecimal digits.
        height: the block that holds it; 0 when it was refused and cost nothing.
    """

    advice = ""

    def __init__(self, *, code: int, codespace: str, log: str, tx_hash: str, height: int = 0) -> None:
        where = f"failed in block {height}" if height else "was refused"
        reason = _SOURCE.sub("", log).strip().rstrip(".") or f"error {code} of {codespace}"
        advice = f"; {self.advice}" if self.advice else ""
        super().__init__(f"Transaction {tx_hash} {where}: {reason}{advice}.")
        self.code = code
        self.codespace = codespace
        self.log = log
        self.tx_hash = tx_hash
        self.height = height


class InsufficientFundsError(TxFailedError):
    """The account cannot pay the amount or the fee."""

    advice = "put coins on the account and send it again"


class OutOfGasError(TxFailedError):
    """The transaction needed more gas than it allowed for."""

    advice = "send it again with a higher gas limit or gas factor"


class SequenceError(TxFailedError):
    """The account's sequence was not the one signed."""

    advice = "another program uses the same key; give each program a key of its own"


class FeeTooLowError(TxFailedError):
    """The fee is below what validators ask for."""

    advice = "raise the gas price"


class TxExpiredError(ChainError):
    """A signed transaction was not included and never can be: it is safe to send its messages anew."""


class TxUnknownError(ChainError):
    """It could not be found out in time what became of a transaction.

    Attributes:
        attempts: what was signed; hand it to `Account.resume` before sending the same messages anew.
    """

    def __init__(self, message: str, attempts: "Sequence[SignedTx]") -> None:
        super().__init__(message)
        self.attempts = tuple(attempts)


_SDK = {
    5: InsufficientFundsError,
    11: OutOfGasError,
    13: FeeTooLowError,
    32: SequenceError,
}


def tx_failed(*, code: int, codespace: str, log: str, tx_hash: str, height: int = 0) -> TxFailedError:
    """Return the error that belongs to a transaction's code."""
    kind = _SDK.get(code, TxFailedError) if codespace == "sdk" else TxFailedError
    return kind(code=code, codespace=codespace, log=log, tx_hash=tx_hash, height=height)
