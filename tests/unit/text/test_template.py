"""Chat templates: those that models have, and those that would harm whoever renders them."""

import pytest

from nesa.errors import TemplateError
from nesa.text import ChatTemplate

TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
TALK = [
    {"role": "system", "content": "be brief"},
    {"role": "user", "content": "hi"},
    {"role": "assistant", "content": " yo "},
    {"role": "user", "content": "?"},
]
CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nhelp<|im_end|>\n' }}{% endif %}{{ '<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}"
)
BRACKETS = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set ns = namespace(index=0) %}
{%- for message in loop_messages %}
    {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
        {{- raise_exception("roles must alternate") }}
    {%- endif %}
    {%- set ns.index = ns.index + 1 %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- else %}
        {{- " " + message["content"]|trim + eos_token }}
    {%- endif %}
{%- endfor %}"""
MACRO = (
    "{% macro turn(role, text) %}<{{ role }}>{{ text | trim }}{% endmacro %}"
    "{% for m in messages | selectattr('role', 'ne', 'system') %}{{ turn(m.role, m.content) ~ '|' }}{% endfor %}"
)

HOSTILE = {
    "loops in loops": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "doubling": "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "adding": "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "lists in lists": "{% set n = namespace(x=['a']) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}",
    "repeating": "{{ 'a' * 1000000000 }}",
    "padding": "{{ '%1000000000d' % 3 }}",
    "format": "{{ '{:1000000000}'.format(3) }}",
    "format_map": "{{ '{a:1000000000}'.format_map({'a': 3}) }}",
    "centring": "{{ 'a'|center(1000000000) }}",
    "powers": "{{ 9 ** 9 ** 9 ** 9 }}",
    "squares": "{% set n = namespace(x=3) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "a long range": "{{ range(1000000000)|length }}",
    "a macro without end": "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "replacing": "{% set n = namespace(x='a') %}"
    "{% for i in range(99) %}{% set n.x = n.x|replace('a', 'aaa') %}{% endfor %}",
    "joining": "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x.join([n.x, n.x]) %}{% endfor %}",
    "its own text": "{% for i in range(9999) %}{% set x %}" + "a" * 50_000 + "{% endset %}{% endfor %}",
    "comparing": "{% set x = 'a' ~ 'b' %}{% for i in range(9999) %}"
    + "{{ messages == messages }}" * 300
    + "{% endfor %}",
    "classes": "{{ ''.__class__.__mro__ }}",
    "globals": "{{ namespace.__init__.__globals__ }}",
    "attributes by filter": "{{ messages|map(attribute='__class__')|list|tojson }}",
    "another file": "{% include '/etc/passwd' %}",
    "a recursive loop": "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}",
    "a hidden filter": "{{ 'a'|attr('__class__') }}",
    "too long": "a" * 70_000,
    "too many parts": "{{ 1 }}" * 3_000,
    "no template": "{% for %}",
    "a list printed": "{{ messages }}",
    "nothing there": "{{ messages[9].content.x }}",
    "no number": "{{ 1 / 0 }}",
    "no finite number": "{{ 1e999 }}",
    "indenting": "{{ [1]|tojson(indent=17) }}",
    "lists in lists in lists": "{% set n = namespace(x=[]) %}"
    "{% for i in range(100) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x|tojson }}",
}


def render(source: str) -> str:
    return ChatTemplate(source, TOKENS).render(TALK)


def test_marked_turns() -> None:
    assert render(CHATML) == (
        "<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n"
        "<|im_start|>assistant\n yo <|im_end|>\n<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_brackets_and_a_namespace() -> None:
    assert render(BRACKETS) == "<s>[INST] hi[/INST] yo</s>[INST] be brief\n\n?[/INST]"


def test_macros_and_filters() -> None:
    assert render(MACRO) == "<user>hi|<assistant>yo|<user>?|"


def test_json_is_spelt_as_models_were_taught() -> None:
    assert render("{{ messages[0] | tojson }}") == '{"role": "system", "content": "be brief"}'


def test_a_template_refuses_a_conversation() -> None:
    with pytest.raises(TemplateError, match="roles must alternate"):
        ChatTemplate(BRACKETS, TOKENS).render(TALK[2:])


def test_what_a_template_says_is_shown_without_effect() -> None:
    with pytest.raises(TemplateError) as caught:
        render("{% set x %}" + "red \x1b[31m\n" * 100 + "{% endset %}{{ raise_exception(x) }}")
    assert str(caught.value).startswith("the chat template refuses the conversation: red \ufffd[31m\ufffdred")
    assert len(str(caught.value)) < 300


def test_what_honest_templates_need_is_left() -> None:
    assert render("{{ [1]|tojson(indent=4) }}") == "[\n    1\n]"
    nested = "{% set n = namespace(x=[]) %}{% for i in range(98) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x|tojson }}"
    assert render(nested) == "[" * 99 + "]" * 99


@pytest.mark.parametrize("name", HOSTILE)
def test_threat_24_a_hostile_template_is_refused(name: str) -> None:
    """Without the counting some of these take hours, or all memory."""
    with pytest.raises(TemplateError) as caught:
        render(HOSTILE[name])
    assert str(caught.value).startswith("the chat template")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(20) }}", "more than 20 deep"),
        ("{% macro f() %}{% endmacro %}{% for i in range(501) %}{% if f() %}{% endif %}{% endfor %}", "1000000 steps"),
        ("{{ 4294967296 * 4294967296 }}", "numbers beyond 64 bits"),
        ("{{ range(10001)|length }}", "counts to more than 10000"),
        ("{{ '{:9}'.format(1) }}", "does what templates may not"),
        ("{% set x %}" + "a" * 60_000 + "{% endset %}{{ x ~ x ~ x ~ x ~ x ~ x ~ x ~ x ~ x }}", "524288 characters"),
        ("{% set x %}" + "a" * 60_000 + "{% endset %}{% for i in range(9) %}{{ x + x }}" + "{{ x == x }}" * 99
         + "{% endfor %}", "too many texts"),
        ("{% for i in range(9999) %}" + "{{ 1 }}" * 99 + "{% endfor %}", "1000000 steps"),
        ("{{ 1 }}" * 2_000, "parts, more than 2000"),
    ],
)  # fmt: skip
def test_threat_24_what_is_counted(source: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence):
        render(source)


def test_what_is_counted_may_be_used_up_to_its_bound() -> None:
    assert render("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(19) }}") == ""
    assert render("{{ 4294967296 * 4294967295 }}") == str(2**64 - 2**32)
    assert render("{{ range(10000)|length }}") == "10000"


def test_blanks_and_letters_are_as_models_were_taught() -> None:
    assert render("a\n  {% if true %}\nb\n  {% endif %}\nc") == "a\nb\nc"
    assert render("{{ ['é']|tojson }}") == '["é"]'


def test_threat_24_the_same_work_is_refused_every_time() -> None:
    """Whether a conversation is refused must not depend on how fast a machine is, nor on what came before."""
    loops = "{% for i in range(ROUNDS) %}{% for j in range(9000) %}{% endfor %}{% endfor %}"
    most = max(n for n in range(60) if works(loops.replace("ROUNDS", str(n))))
    assert 0 < most < 59
    template = ChatTemplate(loops.replace("ROUNDS", str(most)), TOKENS)
    assert [template.render(TALK) for _ in range(3)] == [""] * 3


def works(source: str) -> bool:
    try:
        render(source)
    except TemplateError:
        return False
    return True
