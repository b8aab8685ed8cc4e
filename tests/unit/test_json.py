"""JSON from strangers: nesting that would exhaust the stack is refused, whatever the interpreter's limit is."""

import base64
import sys
from collections.abc import Callable, Iterator

import pytest

from nesa.chain import ChainError, Network
from nesa.client import Receipt, ReceiptError
from nesa.errors import ManifestError, RelayError
from nesa.models import Manifest
from nesa.relay._nkeys import decode_claims
from nesa.untrusted import parse_json

DEEP = "[" * 500_000


@pytest.fixture(autouse=True)
def raised_limit() -> Iterator[None]:
    """Raise the limit of Python's own stack as py_ecc does when it is imported; the C stack is no larger for it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    yield
    sys.setrecursionlimit(before)


def token() -> str:
    return f"x.{base64.urlsafe_b64encode(DEEP.encode()).decode().rstrip('=')}.x"


@pytest.mark.parametrize(
    ("parse", "error"),
    [
        (lambda: Manifest.from_json(DEEP.encode()), ManifestError),
        (lambda: Receipt.from_json(DEEP), ReceiptError),
        (lambda: decode_claims(token()), RelayError),
        (lambda: Network.from_json(DEEP), ChainError),
        (lambda: parse_json(DEEP), ValueError),
    ],
    ids=["manifest", "receipt", "token", "network", "any"],
)
def test_deep_nesting_is_refused(parse: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        parse()


def test_large_integers_stay_whole() -> None:
    assert parse_json(str(2**200)) == 2**200


def test_a_hundred_deep_is_the_most() -> None:
    assert parse_json("[" * 100 + "]" * 100) == parse_json(b"[" * 100 + b"]" * 100)
    assert parse_json('{"a":' * 99 + "[1]" + "}" * 99)
    for deeper in ("[" * 101 + "]" * 101, '{"a":' * 100 + "[]" + "}" * 100):
        with pytest.raises(ValueError, match="more than 100 deep"):
            parse_json(deeper)


def test_a_key_that_stands_twice_is_refused_where_it_matters() -> None:
    assert parse_json('{"a": 1, "a": 2}') == {"a": 2}
    assert parse_json('{"a": [{"b": 1}, {"b": 2}]}', unique=True) == {"a": [{"b": 1}, {"b": 2}]}
    with pytest.raises(ValueError, match="a key twice"):
        parse_json('[{"a": {"b": 1, "b": 1}}]', unique=True)
