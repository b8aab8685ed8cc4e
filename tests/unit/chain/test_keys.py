"""Keys and addresses against vectors from elsewhere: BIP-32, EIP-55, cosmpy's and eth-account's own results."""

import pytest
from cosmpy.aerial.wallet import LocalWallet
from eth_account import Account as EthAccount
from hypothesis import given
from hypothesis import strategies as st

from nesa.chain import (
    Key,
    KeyFormatError,
    KeyType,
    decode_address,
    encode_address,
    evm_address,
    from_evm_address,
    new_mnemonic,
)
from nesa.chain._hd import derive

WORDS = "abandon " * 11 + "about"
BIP32 = [  # BIP-32's test vectors 1 to 3, the private keys that its extended keys hold
    ("000102030405060708090a0b0c0d0e0f", "m", "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35"),
    ("000102030405060708090a0b0c0d0e0f", "m/0'", "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea"),
    (
        "000102030405060708090a0b0c0d0e0f",
        "m/0'/1",
        "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368",
    ),
    (
        "000102030405060708090a0b0c0d0e0f",
        "m/0'/1/2'/2/1000000000",
        "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8",
    ),
]


@pytest.mark.parametrize(("seed", "path", "expected"), BIP32)
def test_derivation_follows_bip32(seed: str, path: str, expected: str) -> None:
    assert derive(bytes.fromhex(seed), path).hex() == expected


def test_a_mnemonic_gives_the_addresses_that_other_wallets_give() -> None:
    cosmos, ethereum = (Key.from_mnemonic(WORDS, kind) for kind in KeyType)
    assert encode_address(decode_address(cosmos.address), "cosmos") == "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4"
    assert ethereum.evm_address == "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"


@pytest.mark.parametrize("index", [0, 1, 7])
def test_derived_keys_equal_those_of_other_libraries(index: int) -> None:
    EthAccount.enable_unaudited_hdwallet_features()
    theirs = EthAccount.from_mnemonic(WORDS, account_path=f"m/44'/60'/0'/0/{index}")
    ours = Key.from_mnemonic(WORDS, KeyType.ETHEREUM, index=index)
    assert (ours.private, ours.evm_address) == (bytes(theirs.key), theirs.address)


def test_cosmpy_derives_the_same_key() -> None:
    words = new_mnemonic(12)
    assert (
        str(LocalWallet.from_mnemonic(words, prefix="nesa").address())
        == Key.from_mnemonic(words, KeyType.COSMOS).address
    )


def test_passphrases_make_other_keys() -> None:
    plain, salted = (Key.from_mnemonic(WORDS, KeyType.COSMOS, passphrase=text) for text in ("", "TREZOR"))
    assert plain.address != salted.address


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_new_mnemonics_are_valid_and_differ(words: int) -> None:
    first, second = new_mnemonic(words), new_mnemonic(words)
    assert len(first.split()) == words
    assert first != second
    Key.from_mnemonic(f"  {first.upper()} ", KeyType.COSMOS)


def test_wrong_mnemonics_are_refused() -> None:
    with pytest.raises(KeyFormatError, match="misspelt"):
        Key.from_mnemonic("abandon " * 12, KeyType.COSMOS)
    with pytest.raises(KeyFormatError, match="12, 15"):
        new_mnemonic(13)


@pytest.mark.parametrize("text", ["", "zz", "00" * 32, "ff" * 32, "01" * 31, "01" * 33])
def test_wrong_private_keys_are_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        Key.from_private(text, KeyType.COSMOS)


def test_private_keys_are_read_with_and_without_prefix_and_never_shown() -> None:
    key = Key.from_private("0x" + "01" * 32, KeyType.ETHEREUM)
    assert key.private == Key.from_private("01" * 32, KeyType.ETHEREUM).private == b"\x01" * 32
    assert "01" * 8 not in repr(key)


@given(st.binary(max_size=200))
def test_ethereum_signatures_can_be_verified_by_others(data: bytes) -> None:
    from eth_keys.datatypes import PrivateKey as Theirs  # noqa: PLC0415 (in the function for its size)
    from eth_keys.datatypes import Signature  # noqa: PLC0415

    key = Key.from_private("07" * 32, KeyType.ETHEREUM)
    signature = key.sign(data)
    public = Theirs(key.private).public_key
    assert any(public.verify_msg(data, Signature(signature + bytes([parity]))) for parity in (0, 1))
    assert int.from_bytes(signature[32:], "big") <= 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


@given(st.binary(min_size=20, max_size=20))
def test_both_spellings_of_an_address_are_the_same_bytes(raw: bytes) -> None:
    address = encode_address(raw)
    assert decode_address(address) == raw
    assert from_evm_address(evm_address(address)) == address
    assert from_evm_address("0x" + raw.hex()) == address


def test_eip55_checksums() -> None:
    for address in (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ):
        assert evm_address(from_evm_address(address)) == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nesa1qqqq", "mistyped"),
        ("cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4", "another chain"),
        (encode_address(bytes(32)), "32 bytes"),
    ],
)
def test_wrong_addresses_are_refused(address: str, reason: str) -> None:
    with pytest.raises(KeyFormatError, match=reason):
        decode_address(address)


@pytest.mark.parametrize("address", ["0x12", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "zz" * 20])
def test_wrong_ethereum_addresses_are_refused(address: str) -> None:
    with pytest.raises(KeyFormatError):
        from_evm_address(address)
