"""The receipt in tests/vectors was exported from a localnet: a real chain's blocks, signatures and proofs."""

import base64
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.chain import Status
from nesa.client import PROVES, Receipt, ReceiptError, verify_receipt
from nesa.client._evidence import SignedBlock, StateProof
from nesa.client._merkle import IAVL, STORES, existence_root
from nesa.proto.tendermint.types.validator_pb2 import BLOCK_ID_FLAG_ABSENT

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "receipt.json").read_text())

# What the proof hangs on; the rest of the document says what is proved, or where.
PARTS = [
    (*path, name)
    for path, names in (
        (("state", "record"), ("key", "value", "in_store", "in_app")),
        (("state", "block"), ("header", "commit")),
        (("request", "block"), ("header", "commit")),
        (("request", "tx"), ("raw",)),
        (("delivery", "block"), ("header", "commit")),
        (("delivery", "tx"), ("raw",)),
    )
    for name in names
]


def changed(path: tuple[str, ...], change: Any) -> Receipt:
    document = copy.deepcopy(DOCUMENT)
    part = document
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = change(part[path[-1]])
    return Receipt(document)


def test_a_real_receipt_is_verified_without_a_node() -> None:
    proved = verify_receipt(Receipt.from_json(json.dumps(DOCUMENT)))
    assert proved.status is Status.SETTLED
    assert (proved.chain_id, proved.job_id) == (DOCUMENT["chain_id"], DOCUMENT["job_id"])
    assert proved.fee == 10**17
    assert len(proved.blocks) == 3
    assert len(proved.validator_sets) == 1
    assert "does not prove" in PROVES


@given(st.sampled_from(PARTS), st.data())
def test_no_byte_of_the_proof_can_be_changed(path: tuple[str, ...], data: st.DataObject) -> None:
    def flip(text: str) -> str:
        raw = bytearray(base64.b64decode(text))
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        return base64.b64encode(raw).decode()

    receipt = changed(path, flip)
    try:
        found = verify_receipt(receipt)
    except ReceiptError:
        return
    # A commit has bytes that no signature covers, such as a validator's address; what is proved is the same.
    assert path[-1] == "commit"
    assert found == verify_receipt(Receipt(DOCUMENT))


def test_too_little_voting_power_is_refused() -> None:
    def absent(text: str) -> str:
        block = SignedBlock.read(DOCUMENT["state"]["block"])
        commit = block.commit
        commit.signatures[0].block_id_flag = BLOCK_ID_FLAG_ABSENT
        assert text
        return base64.b64encode(commit.SerializeToString()).decode()

    with pytest.raises(ReceiptError, match="two thirds"):
        verify_receipt(changed(("state", "block", "commit"), absent))


def test_own_validators_do_not_pass_for_the_chains() -> None:
    def own(validators: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**validators[0], "key": base64.b64encode(bytes(32)).decode()}]

    with pytest.raises(ReceiptError, match="another validator set"):
        verify_receipt(changed(("state", "block", "validators"), own))


def test_proofs_of_the_two_trees_are_not_interchangeable() -> None:
    state = StateProof.read(DOCUMENT["state"]["record"])
    with pytest.raises(ReceiptError, match="another kind of tree"):
        existence_root(state.in_store, state.key, state.value, STORES)
    root = existence_root(state.in_store, state.key, state.value, IAVL)
    with pytest.raises(ReceiptError):
        existence_root(state.in_app, state.store.encode(), root, IAVL)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "nesa/receipt/v1"}', '{"format": "nesa/receipt/v1", "job_id": 1, "state": 5}']
)
def test_what_is_no_receipt_is_told(text: str) -> None:
    with pytest.raises(ReceiptError):
        verify_receipt(Receipt.from_json(text))
