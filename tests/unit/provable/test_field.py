"""Packing, commitments and contexts: what Python and Go must agree on to the bit."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.errors import ProofError
from nesa.hashing import digest
from nesa.provable import (
    ELEMENT_BYTES,
    MODULUS,
    as_context,
    commitment,
    decision_digest,
    delivery_digest,
    new_salt,
    pack,
    poseidon2,
    unpack,
)


@given(st.binary(max_size=200))
def test_payloads_unpack_to_what_was_packed(payload: bytes) -> None:
    elements = pack(payload)
    assert all(element < 2**248 < MODULUS for element in elements)
    assert unpack(elements, len(payload)) == payload


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_payloads_of_one_size_have_elements_of_their_own(one: bytes, other: bytes) -> None:
    size = max(len(one), len(other))
    one, other = one.ljust(size, b"\1"), other.ljust(size, b"\1")
    assert (pack(one) == pack(other)) == (one == other)


def test_packing_is_big_endian_and_fills_on_the_right() -> None:
    assert pack(b"") == ()
    assert pack(b"\xff") == (0xFF << 240,)
    assert pack(bytes(30) + b"\1\2") == (1, 2 << 240)


@pytest.mark.parametrize(
    ("elements", "size"), [((), 1), ((0, 0), 31), ((1,), 30), ((2**248,), 31), ((-1,), 31), ((0,), 32)]
)
def test_elements_that_no_payload_has_are_refused(elements: tuple[int, ...], size: int) -> None:
    with pytest.raises(ProofError):
        unpack(elements, size)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ((0,), 18622970401557034651033185129330286139447343337105683528700775943440799145467),
        ((1, 2, 3), 15420506892278731668823630372592719583204298986030877100115762694548203411900),
        (
            (2**248 - 1, 0, 12345678901234567890),
            1710631076921633638893084206792610620247689428303189885885140612837491224650,
        ),
        ((5,), 14514759055375278689976914306499817409878087192051904765295853804250090296098),
        ((5, 0), 3849951073559705647083927846800030213264545594375711289379076140338783102578),
    ],
)
def test_hashes_are_those_of_gnark_crypto(elements: tuple[int, ...], expected: int) -> None:
    assert poseidon2(elements) == expected


def test_only_field_elements_are_hashed() -> None:
    with pytest.raises(ProofError, match="no field element"):
        poseidon2([MODULUS])
    with pytest.raises(ProofError, match="no field element"):
        poseidon2([-1])


def test_a_commitment_hides_its_input_behind_a_salt() -> None:
    payload = bytes(range(40))
    assert commitment(7, payload) == poseidon2((7, *pack(payload)))
    assert commitment(7, payload) != commitment(8, payload)
    assert {new_salt() < 2 ** (8 * ELEMENT_BYTES) for _ in range(64)} == {True}
    assert new_salt() != new_salt()
    with pytest.raises(ProofError, match="a salt is a number below 2"):
        commitment(2**248, payload)


STATEMENT = {
    "job": 1,
    "version": 2,
    "miner": bytes(20),
    "input_digest": bytes(32),
    "options": b"",
    "seed": bytes([1]) * 32,
    "outcome": 1,
    "output_digest": bytes([2]) * 32,
    "units": 1,
}


def test_a_delivery_s_digest_binds_every_field_and_the_chain() -> None:
    changes = {
        "job": 2,
        "version": 1,
        "miner": bytes([1]) * 20,
        "input_digest": bytes([1]) * 32,
        "options": b"{}",
        "seed": bytes(32),
        "outcome": 2,
        "output_digest": bytes(32),
        "units": 2,
    }
    found = {delivery_digest("nesa-1", **STATEMENT), delivery_digest("nesa-2", **STATEMENT)}  # type: ignore[arg-type]
    found |= {delivery_digest("nesa-1", **(STATEMENT | {name: value})) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(found) == 2 + len(STATEMENT)


def test_a_delivery_s_digest_is_the_hash_that_the_chain_computes() -> None:
    fields = (
        (1).to_bytes(8, "big") + (2).to_bytes(8, "big") + bytes(20) + bytes(32) + hashlib.sha256(b"").digest()
        + bytes([1]) * 32 + (1).to_bytes(8, "big") + bytes([2]) * 32 + (1).to_bytes(8, "big")
    )  # fmt: skip
    framed = b"\x10nesa/delivery/v1\x06nesa-1" + fields
    assert delivery_digest("nesa-1", **STATEMENT) == hashlib.sha256(framed).digest()  # type: ignore[arg-type]


def test_a_decision_s_context_binds_version_account_label_and_chain() -> None:
    base = decision_digest("nesa-1", version=1, account=bytes(20), label=bytes(32))
    assert base == digest("decision", "nesa-1", (1).to_bytes(8, "big"), bytes(20), bytes(32))
    others = {
        decision_digest("nesa-2", version=1, account=bytes(20), label=bytes(32)),
        decision_digest("nesa-1", version=2, account=bytes(20), label=bytes(32)),
        decision_digest("nesa-1", version=1, account=bytes([1]) * 20, label=bytes(32)),
        decision_digest("nesa-1", version=1, account=bytes(20), label=bytes([1]) * 32),
    }
    assert len(others | {base}) == 5
    assert as_context(base) == int.from_bytes(base, "big") % 2**248


def test_fields_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="an address has 19 bytes instead of 20"):
        decision_digest("nesa-1", version=1, account=bytes(19), label=bytes(32))
    with pytest.raises(ValueError, match="a label has 31 bytes"):
        decision_digest("nesa-1", version=1, account=bytes(20), label=bytes(31))
    with pytest.raises(ValueError, match="a digest has 31 bytes"):
        as_context(bytes(31))
