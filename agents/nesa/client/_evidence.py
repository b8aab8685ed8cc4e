"""The parts of a receipt: signed blocks, transactions in them, and state under them."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from nesa.client._errors import ReceiptError
from nesa.client._header import check_commit, header_hash, validators_hash
from nesa.client._merkle import IAVL, STORES, existence_root, inclusion_path, inclusion_root
from nesa.proto.tendermint.types.types_pb2 import Commit, Header

__all__ = ["SignedBlock", "StateProof", "TxProof", "decode", "encode"]


def encode(data: bytes) -> str:
    """Return bytes as a receipt writes them."""
    return base64.b64encode(data).decode()


def decode(text: object) -> bytes:
    """Read bytes from a receipt.

    Raises:
        ReceiptError: not base 64.
    """
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError as error:
        raise ReceiptError("the receipt is damaged: a value is not base 64") from error


@dataclass(frozen=True, slots=True)
class SignedBlock:
    """A block's header, the commit with its validators' signatures, and these validators' keys and powers."""

    header: Header
    commit: Commit
    validators: tuple[tuple[bytes, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the part as the receipt writes it."""
        return {
            "header": encode(self.header.SerializeToString()),
            "commit": encode(self.commit.SerializeToString()),
            "validators": [{"key": encode(key), "power": power} for key, power in self.validators],
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "SignedBlock":
        """Read the part."""
        try:
            header, commit = Header.FromString(decode(raw["header"])), Commit.FromString(decode(raw["commit"]))
        except DecodeError as error:
            raise ReceiptError("the receipt is damaged: a header cannot be read") from error
        return cls(header, commit, tuple((decode(item["key"]), int(item["power"])) for item in raw["validators"]))

    def check(self, chain_id: str) -> None:
        """Check that the block is of this chain and signed by its validators."""
        if self.header.chain_id != chain_id:
            raise ReceiptError("a block is of another chain")
        check_commit(self.header, self.commit, self.validators)

    @property
    def hash(self) -> bytes:
        """The block's hash, by which it can be looked up."""
        return header_hash(self.header)

    @property
    def trust(self) -> bytes:
        """The hash of the validator set, which a third person must know to be the chain's."""
        return validators_hash(self.validators)


@dataclass(frozen=True, slots=True)
class TxProof:
    """A transaction and its place in a block."""

    raw: bytes
    index: int
    count: int
    path: tuple[bytes, ...]

    @classmethod
    def make(cls, raw: bytes, txs: tuple[bytes, ...]) -> "TxProof":
        """Return the proof that ``raw`` is among ``txs``, all transactions of a block."""
        leaves = [hashlib.sha256(tx).digest() for tx in txs]
        index = txs.index(raw)
        return cls(raw, index, len(txs), tuple(inclusion_path(leaves, index)))

    def to_dict(self) -> dict[str, Any]:
        """Return the part as the receipt writes it."""
        path = [encode(item) for item in self.path]
        return {"raw": encode(self.raw), "index": self.index, "count": self.count, "path": path}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "TxProof":
        """Read the part."""
        path = tuple(decode(item) for item in raw["path"])
        return cls(decode(raw["raw"]), int(raw["index"]), int(raw["count"]), path)

    def check(self, header: Header) -> None:
        """Check that the transaction is in the block of this header."""
        leaf = hashlib.sha256(self.raw).digest()
        if inclusion_root(leaf, self.index, self.count, self.path) != header.data_hash:
            raise ReceiptError("a transaction is not in the block that it is said to be in")

    @property
    def hash(self) -> str:
        """The transaction's hash as explorers write it."""
        return hashlib.sha256(self.raw).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class StateProof:
    """A key and its value in a module's store, under the app hash of a block."""

    store: str
    key: bytes
    value: bytes
    in_store: bytes
    in_app: bytes

    def to_dict(self) -> dict[str, Any]:
        """Return the part as the receipt writes it."""
        parts = {"key": self.key, "value": self.value, "in_store": self.in_store, "in_app": self.in_app}
        return {"store": self.store, **{name: encode(value) for name, value in parts.items()}}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "StateProof":
        """Read the part."""
        return cls(str(raw["store"]), *(decode(raw[name]) for name in ("key", "value", "in_store", "in_app")))

    def check(self, header: Header) -> None:
        """Check that the state under this header has the value."""
        root = existence_root(self.in_store, self.key, self.value, IAVL)
        if existence_root(self.in_app, self.store.encode(), root, STORES) != header.app_hash:
            raise ReceiptError("the state that the block commits to has another value")
