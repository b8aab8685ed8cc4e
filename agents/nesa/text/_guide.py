"""Guided answers: which tokens may come next in a JSON document that follows a schema.

The tokens allowed at a place are a function of schema, tokenizer and the tokens before it, the same on every machine:
the library works in integers, and what it may spend is counted in its own steps and states, never in time.
"""

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from nesa.errors import InvalidInputError, ModelUnavailableError, TokenizerError
from nesa.models import GuidanceOption
from nesa.untrusted import clean

__all__ = ["Grammars", "Guide"]

_MAX_SAID = 100
_REFERENCES = {"$dynamicRef", "$id", "$recursiveRef", "$ref"}
_LIMITS = {
    "initial_lexer_fuel": 100_000,
    "max_grammar_size": 50_000,
    "max_items_in_row": 500,
    "max_lexer_states": 20_000,
    "step_lexer_fuel": 20_000,
    "step_max_items": 5_000,
    "verbose_errors": False,
}
# One way to write a document, so that an answer cannot be padded: a space after a comma and a colon, and no others.
_STYLE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


class Guide:
    """Follows one answer from its first token on."""

    def __init__(self, matcher: Any, vocabulary: int, stops: Sequence[int]) -> None:  # noqa: ANN401 - the library's own
        self._matcher = matcher
        self._vocabulary = vocabulary
        self._stops = list(stops)

    def allowed(self) -> npt.NDArray[np.bool_]:
        """Return what may come next, bool [vocabulary]; call it at each place, once.

        It is the end alone where the document is complete, or where following the schema takes more than it may.
        """
        packed = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        found = np.unpackbits(packed, bitorder="little", count=self._vocabulary).astype(np.bool_)
        if self._matcher.is_error() or not found.any():
            found = np.zeros(self._vocabulary, np.bool_)
            found[self._stops] = True
        return found

    def take(self, token: int) -> None:
        """Go on after a token."""
        self._matcher.consume_token(token)


class Grammars:
    """Makes guides for one model. Many threads may use it."""

    def __init__(self, declared: GuidanceOption, tokenizer: bytes, vocabulary: int, stops: Sequence[int]) -> None:
        """Read a tokenizer once more, with the library that guides.

        Args:
            declared: the versions of the library that the manifest names.
            tokenizer: a ``tokenizer.json``.
            vocabulary: how many tokens the graph tells apart.
            stops: the tokens that end an answer.

        Raises:
            ModelUnavailableError: the library is missing here, or has another version.
            TokenizerError: it does not read this tokenizer.
        """
        try:
            self._library = import_module("llguidance")
        except ImportError as error:
            raise ModelUnavailableError("guided answers need this package's extra 'text'") from error
        minor = ".".join(version("llguidance").split(".")[:2])
        if minor not in declared.versions:
            raise ModelUnavailableError(
                f"guided answers need llguidance {' or '.join(declared.versions)}, and {minor} is installed"
            )
        self._vocabulary = vocabulary
        self._stops = tuple(stops)
        self._limits = self._library.LLParserLimits(**_LIMITS)
        try:
            self._tokenizer = self._library.LLTokenizer(
                tokenizer.decode(), n_vocab=vocabulary, eos_token=list(stops), slices=[]
            )
        except Exception as error:  # the library's errors share no base below Exception
            raise TokenizerError("the library that guides answers does not read the tokenizer") from error

    def guide(self, schema: str) -> Guide:
        """Return a guide to documents of a schema, at their beginning. It shares nothing with another.

        Args:
            schema: a JSON object that spells a JSON Schema.

        Raises:
            InvalidInputError: the schema is none, cannot be followed, or takes more than it may.
        """
        for place in _references(json.loads(schema)):
            if not place.startswith("#"):
                raise InvalidInputError("the schema refers to another document")
        try:
            grammar = self._library.LLMatcher.grammar_from_json_schema(schema, overrides=_STYLE)
        except ValueError as error:
            raise InvalidInputError("the schema is not a JSON Schema") from error
        matcher = self._library.LLMatcher(self._tokenizer, grammar, log_level=0, limits=self._limits)
        if not matcher.is_error():
            matcher.compute_bitmask()
        if matcher.is_error():
            said = clean(matcher.get_error().partition("\n")[0])[:_MAX_SAID].rstrip(" .")
            raise InvalidInputError(f"the schema cannot be followed: {said}")
        return Guide(matcher, self._vocabulary, self._stops)


def _references(found: object) -> Iterator[str]:
    """Yield what a schema refers to."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in _REFERENCES and isinstance(value, str):
                yield value
            yield from _references(value)
    elif isinstance(found, list):
        for item in found:
            yield from _references(item)
