"""Errors of the client."""

from nesa.errors import NesaError

__all__ = ["ClientError", "FaucetError", "NoResultError", "ReceiptError", "RequestError"]


class ClientError(NesaError):
    """Base of this package's errors."""


class RequestError(ClientError):
    """A request would be refused: its model, its input or its price."""


class NoResultError(ClientError):
    """A job has no output: not yet, or it ended without one."""


class ReceiptError(ClientError):
    """A receipt is not what it claims, or cannot be made."""


class FaucetError(ClientError):
    """A faucet refused, or cannot be reached."""
