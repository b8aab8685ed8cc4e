"""Encrypted keys on disk, in Ethereum's Web3 secret storage format, version 3.

One file a key, readable by its owner alone. Ethereum wallets open the files of Ethereum keys; a member of our own
beside the standard ones says which kind a key is, so that Cosmos keys can be kept in the same way.
"""

import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Any

from Crypto.Protocol.KDF import scrypt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from nesa.chain._addresses import decode_address, encode_address, from_evm_address, keccak256
from nesa.chain._errors import KeyFormatError, KeystoreError
from nesa.chain._keys import Key, KeyType
from nesa.files import write_private
from nesa.untrusted import parse_json

__all__ = ["Keystore", "StoredKey", "decrypt", "encrypt"]

_OWN = "nesa"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SCRYPT_N = 1 << 17  # with r = 8: 128 MiB and some tenths of a second for each guess
_SCRYPT_R = 8
# A file must neither make us allocate without bound nor wait: n r p of 2^23 are some seconds and at most 1 GiB. What
# r p bounds besides is hashed in Python before scrypt's own loop.
_MAX_SCRYPT_BLOCKS = 1 << 23
_MAX_SCRYPT_WIDTH = 1 << 10
_MAX_ROUNDS = 10_000_000
_MAX_FILE = 1 << 14  # of bytes; a key's is some hundred


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What can be said of a stored key without its password; the address is empty when the file does not tell.

    A ``problem`` is a sentence that says why the file cannot be used; nothing but the name is known then.
    """

    name: str
    address: str
    key_type: KeyType
    problem: str = ""


def _stretch(password: str, crypto: Mapping[str, Any]) -> bytes:
    """Return the 32-byte key that a password opens by the file's own parameters."""
    params, secret = crypto["kdfparams"], password.encode()
    length, salt = int(params["dklen"]), bytes.fromhex(params["salt"])
    if length != 32:  # noqa: PLR2004 (16 for the cipher and 16 for the check)
        raise KeystoreError("The key file is damaged: its derived key has an unknown length.")
    if crypto["kdf"] == "scrypt":
        n, r, p = (params[name] for name in "nrp")
        if not _scrypt_is_fair(n, r, p):
            raise KeystoreError(
                "The key file's scrypt parameters are wrong, or ask for too much time or memory; it is refused."
            )
        # OpenSSL's scrypt refuses parameters that wallets use. The annotations of this one are wrong about bytes.
        return bytes(scrypt(secret, salt, length, N=n, r=r, p=p))  # type: ignore[arg-type]
    if crypto["kdf"] == "pbkdf2" and params["prf"] == "hmac-sha256":
        rounds = params["c"]
        if type(rounds) is not int or not 1 <= rounds <= _MAX_ROUNDS:
            raise KeystoreError("The key file asks for a wrong number of rounds, or too many; it is refused.")
        return PBKDF2HMAC(SHA256(), length, salt, rounds).derive(secret)
    raise KeystoreError(f"The key file uses {crypto['kdf']!r}, which is not supported.")


def _scrypt_is_fair(n: object, r: object, p: object) -> bool:
    # `True` is an int to isinstance, and a float may be infinite.
    if type(n) is not int or type(r) is not int or type(p) is not int or n <= 1 or r < 1 or p < 1:
        return False
    return n & (n - 1) == 0 and n * r * p <= _MAX_SCRYPT_BLOCKS and r * p <= _MAX_SCRYPT_WIDTH


def _aes_ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    context = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return context.update(data) + context.finalize()


def encrypt(key: Key, password: str, *, n: int = _SCRYPT_N) -> dict[str, Any]:
    """Return a key's version-3 document: scrypt (cost ``n``, r = 8, p = 1), AES-128-CTR, Keccak-256 check."""
    iv, salt = secrets.token_bytes(16), secrets.token_bytes(32)
    crypto: dict[str, Any] = {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": iv.hex()},
        "kdf": "scrypt",
        "kdfparams": {"dklen": 32, "n": n, "p": 1, "r": _SCRYPT_R, "salt": salt.hex()},
    }
    stretched = _stretch(password, crypto)
    sealed = _aes_ctr(stretched[:16], iv, key.private)
    crypto |= {"ciphertext": sealed.hex(), "mac": keccak256(stretched[16:] + sealed).hex()}
    document = {
        "version": 3,
        "id": str(uuid.uuid4()),
        "crypto": crypto,
        _OWN: {"address": key.address, "key_type": key.key_type.value},
    }
    if key.key_type is KeyType.ETHEREUM:
        document["address"] = decode_address(key.address).hex()
    return document


def decrypt(document: Mapping[str, Any], password: str) -> Key:
    """Return the key in a version-3 document; without our own member it is taken for an Ethereum key.

    Raises:
        KeystoreError: the password is wrong, the document cannot be read, or it holds the key of another address than
            it says.
    """
    try:
        if document["version"] != 3:  # noqa: PLR2004 (the format's number)
            raise KeystoreError(f"The key file has version {document['version']}; version 3 is expected.")
        crypto = document.get("crypto") or document["Crypto"]
        if crypto["cipher"] != "aes-128-ctr":
            raise KeystoreError(f"The key file uses {crypto['cipher']!r}, which is not supported.")
        stretched = _stretch(password, crypto)
        sealed, iv = bytes.fromhex(crypto["ciphertext"]), bytes.fromhex(crypto["cipherparams"]["iv"])
        if not compare_digest(keccak256(stretched[16:] + sealed), bytes.fromhex(crypto["mac"])):
            raise KeystoreError("The password does not open this key.")
        key_type = KeyType(document.get(_OWN, {}).get("key_type", KeyType.ETHEREUM.value))
        return _checked(Key.from_private(_aes_ctr(stretched[:16], iv, sealed), key_type), document)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, KeyFormatError) as error:
        raise KeystoreError("The key file is damaged; restore it from a backup or from the mnemonic.") from error


def _checked(key: Key, document: Mapping[str, Any]) -> Key:
    """Return a key that its document does not call another's; neither password nor check protects what it says."""
    own, standard = document.get(_OWN, {}).get("address"), document.get("address")
    said = [encode_address(decode_address(own))] if own else []
    said += [from_evm_address(standard.lower())] if standard else []
    for address in said:
        if address != key.address:
            raise KeystoreError(
                f"The key file says {address}, but holds the key of {key.address}: it was swapped or changed; "
                "restore it from a backup or from the mnemonic."
            )
    return key


class Keystore:
    """A folder of encrypted keys by name: files ``NAME.json`` of mode 0600 in a folder of mode 0700."""

    def __init__(self, folder: Path, *, scrypt_n: int = _SCRYPT_N) -> None:
        self._folder = folder
        self._n = scrypt_n

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeystoreError(f"{name!r} is no name for a key; use up to 64 letters, digits, dots, - and _.")
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            with self._path(name).open("rb") as file:
                content = file.read(_MAX_FILE + 1)
            document = parse_json(content) if len(content) <= _MAX_FILE else None
        except FileNotFoundError:
            raise KeystoreError(
                f"There is no key named {name!r} in {self._folder}; `nesa keys list` shows all."
            ) from None
        except (OSError, ValueError) as error:
            raise KeystoreError(f"The key {name!r} cannot be read: {error}.") from error
        if not isinstance(document, dict):
            raise KeystoreError(f"The key {name!r} is damaged; restore it from a backup or from the mnemonic.")
        return document

    def add(self, name: str, key: Key, password: str) -> StoredKey:
        """Store a key. It is on disk, whole, when this returns.

        Raises:
            KeystoreError: the name is taken or not allowed, the password is empty, or the disk refuses.
        """
        path = self._path(name)
        if not password:
            raise KeystoreError("A stored key needs a password.")
        content = json.dumps(encrypt(key, password, n=self._n), indent=2).encode()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, content)
        except FileExistsError:
            raise KeystoreError(f"There is a key named {name!r} already; choose another name.") from None
        except OSError as error:
            raise KeystoreError(f"The key {name!r} cannot be written: {error}.") from error
        return StoredKey(name, key.address, key.key_type)

    def load(self, name: str, password: str) -> Key:
        """Return a stored key.

        Raises:
            KeystoreError: there is none of that name, the password is wrong, or the file is damaged.
        """
        return decrypt(self._read(name), password)

    def get(self, name: str) -> StoredKey:
        """Return what is known of a stored key without its password.

        Raises:
            KeystoreError: there is none of that name, or the file is damaged.
        """
        own = self._read(name).get(_OWN, {})
        try:
            return StoredKey(name, str(own.get("address", "")), KeyType(own.get("key_type", KeyType.ETHEREUM.value)))
        except (AttributeError, ValueError) as error:
            raise KeystoreError(f"The key {name!r} is damaged; restore it from a backup.") from error

    def list(self) -> tuple[StoredKey, ...]:
        """Return all stored keys in order of their names, those that cannot be used with their problem."""
        names = sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))
        return tuple(self._get_or_problem(name) for name in names)

    def _get_or_problem(self, name: str) -> StoredKey:
        try:
            return self.get(name)
        except KeystoreError as error:
            return StoredKey(name, "", KeyType.ETHEREUM, str(error))

    def delete(self, name: str) -> None:
        """Remove a stored key for good, a damaged one too.

        Raises:
            KeystoreError: there is none of that name, or it cannot be removed.
        """
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            self._read(name)  # says so
        except OSError as error:
            raise KeystoreError(f"The key {name!r} cannot be removed: {error.strerror}.") from error
