"""Transactions: packed, signed, and the bytes that are sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from nesa.chain._keys import Key
from nesa.chain._node import tx_hash
from nesa.proto.cosmos.base.v1beta1 import coin_pb2
from nesa.proto.cosmos.crypto.secp256k1 import keys_pb2
from nesa.proto.cosmos.tx.signing.v1beta1 import signing_pb2
from nesa.proto.cosmos.tx.v1beta1 import tx_pb2

__all__ = ["Packed", "SignedTx", "pack", "sign"]


@dataclass(frozen=True, slots=True)
class Packed:
    """A message's protobuf type and bytes."""

    type_url: str
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedTx:
    """A signed transaction: what a journal must hold before it is sent.

    Attributes:
        raw: the bytes that are sent.
        hash: their SHA-256, in upper-case hexadecimal digits.
        sequence: the account's sequence that it uses up.
        signed_height: the newest height when it was signed; it can be in later blocks only.
        timeout_height: the last height whose block may hold it.
    """

    raw: bytes
    hash: str
    sequence: int
    signed_height: int
    timeout_height: int


def pack(message: Message) -> Packed:
    """Return a message's type and bytes."""
    return Packed("/" + message.DESCRIPTOR.full_name, message.SerializeToString(deterministic=True))


def sign(
    key: Key,
    messages: Sequence[Packed],
    *,
    chain_id: str,
    number: int,
    sequence: int,
    gas: int,
    fee: int,
    denom: str,
    memo: str = "",
    granter: str = "",
    signed_height: int = 0,
    timeout_height: int = 0,
) -> SignedTx:
    """Return a transaction in SIGN_MODE_DIRECT.

    Args:
        key: the signer.
        messages: what the transaction does, all or nothing.
        chain_id: the chain it is for.
        number: the account's number.
        sequence: the account's sequence.
        gas: the most gas it may take.
        fee: what is paid for that gas, in base units of ``denom``.
        denom: the coin it is paid in.
        memo: a public note.
        granter: whose fee allowance pays; the signer itself when empty.
        signed_height: the newest height.
        timeout_height: the last height for it; 0 for none.
    """
    body = tx_pb2.TxBody(memo=memo, timeout_height=timeout_height)
    for message in messages:
        body.messages.add(type_url=message.type_url, value=message.value)
    signer = tx_pb2.SignerInfo(sequence=sequence)
    # Both kinds of public key have one field, the point's 33 bytes.
    signer.public_key.type_url = key.key_type.type_url
    signer.public_key.value = keys_pb2.PubKey(key=key.public_key).SerializeToString()
    signer.mode_info.single.mode = signing_pb2.SIGN_MODE_DIRECT
    coins = [coin_pb2.Coin(denom=denom, amount=str(fee))] if fee else []
    auth = tx_pb2.AuthInfo(signer_infos=[signer], fee=tx_pb2.Fee(amount=coins, gas_limit=gas, granter=granter))
    body_bytes, auth_bytes = body.SerializeToString(), auth.SerializeToString()
    document = tx_pb2.SignDoc(
        body_bytes=body_bytes, auth_info_bytes=auth_bytes, chain_id=chain_id, account_number=number
    )
    signature = key.sign(document.SerializeToString())
    raw = tx_pb2.TxRaw(body_bytes=body_bytes, auth_info_bytes=auth_bytes, signatures=[signature]).SerializeToString()
    return SignedTx(raw, tx_hash(raw), sequence, signed_height, timeout_height)
