"""Relays keep blobs that are too large for the chain: by digest, for a time, for accounts that the chain knows."""

from nesa.relay._client import Blobs
from nesa.relay._config import RelayConfig
from nesa.relay._login import Signer
from nesa.relay._server import run_relay
from nesa.relay._service import Limits
from nesa.relay._uploaders import ChainUploaders, FixedUploaders, Uploaders
from nesa.relay._uri import BlobUri

__all__ = [
    "BlobUri",
    "Blobs",
    "ChainUploaders",
    "FixedUploaders",
    "Limits",
    "RelayConfig",
    "Signer",
    "Uploaders",
    "run_relay",
]
