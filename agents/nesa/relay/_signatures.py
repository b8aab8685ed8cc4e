"""Checking signatures of chain keys."""

import hashlib

from coincurve import PublicKey
from coincurve.ecdsa import cdata_to_der, deserialize_compact
from Crypto.Hash import RIPEMD160

from nesa.chain import KeyType, encode_address

__all__ = ["address_of", "verify"]


def address_of(public_key: bytes, key_type: KeyType) -> str:
    """Return the address of a compressed public key.

    Raises:
        ValueError: not a public key.
    """
    point = PublicKey(public_key)
    if key_type is KeyType.COSMOS:
        raw = RIPEMD160.new(hashlib.sha256(point.format()).digest()).digest()
    else:
        raw = KeyType.ETHEREUM.digest(point.format(compressed=False)[1:])[-20:]
    return encode_address(raw)


def verify(public_key: bytes, key_type: KeyType, data: bytes, signature: bytes) -> bool:
    """Tell whether ``signature``, 64 bytes with s in the lower half, was made over ``data`` by that key."""
    try:
        der = cdata_to_der(deserialize_compact(signature))
        return bool(PublicKey(public_key).verify(der, key_type.digest(data), hasher=None))
    except ValueError:
        return False
