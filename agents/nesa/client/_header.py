"""Block headers and the signatures of validators under them, as CometBFT hashes and signs them."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import BytesValue, Int64Value, StringValue

from nesa.client._errors import ReceiptError
from nesa.client._merkle import merkle_root
from nesa.proto.tendermint.crypto.keys_pb2 import PublicKey
from nesa.proto.tendermint.types.types_pb2 import SIGNED_MSG_TYPE_PRECOMMIT, Commit, Header
from nesa.proto.tendermint.types.validator_pb2 import BLOCK_ID_FLAG_COMMIT, SimpleValidator

__all__ = ["check_commit", "header_hash", "validators_hash"]

Validators = tuple[tuple[bytes, int], ...]
"""Ed25519 keys of 32 bytes and voting powers, in the set's order."""


def _wrapped(value: bytes) -> bytes:
    return BytesValue(value=value).SerializeToString()


def _stamp(header: Header) -> bytes:
    return header.time.SerializeToString()


def header_hash(header: Header) -> bytes:
    """Return the hash of a header, 32 bytes: the Merkle root of its fields."""
    return merkle_root(
        [
            header.version.SerializeToString(),
            StringValue(value=header.chain_id).SerializeToString(),
            Int64Value(value=header.height).SerializeToString(),
            _stamp(header),
            header.last_block_id.SerializeToString(),
            _wrapped(header.last_commit_hash),
            _wrapped(header.data_hash),
            _wrapped(header.validators_hash),
            _wrapped(header.next_validators_hash),
            _wrapped(header.consensus_hash),
            _wrapped(header.app_hash),
            _wrapped(header.last_results_hash),
            _wrapped(header.evidence_hash),
            _wrapped(header.proposer_address),
        ]
    )


def validators_hash(validators: Validators) -> bytes:
    """Return the hash of a validator set, 32 bytes."""
    return merkle_root(
        [
            SimpleValidator(pub_key=PublicKey(ed25519=key), voting_power=power).SerializeToString()
            for key, power in validators
        ]
    )


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _delimited(message: bytes) -> bytes:
    return _varint(len(message)) + message


def _field(number: int, message: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _delimited(message)


def _sign_bytes(chain_id: str, commit: Commit, timestamp: Message) -> bytes:
    """Return what a validator signs for a block: CometBFT's CanonicalVote, of which there is no generated type here."""
    parts = commit.block_id.part_set_header
    header = (b"\x08" + _varint(parts.total) if parts.total else b"") + _field(2, parts.hash)
    block = _field(1, commit.block_id.hash) + _field(2, header)
    vote = bytes([0x08, SIGNED_MSG_TYPE_PRECOMMIT])
    vote += b"\x11" + commit.height.to_bytes(8, "little")
    if commit.round:  # zero is left out, as protobuf does
        vote += b"\x19" + commit.round.to_bytes(8, "little")
    vote += _field(4, block) + _field(5, timestamp.SerializeToString()) + _field(6, chain_id.encode())
    return _delimited(vote)


def check_commit(header: Header, commit: Commit, validators: Validators) -> None:
    """Check that more than two thirds of the voting power of these validators, which the header names, signed it.

    Raises:
        ReceiptError: not so.
    """
    if header.validators_hash != validators_hash(validators):
        raise ReceiptError("the header was made under another validator set")
    if commit.height != header.height or commit.block_id.hash != header_hash(header):
        raise ReceiptError("the signatures are for another block")
    if len(commit.signatures) != len(validators):
        raise ReceiptError("the commit does not have one entry for each validator")
    signed = 0
    for entry, (key, power) in zip(commit.signatures, validators, strict=True):
        if entry.block_id_flag != BLOCK_ID_FLAG_COMMIT:
            continue
        message = _sign_bytes(header.chain_id, commit, entry.timestamp)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(entry.signature, message)
        except (InvalidSignature, ValueError) as error:
            raise ReceiptError("a validator's signature under the block is wrong") from error
        signed += power
    if 3 * signed <= 2 * sum(power for _, power in validators):
        raise ReceiptError("not more than two thirds of the voting power signed the block")
