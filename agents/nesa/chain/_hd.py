"""BIP-32: private keys from a seed along a path."""

import hashlib
import hmac
import re

from coincurve import PrivateKey

from nesa.chain._errors import KeyFormatError

__all__ = ["derive"]

_HARDENED = 1 << 31
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_STEP = re.compile(r"([0-9]{1,10})(['h]?)")


def _indices(path: str) -> list[int]:
    root, *steps = path.split("/")
    matches = [_STEP.fullmatch(step) for step in steps]
    if root != "m" or None in matches:
        raise KeyFormatError(f"{path!r} is no derivation path; write one like m/44'/118'/0'/0/0.")
    found = [(int(match[1]), bool(match[2])) for match in matches if match is not None]
    if any(number >= _HARDENED for number, _ in found):
        raise KeyFormatError(f"{path!r} holds a number of 2^31 or more.")
    return [number + _HARDENED * hardened for number, hardened in found]


def _split(key: bytes, data: bytes) -> tuple[int, bytes]:
    digest = hmac.digest(key, data, hashlib.sha512)
    return int.from_bytes(digest[:32], "big"), digest[32:]


def derive(seed: bytes, path: str) -> bytes:
    """Return the 32-byte private key at ``path`` below a seed of 16 to 64 bytes.

    Raises:
        KeyFormatError: the path cannot be read, or (with probability 2^-127) has no key.
    """
    secret, chain_code = _split(b"Bitcoin seed", seed)
    for index in [None, *_indices(path)]:
        if index is not None:
            parent = secret.to_bytes(32, "big")
            head = b"\0" + parent if index >= _HARDENED else PrivateKey(parent).public_key.format()
            tweak, chain_code = _split(chain_code, head + index.to_bytes(4, "big"))
            secret = 0 if tweak >= _ORDER else (secret + tweak) % _ORDER
        if not 0 < secret < _ORDER:
            raise KeyFormatError(f"There is no key at {path!r} below this seed; use another index.")
    return secret.to_bytes(32, "big")
