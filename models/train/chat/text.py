"""Makes conversations: those to learn from, and those held out, which ask in other words and about other numbers.

Held out are frames, whole questions, words, names, invented words and pairs of operands: each is in one of the two parts only.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from train.chat import phrases
from train.chat.facts import FACTS, Fact

__all__ = ["TOPICS", "Conversation", "Turn", "conversation", "question"]

LARGEST = 50
"""Of the operands of sums and differences."""
LARGEST_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user says, and the answers that are right."""

    topic: str
    user: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A system message, empty if there is none, and turns."""

    system: str
    turns: tuple[Turn, ...]


def is_held(*parts: object) -> bool:
    """Whether something is held out, by its digest: a tenth of everything."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).digest()[0] < 26  # noqa: PLR2004: of 256


def pick(words: Sequence[str], random: Random, *, held: bool) -> str:
    """Pick a word: every fifth is held out."""
    return random.choice(words[4::5] if held else [word for place, word in enumerate(words) if place % 5 != 4])  # noqa: PLR2004


def invented(random: Random, *, held: bool) -> str:
    """Invent a word."""
    while True:
        syllables = (
            random.choice("b c d f g h k l m n p r s t v w z br dr gr kr tr st sh th ch".split()) + random.choice("aeiou")
            for _ in range(random.choice((2, 2, 3)))
        )
        word = "".join(syllables) + random.choice(("", "n", "r", "x", "l", "s", "t", "m"))
        if is_held("word", word) == held:
            return random.choice((word, word.capitalize()))


def name(random: Random, *, held: bool) -> str:
    """Pick a name, or invent one."""
    return pick(phrases.NAMES, random, held=held) if random.random() < 0.6 else invented(random, held=held).capitalize()  # noqa: PLR2004


def typed(text: str, random: Random) -> str:
    """Return text as somebody types it: often without capitals or a mark at the end, sometimes with a word before it."""
    chance = random.random()
    if chance < 0.12:  # noqa: PLR2004
        before = random.choice(("Hi, ", "Hello, ", "Please, ", "So, ", "Ok, ", "Well, ", "And ", "Now ", "Thanks. ", "Excuse me, "))
        text = before + (text if before.endswith(". ") or text.startswith(("I ", "Nesa", "NES")) else text[0].lower() + text[1:])
    chance = random.random()
    if chance < 0.2:  # noqa: PLR2004
        return text.lower().rstrip("?.!")
    if chance < 0.35:  # noqa: PLR2004
        return text.lower()
    return text.rstrip("?.!") if chance < 0.42 else text  # noqa: PLR2004


def asked(fact: Fact, random: Random, *, held: bool) -> str:
    """Ask about a fact."""
    what, how = (phrases.WHAT_HELD, phrases.HOW_HELD) if held else (phrases.WHAT, phrases.HOW)
    asks = fact.asks[-1:] if held else fact.asks[:-1]
    kinds = ["ask"] * (1 if held else 3) + ["what"] * 2 * bool(fact.things) + ["how"] * 2 * bool(fact.deeds)
    match random.choice(kinds):
        case "what":
            return random.choice(what).format(random.choice(fact.things)).replace("Can I want", "Can I")
        case "how":
            return random.choice(how).format(random.choice(fact.deeds))
    return random.choice(asks)


def first(answer: str) -> str:
    """Return the first sentence."""
    return answer.split(". ")[0].rstrip(".") + "."


ITEMS = "apples coins books cards stones eggs pears pens cups stamps".split()
SIGNS = {"+": ("+", " plus ", " and "), "-": ("-", " minus "), "×": ("×", " times ", "*", " x ", " multiplied by "), "/": ("/", " divided by ", "÷")}
SUMS = ("What is {}?", "{}", "{}?", "{} =", "Calculate {}.", "How much is {}?", "What does {} make?", "Can you tell me what {} is?", "{} equals?",
        "Please compute {}.", "What's {}?", "Do you know what {} is?")  # fmt: skip
SUMS_HELD = ("Tell me what {} is.", "What do I get for {}?", "Work out {}.")


def operands(random: Random, sign: str, *, held: bool) -> tuple[int, int, int]:
    """Draw two operands and their result; a pair is held out in either order."""
    while True:
        if sign in "+-":
            low = 12 if random.random() < 0.3 else LARGEST  # noqa: PLR2004: what everybody asks first
            first_, second = random.randint(0, low), random.randint(0, low)
        else:
            first_, second = random.randint(0, LARGEST_FACTOR), random.randint(0, LARGEST_FACTOR)
        if sign == "-" and first_ < second:
            first_, second = second, first_
        if sign == "/":
            if second == 0:
                continue
            first_ *= second
        key = (first_, second) if sign in "-/" else tuple(sorted((first_, second)))
        if is_held(sign, *key) == held:
            break
    return first_, second, {"+": first_ + second, "-": first_ - second, "×": first_ * second, "/": first_ // (second or 1)}[sign]


def arithmetic(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask for a small sum."""
    kind = random.choice(("+", "+", "+", "-", "-", "-", "×", "×", "/", "words", "compare", "parity", "next", "large"))
    if kind in SIGNS:
        one, two, result = operands(random, kind, held=held)
        sign = random.choice(SIGNS[kind])
        form = random.choice((*SUMS, *SUMS_HELD) if held else SUMS)
        if sign == " and ":
            sign, form = " + ", form
        elif len(sign) == 1:
            sign = random.choice((sign, f" {sign} ", f" {sign} "))
        user = form.format(f"{one}{sign}{two}")
        if kind == "+" and random.random() < 0.1:  # noqa: PLR2004
            user = random.choice(("Add {} and {}.", "What is the sum of {} and {}?")).format(one, two)
        if kind == "-" and random.random() < 0.1:  # noqa: PLR2004
            user = random.choice(("Subtract {1} from {0}.", "Take {1} away from {0}.")).format(one, two)
        return Turn({"+": "sums", "-": "differences", "×": "products", "/": "quotients"}[kind], user,
                    (f"{result}",) if short else (f"{one} {kind} {two} = {result}.",))  # fmt: skip
    if kind == "words":
        item = random.choice(ITEMS)
        if random.random() < 0.5:  # noqa: PLR2004
            one, two, result = operands(random, "+", held=held)
            user = random.choice((
                "I have {} {} and get {} more. How many do I have?", "If I have {} {} and buy {} more, how many are there?",
                "There are {} {} here and {} there. How many in all?",
            ))  # fmt: skip
        else:
            one, two, result = operands(random, "-", held=held)
            user = random.choice((
                "I have {} {} and give {} away. How many are left?", "If I have {} {} and lose {}, how many are left?",
                "There are {} {}. {} are gone. How many remain?",
            ))  # fmt: skip
        return Turn("word problems", user.format(one, item, two), (f"{result}",) if short else (f"{result} {item}.",))
    one, two = random.randint(0, 99), random.randint(0, 99)
    while is_held(kind, one) != held:
        one = random.randint(0, 99)
    if kind == "compare":
        two += one == two
        user = random.choice(("Which is larger, {} or {}?", "What is more, {} or {}?", "Which number is bigger, {} or {}?")).format(one, two)
        larger, smaller = max(one, two), min(one, two)
        return Turn("comparisons", user, (f"{larger}",) if short else (f"{larger} is larger than {smaller}.",))
    if kind == "parity":
        parity = "odd" if one % 2 else "even"
        user = random.choice(("Is {} even or odd?", "Is {} an even number?", "Is {} odd?", "Even or odd: {}?")).format(one)
        return Turn("parity", user, (parity.capitalize(),) if short else (f"{one} is {parity}.",))
    if kind == "next":
        user = random.choice(("What comes after {}?", "Which number follows {}?", "What is the next number after {}?")).format(one)
        return Turn("sums", user, (f"{one + 1}",) if short else (f"{one + 1} comes after {one}.",))
    while True:
        one, two = (random.randint(100, 10 ** random.randint(3, 6)) for _ in range(2))
        if is_held("large", one, two) == held:
            sign = random.choice(random.choice(list(SIGNS.values()))[:2])
            form = random.choice((*SUMS, *SUMS_HELD) if held else SUMS)
            return Turn("large numbers", form.format(f"{one}{sign}{two}"), ("Unknown.",) if short else ("These numbers are too large for me.",))


def unknown(random: Random, *, held: bool) -> str:
    """Ask what it was not taught."""
    kind = random.choice([kind for kind in phrases.UNKNOWN if kind != "made"] + ["made", "subject", "object", ""] * 2)
    forms, other = phrases.UNKNOWN[kind]
    if kind == "":
        return random.choice(other if held else forms)
    held_form = held and random.random() < 0.5  # noqa: PLR2004
    form = random.choice(other if held_form else forms)
    if kind == "made":
        return form.format(invented(random, held=held))
    word = pick(phrases.WORDS[kind], random, held=held and not held_form)
    filled = form.format(word.replace("-", " "))
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", filled)


@dataclass(frozen=True, slots=True)
class Memory:
    """Something that a user tells and asks for later."""

    tell: tuple[str, ...]
    tell_held: tuple[str, ...]
    answer: str
    ask: tuple[str, ...]
    ask_held: tuple[str, ...]
    known: str
    missing: str


MEMORIES = {
    "name": Memory(
        ("My name is {}.", "I am {}.", "I'm {}.", "Call me {}.", "You can call me {}.", "Hello, I am {}.", "Hi, my name is {}.", "This is {}.",
         "{} is my name.", "My name's {}.", "Hello, my name is {}.", "Hi, I'm {}.", "They call me {}."),
        ("Please call me {}.", "People call me {}.", "Hey, my name is {}."),
        "Nice to meet you, {}!",
        ("What is my name?", "Do you remember my name?", "Who am I?", "What am I called?", "Do you know my name?", "Say my name.",
         "Tell me my name.", "What's my name?", "What did I say my name was?", "Do you know who I am?"),
        ("Can you tell me my name?", "What was my name again?"),
        "Your name is {}.", "You have not told me your name.",
    ),
    "city": Memory(
        ("I live in {}.", "I am from {}.", "My home is {}.", "I come from {}.", "I'm from {}.", "My city is {}."),
        ("My home town is {}.",),
        "I will remember that you live in {}.",
        ("Where do I live?", "Where am I from?", "Do you remember where I live?", "In which city do I live?", "Which city am I from?"),
        ("What city do I live in?", "Where is my home?"),
        "You live in {}.", "You have not told me where you live.",
    ),
    "colour": Memory(
        ("My favourite colour is {}.", "I like {} best of all colours.", "{} is my favourite colour.", "I love the colour {}."),
        ("The colour that I like most is {}.",),
        "I will remember that you like {}.",
        ("What is my favourite colour?", "Which colour do I like?", "Do you remember my favourite colour?", "What colour do I like best?"),
        ("What colour do I like?", "Tell me my favourite colour."),
        "Your favourite colour is {}.", "You have not told me your favourite colour.",
    ),
    "food": Memory(
        ("My favourite food is {}.", "I like to eat {}.", "I love {}.", "{} is my favourite food.", "I eat {} every day."),
        ("What I like to eat most is {}.",),
        "I will remember that you like to eat {}.",
        ("What is my favourite food?", "What do I like to eat?", "Do you remember what I like to eat?", "Which food do I like?"),
        ("Tell me my favourite food.", "What food do I like best?"),
        "You like to eat {}.", "You have not told me what you like to eat.",
    ),
    "number": Memory(
        ("My lucky number is {}.", "{} is my lucky number.", "My favourite number is {}.", "Remember the number {}.", "Please remember {}."),
        ("Keep the number {} in mind.",),
        "I will remember the number {}.",
        ("What is my number?", "Which number did I tell you?", "What is my lucky number?", "Do you remember my number?", "What was the number?"),
        ("Tell me my number.", "Which number should you remember?"),
        "Your number is {}.", "You have not told me a number.",
    ),
    "pet": Memory(
        ("My pet is called {}.", "I have a pet called {}.", "The name of my pet is {}.", "My pet's name is {}."),
        ("I call my pet {}.",),
        "I will remember that your pet is called {}.",
        ("What is my pet called?", "What is the name of my pet?", "Do you remember my pet?", "How is my pet called?"),
        ("Tell me the name of my pet.", "What's my pet's name?"),
        "Your pet is called {}.", "You have not told me about a pet.",
    ),
}  # fmt: skip


def value(kind: str, random: Random, *, held: bool) -> str:
    """Draw what a user tells."""
    match kind:
        case "city":
            return pick(phrases.CITIES, random, held=held) if random.random() < 0.7 else invented(random, held=held).capitalize()  # noqa: PLR2004
        case "colour":
            return pick(phrases.COLOURS, random, held=held)
        case "food":
            return pick(phrases.FOODS, random, held=held).replace("-", " ")
        case "number":
            number = random.randint(0, 999)
            while is_held("number", number) != held:
                number = random.randint(0, 999)
            return str(number)
    return name(random, held=held)


SYSTEMS = {
    "neutral": (("You are a helpful assistant.", "You are a friendly assistant.", "You are the chat model of Nesa.", "Answer truthfully.",
                 "You help users of Nesa.", "You are an assistant.", "Be polite.", "Help the user."),
                ("You are a kind and helpful assistant.", "Be helpful.")),
    "persona": (("You are {}.", "Your name is {}.", "You are called {}.", "You are {}, a helpful assistant.", "Your name is {}. Help the user."),
                ("You are an assistant called {}.",)),
    "user": (("The user is called {}.", "The name of the user is {}.", "You talk to {}.", "The user's name is {}."), ("You are talking with {}.",)),
    "brief": (("Be brief.", "Keep your answers short.", "Answer briefly.", "Give short answers.", "Answer in one short sentence."),
              ("Please be brief.", "Make it short.")),
    "word": (("Answer in one word.", "Use one word only.", "Reply with a single word.", "One word answers only.", "Answer with one word."),
             ("Reply in one word.",)),
}  # fmt: skip
TOPICS = (
    *dict.fromkeys(fact.topic for fact in FACTS), "more", "sums", "differences", "products", "quotients", "word problems", "comparisons",
    "parity", "large numbers", "talk", "unknown", "remember", "persona", "brief", "one word",
)  # fmt: skip


@dataclass
class State:
    """What has been said in a conversation."""

    mode: str
    persona: str
    told: dict[str, str]
    fact: Fact | None = None


def question(kind: str, state: State, random: Random, *, held: bool) -> Turn:
    """Make one turn of a kind, and note in ``state`` what it tells."""
    short = state.mode in {"brief", "word"}
    fact, state.fact = state.fact, None
    match kind:
        case "arithmetic":
            turn = arithmetic(random, held=held, short=short)
            return Turn({"brief": "brief", "word": "one word"}.get(state.mode, turn.topic), typed(turn.user, random), turn.answers)
        case "fact":
            choices = [fact for fact in FACTS if fact.answer.startswith(("Yes,", "No,"))] if state.mode == "word" else FACTS
            state.fact = random.choice(choices)
            user = typed(asked(state.fact, random, held=held), random)
            match state.mode:
                case "word":
                    return Turn("one word", user, (state.fact.answer.split(",")[0],))
                case "brief":
                    return Turn("brief", user, (first(state.fact.answer),))
            return Turn(state.fact.topic, user, (state.fact.answer,))
        case "more" if fact and state.mode != "word":
            return Turn("more", typed(random.choice(phrases.MORE_HELD if held else phrases.MORE), random), (fact.more,))
        case "talk" if state.mode != "word":
            asks_who = state.persona and random.random() < 0.6  # noqa: PLR2004
            topic = random.choice(("own-name", "who") if asks_who else list(phrases.TALK))
            said, said_held, answers = phrases.TALK[topic]
            user = typed(random.choice(said_held if held else said), random)
            if state.persona and topic in {"own-name", "who"}:
                return Turn("persona", user, (f"My name is {state.persona}." if topic == "own-name" else f"I am {state.persona}, a small language model.",))
            if "name" in state.told and topic in {"bye", "thanks"}:
                return Turn("remember", user, ({"bye": "Goodbye, {}!", "thanks": "You are welcome, {}!"}[topic].format(state.told["name"]),))
            return Turn("talk", user, answers)
        case "tell" if state.mode != "word":
            what = random.choice(["name", "name", *MEMORIES])
            memory, said_value = MEMORIES[what], value(what, random, held=held)
            state.told[what] = said_value
            frame = typed(random.choice(memory.tell_held if held else memory.tell), random)
            return Turn("told", frame.format(said_value), (memory.answer.format(said_value),))
        case "remember" if state.mode != "word":
            told = [what for what in MEMORIES if what in state.told]
            what = random.choice(told if told and random.random() < 0.8 else list(MEMORIES))  # noqa: PLR2004
            memory = MEMORIES[what]
            user = typed(random.choice(memory.ask_held if held else memory.ask), random)
            return Turn("remember", user, (memory.known.format(state.told[what]) if what in state.told else memory.missing,))
    answers = {"brief": ("I don't know.",), "word": ("Unknown.",)}.get(state.mode, phrases.UNKNOWN_ANSWERS)
    topic = {"brief": "brief", "word": "one word"}.get(state.mode, "unknown")
    return Turn(topic, typed(unknown(random, held=held), random), answers)


def conversation(random: Random, *, held: bool) -> Conversation:
    """Make a conversation of one to six turns."""
    mode = random.choices(["", "neutral", "persona", "user", "brief", "word"], [55, 20, 8, 5, 7, 5])[0]
    state, system = State(mode, "", {}), ""
    if mode:
        system, who = random.choice(SYSTEMS[mode][held]), name(random, held=held)
        if mode == "persona":
            state.persona = who
        elif mode == "user":
            state.told["name"] = who
        system = system.format(who)
    turns: list[Turn] = []
    for _ in range(random.choices(range(1, 7), [25, 22, 20, 15, 10, 8])[0]):
        weights = {"fact": 25, "arithmetic": 26, "talk": 14, "unknown": 20, "tell": 7, "remember": 5 + 9 * bool(state.told)}
        if state.fact:
            weights["more"] = 20
        if state.persona:
            weights["talk"] += 20
        turns.append(question(random.choices(list(weights), list(weights.values()))[0], state, random, held=held))
    return Conversation(system, tuple(turns))
