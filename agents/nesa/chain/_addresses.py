"""Addresses: the same 20 bytes as ``nesa1…`` and as ``0x…``."""

import bech32
from Crypto.Hash import keccak

from nesa.chain._errors import KeyFormatError

__all__ = ["PREFIX", "decode_address", "encode_address", "evm_address", "from_evm_address", "keccak256"]

PREFIX = "nesa"

_LENGTH = 20
_HEX_DIGITS = 2 * _LENGTH
_UPPER_FROM = 8


def keccak256(data: bytes) -> bytes:
    """Return Ethereum's hash of ``data``, 32 bytes."""
    return keccak.new(digest_bits=256, data=data).digest()


def encode_address(data: bytes, prefix: str = PREFIX) -> str:
    """Return raw address bytes in bech32."""
    words = bech32.convertbits(data, 8, 5)
    return str(bech32.bech32_encode(prefix, words or []))


def decode_address(address: str, prefix: str = PREFIX) -> bytes:
    """Return the 20 bytes of a bech32 address.

    Raises:
        KeyFormatError: it is mistyped, or belongs to something else.
    """
    found, words = bech32.bech32_decode(address)
    data = bech32.convertbits(words, 5, 8, False) if words is not None else None
    if data is None:
        raise KeyFormatError(f"{address!r} is no address: it is mistyped or cut off.")
    if found != prefix:
        raise KeyFormatError(f"{address!r} does not begin with {prefix}1: it belongs to another chain or purpose.")
    if len(data) != _LENGTH:
        raise KeyFormatError(f"{address!r} is no account's address: it holds {len(data)} bytes instead of {_LENGTH}.")
    return bytes(data)


def evm_address(address: str) -> str:
    """Return a bech32 address as Ethereum writes it, with EIP-55's checksum in its capitals."""
    digits = decode_address(address).hex()
    check = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(nibble, 16) >= _UPPER_FROM else digit for digit, nibble in zip(digits, check, strict=False)
    )


def from_evm_address(address: str) -> str:
    """Return an Ethereum address in bech32.

    Raises:
        KeyFormatError: it is no such address, or its capitals show that it is mistyped.
    """
    digits = address.removeprefix("0x")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        data = b""
    if len(digits) != _HEX_DIGITS or len(data) != _LENGTH:
        raise KeyFormatError(f"{address!r} is no Ethereum address: 40 hexadecimal digits are expected.")
    encoded = encode_address(data)
    if digits not in (digits.lower(), digits.upper()) and evm_address(encoded) != "0x" + digits:
        raise KeyFormatError(f"{address!r} is mistyped: its checksum, the capitals, does not fit.")
    return encoded
