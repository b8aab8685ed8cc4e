"""Keys of accounts, of both kinds that the chain accepts."""

import hashlib
import secrets
from enum import Enum

from coincurve import PrivateKey
from Crypto.Hash import RIPEMD160
from mnemonic import Mnemonic

from nesa.chain._addresses import encode_address, evm_address, keccak256
from nesa.chain._errors import KeyFormatError
from nesa.chain._hd import derive

__all__ = ["Key", "KeyType", "new_mnemonic"]

_WORDS_TO_BITS = {12: 128, 15: 160, 18: 192, 21: 224, 24: 256}
_LENGTH = 32


class KeyType(Enum):
    """A kind of account key. Both are secp256k1; hash, address and derivation path differ.

    COSMOS is what Cosmos wallets make (SHA-256; path of coin 118). ETHEREUM is what Ethereum wallets make (Keccak-256;
    path of coin 60); it signs Cosmos transactions here and Ethereum ones over JSON-RPC.
    """

    COSMOS = "secp256k1"
    ETHEREUM = "ethsecp256k1"

    @property
    def coin_type(self) -> int:
        """BIP-44's number of the coin."""
        return 118 if self is KeyType.COSMOS else 60

    @property
    def type_url(self) -> str:
        """The protobuf type of its public keys."""
        urls = {
            KeyType.COSMOS: "/cosmos.crypto.secp256k1.PubKey",
            KeyType.ETHEREUM: "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey",
        }
        return urls[self]

    def digest(self, data: bytes) -> bytes:
        """Return the 32-byte hash that a signature of ``data`` signs."""
        return hashlib.sha256(data).digest() if self is KeyType.COSMOS else keccak256(data)


def new_mnemonic(words: int = 24) -> str:
    """Return a fresh English BIP-39 mnemonic of 12, 15, 18, 21 or 24 words.

    Raises:
        KeyFormatError: another number of words.
    """
    if words not in _WORDS_TO_BITS:
        raise KeyFormatError(f"A mnemonic has 12, 15, 18, 21 or 24 words, not {words}.")
    return str(Mnemonic("english").generate(_WORDS_TO_BITS[words]))


class Key:
    """A private key and the account that belongs to it. Its text never shows the secret."""

    __slots__ = ("_private", "address", "key_type", "public_key")

    def __init__(self, private: bytes, key_type: KeyType) -> None:
        try:
            self._private = PrivateKey(private)
        except ValueError as error:
            raise KeyFormatError("This is no private key: its number is outside the curve's range.") from error
        self.key_type = key_type
        self.public_key: bytes = self._private.public_key.format()
        if key_type is KeyType.COSMOS:
            raw = RIPEMD160.new(hashlib.sha256(self.public_key).digest()).digest()
        else:
            raw = keccak256(self._private.public_key.format(compressed=False)[1:])[-20:]
        self.address = encode_address(raw)

    def __repr__(self) -> str:
        return f"Key({self.address}, {self.key_type.value})"

    @classmethod
    def generate(cls, key_type: KeyType) -> "Key":
        """Return a new key from the system's randomness."""
        return cls(PrivateKey(secrets.token_bytes(_LENGTH)).secret, key_type)

    @classmethod
    def from_mnemonic(
        cls, words: str, key_type: KeyType, *, account: int = 0, index: int = 0, passphrase: str = ""
    ) -> "Key":
        """Return the key at BIP-44's ``m/44'/coin'/account'/0/index`` below a BIP-39 mnemonic.

        Raises:
            KeyFormatError: a word is unknown, or the words' checksum does not fit.
        """
        normal = " ".join(words.lower().split())
        if not Mnemonic("english").check(normal):
            raise KeyFormatError("This is no mnemonic: a word is misspelt, missing or in the wrong place.")
        seed = Mnemonic.to_seed(normal, passphrase)
        return cls(derive(seed, f"m/44'/{key_type.coin_type}'/{account}'/0/{index}"), key_type)

    @classmethod
    def from_private(cls, private: bytes | str, key_type: KeyType) -> "Key":
        """Return the key of 32 bytes, or of 64 hexadecimal digits with or without ``0x``.

        Raises:
            KeyFormatError: it is no private key.
        """
        if isinstance(private, str):
            try:
                private = bytes.fromhex(private.strip().removeprefix("0x"))
            except ValueError as error:
                raise KeyFormatError("This is no private key: 64 hexadecimal digits are expected.") from error
        if len(private) != _LENGTH:
            raise KeyFormatError(f"A private key has {_LENGTH} bytes; this one has {len(private)}.")
        return cls(private, key_type)

    @property
    def private(self) -> bytes:
        """The secret, 32 bytes."""
        return self._private.secret

    @property
    def evm_address(self) -> str:
        """The account's address as Ethereum writes it."""
        return evm_address(self.address)

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature (r ‖ s, s in the lower half; RFC 6979) of ``data``."""
        return self._private.sign_recoverable(self.key_type.digest(data), hasher=None)[:64]
