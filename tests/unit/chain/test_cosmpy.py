"""cosmpy's own classes with our keys, addresses and messages; sending for real is an end-to-end test."""

import pytest
from cosmpy.aerial.tx import SigningCfg, TxFee

from nesa.chain import Key, KeyFormatError, KeyType, Network, cosmpy, messages
from nesa.chain._tx import pack, sign
from nesa.proto.cosmos.tx.v1beta1 import tx_pb2

NETWORK = Network("nesa-fake-1", ("https://node.example:443", "127.0.0.1:9090"))
KEY = Key.from_private("11" * 32, KeyType.COSMOS)


def test_wallets_have_our_addresses() -> None:
    assert str(cosmpy.wallet(KEY).address()) == KEY.address


def test_ethereum_keys_are_refused() -> None:
    with pytest.raises(KeyFormatError, match="Account"):
        cosmpy.wallet(Key.generate(KeyType.ETHEREUM))


def test_the_network_is_described_as_cosmpy_wants_it() -> None:
    config = cosmpy.network_config(NETWORK)
    config.validate()
    assert (config.url, config.fee_denomination) == ("grpc+https://node.example:443", "anes")
    assert cosmpy.network_config(Network("a", ("127.0.0.1:1",))).url == "grpc+http://127.0.0.1:1"


def test_cosmpy_signs_the_same_bytes_as_we_do() -> None:
    wallet, message = cosmpy.wallet(KEY), messages.cancel(KEY.address, 3)
    theirs = cosmpy.transaction(message)
    theirs.seal(SigningCfg.direct(wallet.public_key(), 5), TxFee("2000anes", 1000), memo="m")
    theirs.sign(wallet.signer(), NETWORK.chain_id, 7, deterministic=True).complete()
    ours = sign(
        KEY,
        [pack(message)],
        chain_id=NETWORK.chain_id,
        number=7,
        sequence=5,
        gas=1000,
        fee=2000,
        denom="anes",
        memo="m",
    )
    raw = tx_pb2.TxRaw.FromString(ours.raw)
    assert raw.body_bytes == theirs.tx.body.SerializeToString()
    assert raw.auth_info_bytes == theirs.tx.auth_info.SerializeToString()
    assert list(raw.signatures) == list(theirs.tx.signatures)
