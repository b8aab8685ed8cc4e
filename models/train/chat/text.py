"""Makes conversations: those to learn from, and those held out, which ask in other words and about other numbers.

Held out are frames, whole questions, words, names, invented words and pairs of operands: each is in one part only.
"""

import re
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from train.chat import phrases
from train.chat.draw import Turn, hurried, invented, is_held, name, pick, spelt, turned, typed
from train.chat.facts import FACTS, Fact
from train.chat.memories import MEMORIES, SYSTEMS
from train.chat.sums import arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TOPICS", "Conversation", "conversation"]

TOPICS = (
    *dict.fromkeys(fact.topic for fact in FACTS), "more", "sums", "differences", "products", "quotients",
    "word problems", "comparisons", "parity", "large numbers", "talk", "unknown", "told", "repeat", "remember",
    "persona", "brief", "one word",
)  # fmt: skip
LENGTHS = (1, 2, 3, 4, 5, 6, 9, 14)
"""Turns of a conversation."""
REPEATED = "city", "food", "colour", "animal", "thing", "object", "subject"
"""The words, besides names and numbers, that it is asked to say again."""
SHORT = {"brief": "brief", "word": "one word"}
"""The topics of questions under system messages that ask for short answers."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A system message, empty if there is none, and turns."""

    system: str
    turns: tuple[Turn, ...]


def asked(fact: Fact, random: Random, *, held: bool) -> str:
    """Ask about a fact."""
    what, how = (phrases.WHAT_HELD, phrases.HOW_HELD) if held else (phrases.WHAT, phrases.HOW)
    asks = fact.asks[-1:] if held else fact.asks[:-1]
    kinds = ["ask"] * (1 if held else 3) + ["what"] * 2 * bool(fact.things) + ["how"] * 2 * bool(fact.deeds)
    match random.choice(kinds):
        case "what":
            return random.choice(what).format(random.choice(fact.things))
        case "how":
            return random.choice(how).format(random.choice(fact.deeds))
    return random.choice(asks)


def unknown(random: Random, *, held: bool) -> tuple[str, str]:
    """Ask what it was not taught; return the form of the question too."""
    kinds = [kind for kind in phrases.UNKNOWN if kind != "made"]
    kind = random.choice(kinds + ["made", "subject", "object", ""] * 2)
    forms, other = phrases.UNKNOWN[kind]
    if not kind:
        form = random.choice(other if held else forms)
        return form, form
    held_form = held and random.random() < 0.5
    form = random.choice(other if held_form else forms)
    if kind == "made":
        return form.format(invented(random, held=held)), form
    word = pick(phrases.WORDS[kind], random, held=held and not held_form)
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", form.format(word.replace("-", " "))), form


def value(kind: str, random: Random, *, held: bool) -> str:
    """Draw what a user tells."""
    match kind:
        case "city" if random.random() < 0.7:
            return pick(phrases.WORDS["city"], random, held=held)
        case "city":
            return random.choice((invented, spelt))(random, held=held).capitalize()
        case "spelt":
            return spelt(random, held=held)
        case "number":
            number = random.randint(0, 999)
            while is_held("number", number) != held:
                number = random.randint(0, 999)
            return str(number)
        case "colour" | "food" | "animal" | "thing" | "object" | "subject":
            return pick(phrases.WORDS[kind], random, held=held).replace("-", " ")
    return name(random, held=held)


@dataclass
class Speaker:
    """A user who says one thing after another; what has been said decides what is right later."""

    random: Random
    held: bool
    mode: str
    persona: str = ""
    told: dict[str, str] = field(default_factory=dict)
    fact: Fact | None = None
    """What was asked about last."""

    def say(self, kind: str) -> Turn:
        """Say something of a kind; what does not fit a system message becomes a question that cannot be answered."""
        asks: dict[str, Callable[[], Turn]] = {"arithmetic": self.sum, "about": self.about}
        if self.mode != "word":
            asks |= {"talk": self.talk, "tell": self.tell, "remember": self.remember, "repeat": self.repeat}
            if self.fact:
                asks["more"] = self.more
        turn = asks.get(kind, self.beyond)()
        if kind != "about":
            self.fact = None
        return turn

    def sum(self) -> Turn:
        """Ask for a small sum."""
        turn = arithmetic(self.random, held=self.held, short=self.mode in SHORT)
        return Turn(SHORT.get(self.mode, turn.topic), typed(turn.user, self.random), turn.answers)

    def about(self) -> Turn:
        """Ask about the project."""
        choices = [fact for fact in FACTS if fact.answer.startswith(("Yes,", "No,"))] if self.mode == "word" else FACTS
        self.fact = self.random.choice(choices)
        answer = self.fact.answer
        if self.mode == "word":
            answer = answer.split(",")[0]
        elif self.mode == "brief":
            answer = answer.split(". ", maxsplit=1)[0].rstrip(".") + "."
        user = hurried(typed(asked(self.fact, self.random, held=self.held), self.random), self.random)
        return Turn(SHORT.get(self.mode, self.fact.topic), user, (answer,))

    def more(self) -> Turn:
        """Ask for more about the same."""
        user = typed(self.random.choice(phrases.MORE_HELD if self.held else phrases.MORE), self.random)
        return Turn("more", user, (self.fact.more,) if self.fact else ())

    def talk(self) -> Turn:
        """Talk about nothing in particular."""
        asks_who = self.persona and self.random.random() < 0.6
        topic = self.random.choice(("own-name", "who") if asks_who else list(phrases.TALK))
        said, said_held, answers = phrases.TALK[topic]
        form = self.random.choice(said_held if self.held else said)
        user = hurried(typed(form, self.random), self.random)
        if self.persona and topic in {"own-name", "who"}:
            answer = "My name is {}." if topic == "own-name" else "I am {}, a small language model."
            return Turn("persona", user, (answer.format(self.persona),))
        if "name" in self.told and topic in {"bye", "thanks"}:
            answer = "Goodbye, {}!" if topic == "bye" else "You are welcome, {}!"
            return Turn("remember", user, (answer.format(self.told["name"]),))
        return Turn("talk", user, turned(answers, form))

    def tell(self) -> Turn:
        """Tell something to remember."""
        what = self.random.choice(["name", "name", *MEMORIES])
        memory, said = MEMORIES[what], value(what, self.random, held=self.held)
        self.told[what] = said
        frame = typed(self.random.choice(memory.tell_held if self.held else memory.tell), self.random)
        return Turn("told", frame.format(said), (memory.answer.format(said),))

    def remember(self) -> Turn:
        """Ask for what was told, or what was not."""
        told = [what for what in MEMORIES if what in self.told]
        what = self.random.choice(told if told and self.random.random() < 0.8 else list(MEMORIES))
        memory = MEMORIES[what]
        user = typed(self.random.choice(memory.ask_held if self.held else memory.ask), self.random)
        answer = memory.known.format(self.told[what]) if what in self.told else memory.missing
        return Turn("remember", user, (answer,))

    def repeat(self) -> Turn:
        """Ask to say something again."""
        kinds = [
            self.random.choice(("number", "name", "name", "spelt", "spelt", *REPEATED))
            for _ in range(self.random.randint(1, 4))
        ]
        words = " ".join(value(kind, self.random, held=self.held) for kind in kinds)
        form = typed(self.random.choice(phrases.REPEAT_HELD if self.held else phrases.REPEAT), self.random)
        return Turn("repeat", form.format(words), (words,))

    def beyond(self) -> Turn:
        """Ask what it was not taught."""
        answers = {"brief": ("I don't know.",), "word": ("Unknown.",)}.get(self.mode, phrases.UNKNOWN_ANSWERS)
        user, form = unknown(self.random, held=self.held)
        return Turn(
            SHORT.get(self.mode, "unknown"), hurried(typed(user, self.random), self.random), turned(answers, form)
        )


def conversation(random: Random, *, held: bool) -> Conversation:
    """Make a conversation."""
    mode = random.choices(["", "neutral", "persona", "user", "brief", "word"], [55, 20, 8, 5, 7, 5])[0]
    speaker, system = Speaker(random, held, mode), ""
    if mode:
        system, who = random.choice(SYSTEMS[mode][held]), name(random, held=held)
        if mode == "persona":
            speaker.persona = who
        elif mode == "user":
            speaker.told["name"] = who
        system = system.format(who)
    turns: list[Turn] = []
    for _ in range(random.choices(LENGTHS, [25, 22, 20, 15, 10, 6, 4, 2])[0]):
        weights = {"about": 21, "arithmetic": 28, "talk": 12, "unknown": 16, "tell": 12, "remember": 4, "repeat": 8}
        if speaker.told:
            weights["remember"] += 14
        if speaker.fact:
            weights["more"] = 20
        if speaker.persona:
            weights["talk"] += 20
        turns.append(speaker.say(random.choices(list(weights), list(weights.values()))[0]))
    return Conversation(system, tuple(turns))
