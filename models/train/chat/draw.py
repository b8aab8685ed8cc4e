"""Draws words, names and the ways of typing that conversations are made of."""

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from train.chat.phrases import WORDS

__all__ = ["Turn", "hurried", "invented", "is_held", "name", "pick", "spelt", "turned", "typed"]

LETTERS = 82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1
"""How often each letter of the alphabet occurs among a thousand of English."""
SMALL = {"a", "an", "the", "is", "are", "do", "does", "of", "me", "to", "i", "you", "it", "in", "please"}
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


def spelt(random: Random, *, held: bool) -> str:
    """Spell a word of letters at random, as often as English uses them: who copies those, copies any."""
    while True:
        word = "".join(random.choices(string.ascii_lowercase, LETTERS, k=random.randint(2, 9)))
        if is_held("spelt", word) == held:
            return random.choice((word, word.capitalize()))


def name(random: Random, *, held: bool) -> str:
    """Pick a name, invent one, or spell one."""
    chance = random.random()
    if chance < 0.5:
        return pick(WORDS["name"], random, held=held)
    return (invented if chance < 0.75 else spelt)(random, held=held).capitalize()


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


def hurried(text: str, random: Random) -> str:
    """Return text as somebody types it in a hurry: at times without a small word, or with a letter lost or turned."""
    words = text.split(" ")
    chance, place = random.random(), random.randrange(len(words))
    word = words[place]
    if chance < 0.15 and len(words) > 3 and word.lower() in SMALL:
        del words[place]
    elif 0.15 <= chance < 0.25 and len(word) > 4 and word.isalpha():
        at = random.randrange(1, len(word) - 2)
        words[place] = word[:at] + random.choice((word[at + 1], word[at + 1] + word[at])) + word[at + 2 :]
    return " ".join(words)
