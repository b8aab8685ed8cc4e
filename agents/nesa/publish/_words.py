"""How a model's texts become tokens: its tokenizer, its chat template, and what ends an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from nesa.errors import InvalidInputError, TemplateError, UnsupportedModelError
from nesa.models import TextInput
from nesa.publish._folder import Source
from nesa.publish._inspect import Found
from nesa.text import Prompter, Tokenizer

__all__ = ["GENERATION", "TEMPLATE", "TOKENIZER", "Words", "read_words", "try_words"]

TOKENIZER = "tokenizer.json"
TEMPLATE = "chat_template.jinja"
GENERATION = "generation_config.json"
_SETTINGS = "tokenizer_config.json"
_MAX_TOKENIZER = 64 * 2**20
_MAX_TEMPLATE = 2**18
_MAX_STOPS = 16
_HELLO = json.dumps({"messages": [{"role": "user", "content": "Hello"}]}).encode()
_PROMPT = json.dumps({"prompt": "Hello"}).encode()


@dataclass(frozen=True, slots=True)
class Words:
    """How a model's texts become tokens.

    Attributes:
        size: how many tokens the tokenizer has.
        template: path of the chat template in the folder; empty where there is none.
        extra: files that the folder lacks and the manifest names: a template that its settings hold in a list.
        bos: text of the token that a text begins with; empty for none.
        eos: text of the token that ends a turn; empty for none.
        stops: ids of the tokens that end an answer.
    """

    size: int
    template: str
    extra: Mapping[str, bytes]
    bos: str
    eos: str
    stops: tuple[int, ...]


def read_words(source: Source, found: Found) -> Words:
    """Read tokenizer and chat template, and try both.

    Raises:
        UnsupportedModelError: there is none, or nothing ends an answer.
        TokenizerError: the tokenizer is none.
        TemplateError: the template is none, or does what templates may not.
    """
    if TOKENIZER not in source.files:
        raise UnsupportedModelError(
            f"the folder has no {TOKENIZER}; save the tokenizer anew with transformers' AutoTokenizer, which writes it"
        )
    raw = source.read(TOKENIZER, _MAX_TOKENIZER)
    tokenizer = Tokenizer(raw)
    settings, generation = source.settings(_SETTINGS), source.settings(GENERATION)
    template, extra = _template(source, settings)
    by_id = {id_: text for text, id_ in tokenizer.special.items()}
    stops = _ids(found.generator.get("eos_token_id"), generation.get("eos_token_id"), found.config.get("eos_token_id"))
    eos = _token(settings.get("eos_token"), tokenizer) or next((by_id[id_] for id_ in stops if id_ in by_id), "")
    first = _ids(found.generator.get("bos_token_id"), generation.get("bos_token_id"), found.config.get("bos_token_id"))
    bos = _token(settings.get("bos_token"), tokenizer) or next((by_id[id_] for id_ in first if id_ in by_id), "")
    if eos and tokenizer.special[eos] not in stops:
        stops = (*stops, tokenizer.special[eos])
    if not stops:
        raise UnsupportedModelError(
            "nothing says which token ends an answer; write eos_token_id into generation_config.json"
        )
    return Words(tokenizer.size, template, extra, bos, eos, stops[:_MAX_STOPS])


def _template(source: Source, settings: Mapping[str, object]) -> tuple[str, dict[str, bytes]]:
    if source.files.get(TEMPLATE):
        return TEMPLATE, {}
    match settings.get("chat_template"):
        case str(text) if text:
            return _SETTINGS, {}
        case [*named]:
            for entry in named:
                match entry:
                    case {"name": "default", "template": str(default)}:
                        return TEMPLATE, {TEMPLATE: default.encode()}
    return "", {}


def _ids(*given: object) -> tuple[int, ...]:
    """Return the first that is an id or a list of ids."""
    for value in given:
        items = value if isinstance(value, list) else [value]
        found = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool) and item >= 0)
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _token(value: object, tokenizer: Tokenizer) -> str:
    """Return the text of a token as the tokenizer's settings name it, if the tokenizer has it as a special one."""
    match value:
        case str(text) | {"content": str(text)}:
            return text if text in tokenizer.special else ""
    return ""


def try_words(source: Source, words: Words, spec: TextInput) -> None:
    """Turn a short conversation into tokens.

    Raises:
        TokenizerError: the tokenizer does not fit.
        TemplateError: the template refuses what people say, or does too much.
    """
    template = b""
    if words.template:
        template = words.extra.get(words.template) or source.read(words.template, _MAX_TEMPLATE)
    prompter = Prompter(spec, source.read(TOKENIZER, _MAX_TOKENIZER), template)
    try:
        prompter.prompt(_HELLO if words.template else _PROMPT)
    except InvalidInputError as error:
        raise TemplateError(f"a greeting cannot be put into tokens: {error}") from error
