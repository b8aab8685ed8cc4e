"""What can go wrong between here and a contract."""

from nesa.errors import NesaError

__all__ = ["EvmError", "RevertedError"]


class EvmError(NesaError):
    """JSON-RPC cannot be used, or answers something odd."""


class RevertedError(EvmError):
    """A contract refused a call; its reason is the text."""
