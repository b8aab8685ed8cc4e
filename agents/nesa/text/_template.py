"""Chat templates: how messages become the one text that a model continues."""

from collections.abc import Mapping, Sequence

from nesa.errors import TemplateError
from nesa.text._budget import BUDGET, Budget

__all__ = ["ChatTemplate"]

_MAX_SOURCE = 2**16
# Whatever comes of values of other types than a template expects; the library catches none of it.
_FAILURES = (ArithmeticError, AttributeError, LookupError, NameError, RecursionError, TypeError, ValueError)


class ChatTemplate:
    """A template in Jinja, as Hugging Face's tokenizers have them; one instance serves many threads."""

    def __init__(self, source: str, tokens: Mapping[str, str]) -> None:
        """Compile a template.

        Args:
            source: the template.
            tokens: what ``bos_token``, ``eos_token`` and the like stand for.

        Raises:
            TemplateError: it is too long, or no template, does what templates may not, or the library is missing.
        """
        if len(source) > _MAX_SOURCE:
            raise TemplateError(f"the chat template has more than {_MAX_SOURCE} characters")
        self._tokens = dict(tokens)
        try:
            import jinja2  # noqa: PLC0415 - an extra

            from nesa.text._sandbox import Sandbox  # noqa: PLC0415 - imports it
        except ImportError as error:
            raise TemplateError("chat templates need this package's extra 'text'") from error
        self._failures = (jinja2.TemplateError, *_FAILURES)
        self._forbidden = jinja2.exceptions.SecurityError
        try:
            self._template = Sandbox().from_string(source)
        except (jinja2.TemplateError, RecursionError, SyntaxError, ValueError) as error:
            raise TemplateError(f"the chat template is none: {error}") from error

    def render(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Return the text that an answer to ``messages`` continues.

        Args:
            messages: ``role`` and ``content`` of each.

        Raises:
            TemplateError: the template refuses them, fails on them, or does too much.
        """
        mark = BUDGET.set(Budget())
        try:
            return self._template.render(
                {**self._tokens, "messages": [dict(message) for message in messages], "add_generation_prompt": True}
            )
        except self._failures as error:
            why = "does what templates may not" if isinstance(error, self._forbidden) else "fails on the conversation"
            raise TemplateError(f"the chat template {why}") from error
        finally:
            BUDGET.reset(mark)
