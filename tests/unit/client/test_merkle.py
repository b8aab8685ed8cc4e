import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesa.client import ReceiptError
from nesa.client._merkle import inclusion_path, inclusion_root, merkle_root


def test_roots_of_small_trees_are_those_of_rfc_6962() -> None:
    def leaf(data: bytes) -> bytes:
        return hashlib.sha256(b"\0" + data).digest()

    def inner(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\1" + left + right).digest()

    assert merkle_root([]) == hashlib.sha256(b"").digest()
    assert merkle_root([b"a"]) == leaf(b"a")
    assert merkle_root([b"a", b"b"]) == inner(leaf(b"a"), leaf(b"b"))
    assert merkle_root([b"a", b"b", b"c"]) == inner(inner(leaf(b"a"), leaf(b"b")), leaf(b"c"))


leaves = st.lists(st.binary(max_size=40), min_size=1, max_size=40, unique=True)


@given(leaves, st.data())
def test_every_leaf_can_be_proved(items: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    path = inclusion_path(items, index)
    assert inclusion_root(items[index], index, len(items), path) == merkle_root(items)


@given(leaves, st.binary(max_size=40), st.data())
def test_nothing_else_can_be_proved(items: list[bytes], other: bytes, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    path = inclusion_path(items, index)
    if other != items[index]:
        assert inclusion_root(other, index, len(items), path) != merkle_root(items)
    for wrong in (index + 1, index - 1):
        if 0 <= wrong < len(items):
            with suppress(ReceiptError):
                assert inclusion_root(items[index], wrong, len(items), path) != merkle_root(items)


@pytest.mark.parametrize(
    ("index", "count", "path"), [(1, 1, []), (-1, 2, [b"x"]), (0, 1, [b"x"]), (0, 2, []), (0, 5, [b""] * 200)]
)
def test_impossible_shapes_are_refused(index: int, count: int, path: list[bytes]) -> None:
    with pytest.raises(ReceiptError):
        inclusion_root(b"a", index, count, path)
