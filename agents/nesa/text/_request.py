"""What is asked of a language model: a conversation or the beginning of a text, and how to go on."""

from collections.abc import Mapping
from dataclasses import dataclass

from nesa.errors import InvalidInputError
from nesa.untrusted import parse_json

__all__ = ["Conversation", "parse_conversation"]

_ROLES = ("system", "user", "assistant")
_MAX_MESSAGES = 1024


@dataclass(frozen=True, slots=True)
class Conversation:
    """An input: messages for the chat template, or a ``prompt`` that is continued as it is."""

    messages: tuple[Mapping[str, str], ...] = ()
    prompt: str = ""


def parse_conversation(data: bytes, max_bytes: int) -> Conversation:
    """Read an input: ``{"messages": [{"role": …, "content": …}, …]}`` or ``{"prompt": …}``.

    Raises:
        InvalidInputError: one sentence that says what is wrong with it.
    """
    if len(data) > max_bytes:
        raise InvalidInputError(f"the input has {len(data)} bytes, more than {max_bytes}")
    try:
        found = parse_json(data)
    except ValueError as error:
        raise InvalidInputError("the input is not JSON") from error
    match found:
        case {"prompt": str(prompt), **rest} if not rest:
            if not prompt:
                raise InvalidInputError("the prompt is empty")
            return Conversation(prompt=prompt)
        case {"messages": list(messages), **rest} if not rest:
            if not 1 <= len(messages) <= _MAX_MESSAGES:
                raise InvalidInputError(f"a conversation has 1 to {_MAX_MESSAGES} messages, not {len(messages)}")
            return Conversation(messages=tuple(_message(message, at) for at, message in enumerate(messages)))
    raise InvalidInputError('the input is neither {"messages": […]} nor {"prompt": "…"}')


def _message(found: object, at: int) -> Mapping[str, str]:
    match found:
        case {"role": str(role), "content": str(content), **rest} if not rest and role in _ROLES:
            return {"role": role, "content": content}
    raise InvalidInputError(f"message {at} has not exactly a role ({', '.join(_ROLES)}) and a text as content")
