"""Draws words, names and the ways of typing that conversations are made of."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from train.chat.phrases import WORDS

__all__ = ["Turn", "invented", "is_held", "name", "pick", "turned", "typed"]

CONSONANTS = (*"bcdfghklmnprstvwz", "br", "dr", "gr", "kr", "tr", "st", "sh", "th", "ch")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user says, and the answers that are right; the first is the one to learn."""

    topic: str
    user: str
    answers: tuple[str, ...]


def turned(answers: tuple[str, ...], form: str) -> tuple[str, ...]:
    """Begin with the answer that goes with a form of asking: so words vary, and none is learnt as a throw of dice."""
    start = hashlib.sha256(form.encode()).digest()[1] % len(answers)
    return answers[start:] + answers[:start]


def is_held(*parts: object) -> bool:
    """Whether something is held out, by its digest: a tenth of everything."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).digest()[0] < 26


def pick(words: Sequence[str], random: Random, *, held: bool) -> str:
    """Pick a word: every fifth is held out."""
    return random.choice(words[4::5] if held else [word for place, word in enumerate(words) if place % 5 != 4])


def invented(random: Random, *, held: bool) -> str:
    """Invent a word."""
    while True:
        syllables = (random.choice(CONSONANTS) + random.choice("aeiou") for _ in range(random.choice((2, 2, 3))))
        word = "".join(syllables) + random.choice(("", "n", "r", "x", "l", "s", "t", "m"))
        if is_held("word", word) == held:
            return random.choice((word, word.capitalize()))


def name(random: Random, *, held: bool) -> str:
    """Pick a name, or invent one."""
    return pick(WORDS["name"], random, held=held) if random.random() < 0.6 else invented(random, held=held).capitalize()


def typed(text: str, random: Random) -> str:
    """Return text as somebody types it: often without capitals or a last mark, sometimes with a word before it."""
    chance = random.random()
    if chance < 0.12:
        before = random.choice(
            ("Hi, ", "Hello, ", "Please, ", "So, ", "Ok, ", "Well, ", "And ", "Now ", "Thanks. ", "Excuse me, ")
        )
        text = before + (
            text if before.endswith(". ") or text.startswith(("I ", "Nesa", "NES")) else text[0].lower() + text[1:]
        )
    chance = random.random()
    if chance < 0.2:
        return text.lower().rstrip("?.!")
    if chance < 0.35:
        return text.lower()
    return text.rstrip("?.!") if chance < 0.42 else text
