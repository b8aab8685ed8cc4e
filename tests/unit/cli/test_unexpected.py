import json
from typing import Any

import pytest

from nesa.cli import _keys
from unit.cli.conftest import Nesa


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a command fail with an error that nobody has thought of."""

    def make(error: BaseException) -> None:
        def keystore(_: object) -> None:
            raise error

        monkeypatch.setattr(_keys, "Keystore", keystore)

    return make


def test_an_unexpected_error_is_one_sentence_without_what_was_worked_on(nesa: Nesa, fail: Any) -> None:
    fail(ValueError("no number: 'the words of a key'"))
    done = nesa("keys", "list")
    assert done.sentence.startswith("Error: unexpected ValueError at ")
    assert "test_unexpected.py:" in done.sentence
    assert "NESA_DEBUG=1" in done.sentence
    assert "words of a key" not in done.err + done.out


def test_what_the_system_refuses_is_told(nesa: Nesa, fail: Any) -> None:
    fail(PermissionError(13, "Permission denied", "/keys\x1b"))
    assert "unexpected PermissionError (Permission denied: /keys�)" in nesa("keys", "list").sentence


def test_an_unexpected_error_of_a_group_is_the_first_in_it(nesa: Nesa, fail: Any) -> None:
    fail(ExceptionGroup("unhandled", [ExceptionGroup("more", [KeyError("x")]), ValueError()]))
    assert "unexpected KeyError at " in nesa("keys", "list").sentence


def test_an_unexpected_error_is_json_where_that_was_asked_for(nesa: Nesa, fail: Any) -> None:
    fail(RecursionError())
    done = nesa("keys", "list", "--json")
    assert (done.status, json.loads(done.err)["status"]) == (1, 1)
    assert "RecursionError" in json.loads(done.err)["error"]


def test_ctrl_c_in_a_group_is_an_interrupt(nesa: Nesa, fail: Any) -> None:
    fail(BaseExceptionGroup("unhandled", [KeyboardInterrupt()]))
    assert nesa("keys", "list").status == 130


def test_debugging_shows_the_trace(nesa: Nesa, fail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(ValueError("details"))
    monkeypatch.setenv("NESA_DEBUG", "1")
    done = nesa("keys", "list")
    assert done.status == 1
    assert "Traceback" in done.err
    assert "ValueError: details" in done.err
