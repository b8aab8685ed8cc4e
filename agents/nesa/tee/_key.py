"""The key that an attestation vouches for."""

from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from nesa.chain import decode_address
from nesa.errors import AttestationError
from nesa.files import write_private
from nesa.hashing import digest, u64
from nesa.tee._quote import REPORT_DATA_SIZE

__all__ = ["AttestedKey"]

_DIGEST_SIZE = 32


class AttestedKey:
    """An ed25519 key that signs deliveries, and that a quote binds to the miner.

    It is worth what keeps it: inside a confidential machine its file lies on memory that the host cannot read.
    """

    def __init__(self, secret: Ed25519PrivateKey) -> None:
        self._secret = secret
        self._public = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def create(cls, path: Path) -> "AttestedKey":
        """Return the key of a file, which is made at first, for its owner alone.

        Raises:
            AttestationError: the file cannot be read or written, or holds something else.
        """
        try:
            if not path.exists():
                secret = Ed25519PrivateKey.generate()
                with suppress(FileExistsError):  # another process was faster
                    write_private(path, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            found = load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise AttestationError(f"the attested key {path} cannot be kept: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise AttestationError(f"{path} holds no key") from error
        if not isinstance(found, Ed25519PrivateKey):
            raise AttestationError(f"{path} holds a key of another kind than ed25519")
        return cls(found)

    @property
    def key(self) -> bytes:
        """The ed25519 public key, 32 bytes."""
        return self._public

    def report_data(self, chain_id: str, owner: str, expires: int) -> bytes:
        """Return the 64 bytes that a quote has to carry to bind this key to a miner of a chain.

        Args:
            chain_id: the chain's name.
            owner: the miner's address.
            expires: when the key does, in seconds since 1970.
        """
        bound = digest("attested-key", chain_id, decode_address(owner), self._public, u64(expires))
        return bound.ljust(REPORT_DATA_SIZE, b"\0")

    def sign(self, digest: bytes) -> bytes:
        """Return the 64-byte signature over a 32-byte digest, which names its purpose and chain by itself.

        Raises:
            AttestationError: it has another length, and so is no digest.
        """
        if len(digest) != _DIGEST_SIZE:
            raise AttestationError(f"only digests of {_DIGEST_SIZE} bytes are signed, not {len(digest)} bytes")
        return self._secret.sign(digest)
