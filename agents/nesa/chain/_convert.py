"""From protobuf messages to the package's own types and back, field by field under the same names.

A field's annotation says what becomes of it: ``int`` of a number or of a decimal string, ``str`` of raw address bytes
too, enumerations by number, dataclasses and tuples of all these. A test holds the types' fields to the protobuf ones.
"""

from collections.abc import Callable, Iterable
from dataclasses import Field, fields, is_dataclass
from enum import IntEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from google.protobuf.message import Message

from nesa.chain._addresses import encode_address
from nesa.chain._errors import ChainError

__all__ = ["from_proto", "proto_name", "to_proto"]

T = TypeVar("T")
M = TypeVar("M", bound=Message)
Reader = Callable[[Any], Any]


def proto_name(field: "Field[Any]") -> str:
    """Return the protobuf name of a dataclass's field; it differs where Python reserves the word."""
    return str(field.metadata.get("proto", field.name))


def _integer(value: int | str) -> int:
    return int(value or 0)


def _text(value: str | bytes) -> str:
    if isinstance(value, bytes):
        return encode_address(value) if value else ""
    return value


def _enumeration(kind: type[IntEnum]) -> Reader:
    def read(value: int) -> IntEnum:
        try:
            return kind(value)
        except ValueError:
            raise ChainError(
                f"The chain reports {kind.__name__} {value}, which this version does not know: update the package."
            ) from None

    return read


def _reader(hint: Any) -> Reader:  # noqa: ANN401, PLR0911 (a type hint is no type; one return for each kind of hint)
    if hint is int:
        return _integer
    if hint is str:
        return _text
    if hint in (bytes, bool):
        return hint  # type: ignore[no-any-return]
    if get_origin(hint) is tuple:
        element = _reader(get_args(hint)[0])
        return lambda values: tuple(element(value) for value in values)
    if get_origin(hint) is UnionType:
        return _reader(get_args(hint)[0])
    if issubclass(hint, IntEnum):
        return _enumeration(hint)
    return lambda value: from_proto(hint, value)


@cache
def _plan(kind: type[Any]) -> tuple[tuple[str, str, bool, Reader], ...]:
    """Return name, protobuf name, whether it may be absent, and the reader of each field."""
    hints = get_type_hints(kind)
    return tuple(
        (field.name, proto_name(field), get_origin(hints[field.name]) is UnionType, _reader(hints[field.name]))
        for field in fields(kind)
    )


def from_proto(kind: type[T], message: Message) -> T:
    """Return ``message`` as a ``kind``.

    Raises:
        ChainError: an enumeration has a number that this version of the package does not know.
    """
    values = {
        name: None if optional and not message.HasField(source) else read(getattr(message, source))
        for name, source, optional, read in _plan(kind)  # type: ignore[arg-type]  # a class is hashable
    }
    return kind(**values)


def _fill(message: Message, name: str, value: Any) -> None:  # noqa: ANN401 (any field's value)
    target = getattr(message, name)
    if is_dataclass(value):
        target.SetInParent()
        _copy(value, target)
    elif isinstance(value, tuple):
        for element in value:
            if is_dataclass(element):
                _copy(element, target.add())
            else:
                target.append(element)
    elif isinstance(target, str):
        setattr(message, name, str(value))
    else:
        setattr(message, name, value)


def _copy(source: Any, target: Message) -> None:  # noqa: ANN401 (any of the package's dataclasses)
    for field in fields(source):
        value = getattr(source, field.name)
        if value is not None:
            _fill(target, proto_name(field), value)


def to_proto(source: object, kind: type[M]) -> M:
    """Return one of the package's dataclasses as the protobuf message of the same fields."""
    message = kind()
    _copy(source, message)
    return message


def all_to_proto(sources: Iterable[object], kind: type[M]) -> list[M]:
    """Return several at once."""
    return [to_proto(source, kind) for source in sources]
