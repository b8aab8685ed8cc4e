"""Options of a request for text, in canonical JSON: how many tokens at most, how to draw them, and where to stop."""

import json
from dataclasses import dataclass

from nesa.errors import InvalidInputError
from nesa.models import Manifest
from nesa.sampling import Sampling
from nesa.untrusted import parse_json

__all__ = ["TextOptions", "parse_options"]

_MAX_BYTES = 4096
_MAX_TEMPERATURE = 2000
_MAX_STOPS = 4
_ANY_VOCABULARY = 2**32
_MAX_STOP = 64


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How to go on.

    Attributes:
        max_tokens: of the answer.
        sampling: temperature and top-k.
        stop: texts before which the answer ends.
        schema: of the JSON that the answer is, as JSON; empty for any text.
    """

    max_tokens: int
    sampling: Sampling
    stop: tuple[str, ...] = ()
    schema: str = ""


def parse_options(raw: bytes, manifest: Manifest, vocabulary: int = _ANY_VOCABULARY) -> TextOptions:
    """Read a request's options: ``max_tokens``, ``temperature`` in thousandths, ``top_k`` and ``stop``, each optional.

    So is ``schema`` where the manifest offers guidance.

    Args:
        raw: canonical JSON, or nothing.
        manifest: whose defaults and limits hold.
        vocabulary: how many tokens the tokenizer has; whoever asks need not know.

    Raises:
        InvalidInputError: one sentence that says what is wrong with them.
    """
    if len(raw) > _MAX_BYTES:
        raise InvalidInputError("the options are too long")
    try:
        given = parse_json(raw) if raw else {}
    except ValueError as error:
        raise InvalidInputError("the options are not JSON") from error
    if not isinstance(given, dict):
        raise InvalidInputError("the options are not a JSON object")
    declared = manifest.sampling
    unknown = set(given) - {"max_tokens", "temperature", "top_k", "stop", *(["schema"] if manifest.guidance else [])}
    if unknown:
        raise InvalidInputError(f"the model has no option {min(unknown)!r}")
    return TextOptions(
        max_tokens=_integer(given, "max_tokens", 1, declared.limit, declared.max_tokens),
        sampling=Sampling(
            temperature=_integer(given, "temperature", 0, _MAX_TEMPERATURE, declared.temperature),
            top_k=_integer(given, "top_k", 0, vocabulary, declared.top_k),
        ),
        stop=_stops(given.get("stop", [])),
        schema=_schema(given["schema"]) if "schema" in given else "",
    )


def _schema(found: object) -> str:
    if not isinstance(found, dict):
        raise InvalidInputError("schema is a JSON object that spells a JSON Schema")
    return json.dumps(found)


def _integer(given: dict[str, object], name: str, low: int, high: int, default: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        unit = " thousandths" if name == "temperature" else ""
        raise InvalidInputError(f"{name} is a whole number from {low} to {high}{unit}")
    return value


def _stops(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or len(found) > _MAX_STOPS:
        raise InvalidInputError(f"stop is a list of at most {_MAX_STOPS} texts")
    for text in found:
        if not isinstance(text, str) or not 1 <= len(text) <= _MAX_STOP:
            raise InvalidInputError(f"a text to stop at has 1 to {_MAX_STOP} characters")
    return tuple(found)
