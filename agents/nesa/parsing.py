"""JSON that may be anybody's."""

import json

import orjson

__all__ = ["parse_json"]


def parse_json(text: bytes | str) -> object:
    """Return what a JSON document says, integers of any size included.

    Raises:
        ValueError: not JSON, or nested so deeply that reading it could exhaust the stack. The standard library's reader
            notices that by the interpreter's limit only, which some libraries raise beyond what the stack holds.
    """
    orjson.loads(text)  # has a limit of its own, but makes floats of large integers
    found: object = json.loads(text)
    return found
