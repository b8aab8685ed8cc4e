"""The key store against the format's own vectors and another implementation, and against bad files and passwords."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json

from nesa.chain import Key, KeyFormatError, Keystore, KeystoreError, KeyType
from nesa.chain._keystore import decrypt, encrypt

CHEAP = 1 << 10
OPENED = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
# The two test vectors of the Web3 secret storage definition, password "testpassword".
VECTORS: list[dict[str, Any]] = [
    {
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
            "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
            "kdf": "pbkdf2",
            "kdfparams": {
                "c": 262144,
                "dklen": 32,
                "prf": "hmac-sha256",
                "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
            },
            "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
        },
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version": 3,
    },
    {
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
            "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
            "kdf": "scrypt",
            "kdfparams": {
                "dklen": 32,
                "n": 262144,
                "p": 8,
                "r": 1,
                "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
            },
            "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
        },
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version": 3,
    },
]


@pytest.fixture
def store(tmp_path: Path) -> Keystore:
    return Keystore(tmp_path / "keys", scrypt_n=CHEAP)


@pytest.mark.parametrize("document", VECTORS, ids=["pbkdf2", "scrypt"])
def test_the_formats_own_vectors_open(document: dict[str, Any]) -> None:
    assert decrypt(document, "testpassword").private.hex() == OPENED


@pytest.mark.parametrize("kind", KeyType)
def test_others_open_our_files_and_we_theirs(kind: KeyType) -> None:
    key = Key.generate(kind)
    assert decode_keyfile_json(encrypt(key, "pässword", n=CHEAP), "pässword".encode()) == key.private
    theirs = create_keyfile_json(key.private, b"word", kdf="scrypt", iterations=CHEAP)
    assert decrypt(theirs, "word").private == key.private


@pytest.mark.parametrize("kind", KeyType)
def test_keys_come_back_as_they_were(store: Keystore, kind: KeyType) -> None:
    key = Key.generate(kind)
    stored = store.add("main", key, "word")
    assert (stored.address, stored.key_type) == (key.address, kind)
    assert store.list() == (stored,)
    found = store.load("main", "word")
    assert (found.private, found.address, found.key_type) == (key.private, key.address, kind)
    store.delete("main")
    assert store.list() == ()


def test_files_are_for_their_owner_and_hold_no_secret(store: Keystore, tmp_path: Path) -> None:
    key = Key.generate(KeyType.COSMOS)
    store.add("main", key, "word")
    (path,) = (tmp_path / "keys").iterdir()  # and no half-written file beside it
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert key.private.hex() not in path.read_text()


def test_wrong_password_and_missing_or_taken_names(store: Keystore) -> None:
    key = Key.generate(KeyType.COSMOS)
    store.add("main", key, "word")
    with pytest.raises(KeystoreError, match="does not open"):
        store.load("main", "other")
    with pytest.raises(KeystoreError, match="already"):
        store.add("main", Key.generate(KeyType.COSMOS), "word")
    assert store.load("main", "word").private == key.private
    with pytest.raises(KeystoreError, match="no key named"):
        store.load("absent", "word")
    with pytest.raises(KeystoreError, match="password"):
        store.add("second", key, "")


@pytest.mark.parametrize("name", ["", "../main", "a/b", ".hidden", "x" * 65, "a\n"])
def test_names_cannot_leave_the_folder(store: Keystore, name: str) -> None:
    with pytest.raises(KeystoreError, match="no name"):
        store.add(name, Key.generate(KeyType.COSMOS), "word")


def _changed(change: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(VECTORS[1]))
    document["crypto"].update(change)
    return document


@pytest.mark.parametrize(
    "change",
    [
        {"mac": "00"},
        {"ciphertext": "zz"},
        {"cipher": "none"},
        {"kdf": "md5"},
        {"kdfparams": {}},
        {"kdfparams": {"dklen": 16, "n": 2, "r": 1, "p": 1, "salt": ""}},
        {"kdfparams": {"dklen": 32, "n": 1 << 30, "r": 8, "p": 1, "salt": "00"}},
        {"kdf": "pbkdf2", "kdfparams": {"dklen": 32, "c": 10**12, "prf": "hmac-sha256", "salt": "00"}},
    ],
)
def test_threat_24_damaged_and_hostile_key_files_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(KeystoreError):
        decrypt(_changed(change), "testpassword")


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [
        (1 << 10, 8, 0),
        (1 << 10, 0, 1),
        (1 << 10, -8, -1),
        (-1024, -8, 1),
        (0, 8, 1),
        (1, 8, 1),
        (1000, 8, 1),
        ("1024", 8, 1),
        (True, 8, 1),
        (float("inf"), 8, 1),
        (1 << 20, 16, 1),  # 2 GiB
        (1 << 17, 8, 16),  # a minute
        (2, 1 << 21, 1),  # little memory, and millions of hashes before the first step
    ],
)
def test_hostile_scrypt_parameters_are_refused_before_use(
    n: Any, r: Any, p: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nesa.chain._keystore.scrypt", lambda *_, **__: pytest.fail("they were used"))
    document = _changed({"kdfparams": {"dklen": 32, "n": n, "r": r, "p": p, "salt": "00"}})
    with pytest.raises(KeystoreError, match="scrypt"):
        decrypt(document, "testpassword")


@pytest.mark.parametrize("rounds", [0, -1, float("inf"), "262144"])
def test_hostile_rounds_are_refused(rounds: Any) -> None:
    params = {"dklen": 32, "c": rounds, "prf": "hmac-sha256", "salt": "00"}
    with pytest.raises(KeystoreError, match="rounds"):
        decrypt(_changed({"kdf": "pbkdf2", "kdfparams": params}), "testpassword")


@pytest.mark.parametrize("kind", KeyType)
def test_a_file_put_in_anothers_place_does_not_open(store: Keystore, tmp_path: Path, kind: KeyType) -> None:
    store.add("mine", Key.generate(kind), "word")
    store.add("other", Key.generate(kind), "word")
    mine, other = (tmp_path / "keys" / f"{name}.json" for name in ("mine", "other"))
    swapped = json.loads(mine.read_text()) | {"crypto": json.loads(other.read_text())["crypto"]}
    mine.write_text(json.dumps(swapped))
    with pytest.raises(KeystoreError, match=f"says {store.get('mine').address}, but holds the key of nesa1"):
        store.load("mine", "word")
    del swapped["nesa"]
    if kind is KeyType.ETHEREUM:  # as another wallet writes it
        with pytest.raises(KeystoreError, match="but holds the key of"):
            decrypt(swapped, "word")


def test_a_stored_address_in_other_letters_is_the_same() -> None:
    key = Key.generate(KeyType.ETHEREUM)
    document = encrypt(key, "word", n=CHEAP)
    document["address"] = key.evm_address
    document["nesa"]["address"] = key.address.upper()
    assert decrypt(document, "word").private == key.private
    document["address"], document["nesa"]["address"] = "", 5
    with pytest.raises(KeystoreError, match="damaged"):
        decrypt(document, "word")


@pytest.mark.parametrize("content", ["", "[]", "[" * 100_000, '{"nesa": {"key_type": "x"}}', '{"nesa": []}', "\x00"])
def test_one_damaged_file_hides_no_other(store: Keystore, tmp_path: Path, content: str) -> None:
    key = Key.generate(KeyType.COSMOS)
    good = store.add("good", key, "word")
    (tmp_path / "keys" / "bad.json").write_text(content)
    bad, listed = store.list()
    assert listed == good
    assert not good.problem
    assert (bad.name, bad.address) == ("bad", "")
    assert "'bad'" in bad.problem
    assert store.load("good", "word").private == key.private
    for ask in (store.get, lambda name: store.load(name, "word")):
        with pytest.raises(KeystoreError):
            ask("bad")


def test_files_that_are_no_key_files_are_refused(store: Keystore, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    for content in ("", "[]", "{}", '{"version": 1}', '{"version": 3, "crypto": null}'):
        (tmp_path / "keys" / "main.json").write_text(content)
        with pytest.raises(KeystoreError):
            store.load("main", "word")


def test_key_errors_are_chain_errors() -> None:
    with pytest.raises(KeyFormatError):
        Key.from_private(b"", KeyType.COSMOS)
