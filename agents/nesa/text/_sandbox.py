"""An environment for templates that strangers wrote: no reach beyond its values, and no work without end.

A miner renders the template of whatever model it serves, and must neither hang nor run out of memory. So besides what
Jinja's own sandbox refuses, only the filters, tests and methods named here exist, and whatever an expression works with
is counted. Texts are not repeated, formatted or padded: no chat template needs it.
"""

import json
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from nesa.errors import TemplateError
from nesa.text._budget import BUDGET
from nesa.text._rewrite import COUNTED, JOINED, TAKEN, rewrite
from nesa.untrusted import clean

__all__ = ["Sandbox"]

_FILTERS = (
    "abs capitalize count default first float int items last length list lower map max min reject rejectattr reverse "
    "select selectattr sort string title trim unique upper"
)
_TESTS = (
    "boolean callable defined divisibleby eq equalto even false float ge gt greaterthan in integer iterable le "
    "lessthan lower lt mapping ne none number odd sameas sequence string true undefined upper"
)
_ATTRIBUTES: dict[type, str] = {
    str: "capitalize endswith find index isalpha isdigit isspace join lower lstrip partition removeprefix removesuffix "
    "replace rfind rpartition rsplit rstrip split splitlines startswith strip title upper",
    dict: "get items keys values",
    list: "count index",
    tuple: "count index",
    LoopContext: "first index index0 last length nextitem previtem revindex revindex0",
}
_MAX_RANGE = 10_000
_MAX_INDENT = 16
_MAX_SAID = 200


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with everything counted."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, autoescape=False, finalize=_printed)
        self.filters = {name: _metered(self.filters[name]) for name in _FILTERS.split()}
        self.filters |= {"replace": _replace, "join": _join, "tojson": _to_json}
        self.filters |= {COUNTED: _counted, JOINED: _joined, TAKEN: _taken}
        self.tests = {name: _metered(self.tests[name]) for name in _TESTS.split()}
        self.globals = {"namespace": Namespace, "range": _range, "raise_exception": _refuse}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return rewrite(super()._parse(source, name, filename), self)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - values of templates
        """Carry out an operation whose result cannot be too large."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator in {"*", "%"} and not numbers):
            raise TemplateError("the chat template repeats or formats texts, or raises to powers")
        if operator == "+" and not numbers:
            _taken(left), _taken(right)
        return _taken(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Any:  # noqa: ANN401 - values of templates
        """Leave ``str.format`` to be refused, where Jinja would offer one that pads to any length."""
        del value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - values of templates
        """Tell whether a template may use an attribute."""
        if isinstance(obj, Namespace):
            return super().is_safe_attribute(obj, attr, value)
        return any(isinstance(obj, kind) and attr in names.split() for kind, names in _ATTRIBUTES.items())

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - values of templates
        """Call a method, a macro or a function, and count what goes in and comes out."""
        if isinstance(obj, Macro):
            with BUDGET.get().macro():
                return _taken(super().call(context, obj, *map(_taken, args), **kwargs))
        for value in (getattr(obj, "__self__", None), *args, *kwargs.values()):
            _taken(value)
        match getattr(obj, "__name__", ""), getattr(obj, "__self__", None):
            case "replace", str(text):
                return _replace(text, *args)
            case "join", str(text):
                return _join(args[0] if args else (), text)
        return _taken(super().call(context, obj, *args, **kwargs))


def _taken(value: Any) -> Any:  # noqa: ANN401 - values of templates
    return BUDGET.get().taken(value)


def _counted(values: Any, cost: int) -> Any:  # noqa: ANN401 - values of templates
    return BUDGET.get().counted(values, cost)


def _printed(value: object) -> object:
    """Count what is printed. Lists would be spelt as Python spells them, and are no part of any prompt."""
    if not isinstance(value, str | int | float | Undefined | None):
        raise TemplateError("the chat template prints what is neither a text nor a number")
    return _taken(value)


def _joined(parts: list[object]) -> str:
    return _join(parts)


def _join(values: Any, d: str = "") -> str:  # noqa: ANN401 - values of templates
    texts = [str(_printed(value)) for value in values]
    BUDGET.get().length(sum(map(len, texts)) + len(d) * len(texts))
    return d.join(texts)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    BUDGET.get().length(len(text) + max(0, len(new) - len(old)) * (text.count(old) if count < 0 else count))
    return text.replace(old, new, count)


def _to_json(value: object, indent: int | None = None) -> str:
    """Spell a value as Hugging Face's templates expect it, which is not how Jinja would, for pages."""
    if indent is not None and (not isinstance(indent, int) or indent > _MAX_INDENT):
        raise TemplateError(f"the chat template indents by more than {_MAX_INDENT} spaces")
    return str(_taken(json.dumps(_taken(value), ensure_ascii=False, indent=indent)))


def _metered(function: Any) -> Callable[..., Any]:  # noqa: ANN401 - the library's table of filters is untyped
    """Count what goes into a filter or a test and what comes out."""
    passed = getattr(function, "jinja_pass_arg", None)

    def metered(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - values of templates
        for value in (args[1:] if passed is not None else args, *kwargs.values()):
            _taken(value)
        found = function(*args, **kwargs)
        if not isinstance(found, str | list | tuple | dict | int | float | Undefined | None):
            found = list(_counted(found, 1))
        return _taken(found)

    metered.__name__ = getattr(function, "__name__", "")
    if passed is not None:
        metered.jinja_pass_arg = passed  # type: ignore[attr-defined]
    return metered


def _range(*args: int) -> list[int]:
    values = range(*args)
    if len(values) > _MAX_RANGE:
        raise TemplateError(f"the chat template counts to more than {_MAX_RANGE}")
    return list(values)


def _refuse(message: object = "") -> str:
    said = clean(message) if isinstance(message, str) else "it does not say why"
    raise TemplateError(f"the chat template refuses the conversation: {said[:_MAX_SAID]}")
