"""Prompts for models of which nothing is known but what they read."""

import json
import random
from collections.abc import Sequence

from nesa.calibration._jobs import Prompts
from nesa.models import Manifest, TextInput

__all__ = ["RARE", "ask", "hard_prompts", "prompts_of"]

_ASKS = (
    "What is {}?", "Tell me about {}.", "How does {} work?", "Why do people like {}?", "Write a short story about {}.",
    "List three facts about {}.", "Explain {} to a child.", "Is {} expensive?", "Compare {} with {}.", "Who made {}?",
    "Translate '{}' into French.", "Write a poem on {} and {}.", "Give me advice on {}.", "What rhymes with {}?",
)  # fmt: skip
_THINGS = (
    "the sea", "a bicycle", "photosynthesis", "a prime number", "bread", "the moon", "a violin", "winter", "coffee",
    "a database", "gravity", "chess", "the year 1969", "an elephant", "silence", "a lighthouse", "rust", "tea",
    "a good question", "the alphabet", "12 times 12", "the capital of Peru", "glass", "a thunderstorm", "trust",
)  # fmt: skip
RARE = "\u00e9\u0142\u4e2d\u0416\u0639\ud55c\u2603\U0001f600\ufffd\u200b\t~|^\u00a7"
_REPEATS = ("the", "0", "a b", "!", "\n", "é", "and so on ")
_LONG = 160


def ask(manifest: Manifest, text: str) -> bytes:
    """Return the input that asks a model, or has it go on, with a text."""
    spec = manifest.input
    if isinstance(spec, TextInput) and spec.template:
        return json.dumps({"messages": [{"role": "user", "content": text}]}).encode()
    return json.dumps({"prompt": text}).encode()


def prompts_of(manifest: Manifest, given: Sequence[str] = ()) -> Prompts:
    """Return ordinary prompts: those given, in turn, or plain questions."""

    def prompt(number: int) -> bytes:
        rng = random.Random(number)
        if given:
            return ask(manifest, given[number % len(given)])
        form = rng.choice(_ASKS)
        return ask(manifest, form.format(*rng.sample(_THINGS, form.count("{}"))))

    return prompt


def hard_prompts(manifest: Manifest, found: Sequence[str] = ()) -> Prompts:
    """Return prompts that may set machines apart: long repeats, rare characters, noise, and what a search found."""

    def prompt(number: int) -> bytes:
        rng = random.Random(-number)
        kinds = [
            lambda: rng.choice(_REPEATS) * rng.randint(2, _LONG),
            lambda: "".join(rng.choice(RARE) for _ in range(rng.randint(1, 40))),
            lambda: "".join(chr(rng.randint(33, 126)) for _ in range(rng.randint(1, 2 * _LONG))),
            lambda: rng.choice(_THINGS) + " " + rng.choice(RARE) * rng.randint(1, 60),
            lambda: str(rng.randrange(10 ** rng.randint(1, 40))),
        ]
        kinds += [lambda: rng.choice(found)] * (3 if found else 0)
        return ask(manifest, kinds[number % len(kinds)]())

    return prompt
