"""From an input to the tokens that a model continues."""

from nesa.errors import InvalidInputError, TemplateError, TokenizerError
from nesa.models import TextInput
from nesa.text._request import parse_conversation
from nesa.text._template import ChatTemplate
from nesa.text._tokenizer import Tokenizer
from nesa.untrusted import parse_json

__all__ = ["Prompter"]

_BPS = 10_000
_RENDERED = 2**20  # bytes of what a template makes at most


def _source(raw: bytes, *, in_settings: bool) -> str:
    """Return a template's text: the file's, or of a ``tokenizer_config.json`` what it calls ``chat_template``."""
    try:
        text = raw.decode()
        found = parse_json(text) if in_settings else text
    except ValueError as error:
        raise TemplateError("the chat template's file is neither UTF-8 nor JSON") from error
    match found:
        case str(source) | {"chat_template": str(source)}:
            return source
    raise TemplateError("the file of the tokenizer's settings holds no chat template")


class Prompter:
    """A model's tokenizer and chat template; one instance serves many threads."""

    def __init__(self, spec: TextInput, tokenizer: bytes, template: bytes) -> None:
        """Read them.

        Args:
            spec: the manifest's input.
            tokenizer: the file that it names.
            template: the file that it names; nothing where it names none.

        Raises:
            TokenizerError: the tokenizer is none, makes too much of a text, or lacks a token that the manifest names.
            TemplateError: the template is none.
        """
        self.tokenizer = Tokenizer(tokenizer)
        self.tokenizer.expect(max(spec.max_bytes, _RENDERED if spec.template else 0))
        self._spec = spec
        for token in (spec.bos, spec.eos):
            if token and token not in self.tokenizer.special:
                raise TokenizerError(f"the tokenizer has no special token {token!r}")
        self._template: ChatTemplate | None = None
        if spec.template:
            source = _source(template, in_settings=spec.template.endswith(".json"))
            self._template = ChatTemplate(source, {"bos_token": spec.bos, "eos_token": spec.eos})

    def prompt(self, data: bytes) -> list[int]:
        """Return an input's tokens; there is room for one more at least.

        Raises:
            InvalidInputError: one sentence that says what is wrong with the input.
        """
        asked = parse_conversation(data, self._spec.max_bytes)
        for text in (asked.prompt, *(message["content"] for message in asked.messages)):
            # A user's text must not be able to end the user's turn.
            for token in self.tokenizer.special:
                if token in text:
                    raise InvalidInputError(f"the text holds {token!r}, which steers the model")
        if asked.prompt:
            tokens = self.tokenizer.encode(asked.prompt, complete=True)
        elif self._template is None:
            raise InvalidInputError("the model continues prompts and holds no conversations: it has no chat template")
        else:
            try:
                tokens = self.tokenizer.encode(self._template.render(asked.messages))
            except TemplateError as error:
                raise InvalidInputError(str(error)) from error
        if not tokens:
            raise InvalidInputError("the prompt has no tokens")
        if len(tokens) >= self._spec.context:
            raise InvalidInputError(f"the prompt has {len(tokens)} tokens, the model has room for {self._spec.context}")
        return tokens

    def units(self, prompt: int, answer: int) -> int:
        """Return what so many tokens of prompt and answer cost, in tokens of an answer."""
        return answer + -(-prompt * self._spec.prompt_bps // _BPS)
