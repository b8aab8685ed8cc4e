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
