"""Small sums: what is asked, and what is right."""

from collections.abc import Callable
from random import Random

from train.chat.draw import Turn, is_held

__all__ = ["SIGNS", "arithmetic", "operands"]

LARGEST = 99
"""Of the operands of sums and differences; with a larger one it is to say that numbers are too large."""
LARGEST_FACTOR = 12
"""Of the operands of products, and of the divisor and the quotient."""
ITEMS = "apples", "coins", "books", "cards", "stones", "eggs", "pears", "pens", "cups", "stamps"
SIGNS = {
    "+": ("+", " plus ", " and "),
    "-": ("-", " minus "),
    "×": ("×", " times ", "*", " x ", " multiplied by "),
    "/": ("/", " divided by ", "÷"),
}
NAMES = {"+": "sums", "-": "differences", "×": "products", "/": "quotients"}
SUMS = (
    "What is {}?", "{}", "{}?", "{} =", "Calculate {}.", "How much is {}?", "What does {} make?",
    "Can you tell me what {} is?", "{} equals?", "Please compute {}.", "What's {}?", "Do you know what {} is?",
)  # fmt: skip
SUMS_HELD = ("Tell me what {} is.", "What do I get for {}?", "Work out {}.")
MORE = (
    "I have {} {} and get {} more. How many do I have?",
    "If I have {} {} and buy {} more, how many are there?",
    "There are {} {} here and {} there. How many in all?",
)
LESS = (
    "I have {} {} and give {} away. How many are left?",
    "If I have {} {} and lose {}, how many are left?",
    "There are {} {}. {} are gone. How many remain?",
)


def operands(random: Random, sign: str, *, held: bool) -> tuple[int, int, int]:
    """Draw two operands and their result.

    A pair of a sum or a difference is held out, in either order. Products are a table, and nobody knows by reasoning
    what a table says where it was cut out: of these, ways of asking are held out alone.
    """
    while True:
        low = LARGEST_FACTOR
        if sign in "+-":
            low = 20 if random.random() < 0.4 else LARGEST  # the smallest are what everybody asks first
        one, two = random.randint(0, low), random.randint(0, low)
        if sign == "-" and one < two and random.random() < 0.8:
            one, two = two, one
        if sign == "/":
            one, two = one * (two or 1), two or 1
        if sign in "×/" or is_held(sign, *sorted((one, two))) == held:
            break
    return one, two, {"+": one + two, "-": one - two, "×": one * two, "/": one // two if two else 0}[sign]


def number(kind: str, random: Random, *, held: bool) -> int:
    """Draw a number below a hundred for a question of this kind."""
    while True:
        found = random.randint(0, 99)
        if is_held(kind, found) == held:
            return found


def calculate(kind: str, random: Random, *, held: bool, short: bool) -> Turn:
    """Ask for the result of one of the four operations."""
    one, two, result = operands(random, kind, held=held)
    sign = random.choice(SIGNS[kind])
    form = random.choice((SUMS_HELD if kind in "×/" else (*SUMS, *SUMS_HELD)) if held else SUMS)
    if sign == " and ":
        sign = " + "
    elif len(sign) == 1:
        sign = random.choice((sign, f" {sign} ", f" {sign} "))
    user = form.format(f"{one}{sign}{two}")
    if kind == "+" and random.random() < 0.1:
        user = random.choice(("Add {} and {}.", "What is the sum of {} and {}?")).format(one, two)
    if kind == "-" and random.random() < 0.1:
        user = random.choice(("Subtract {1} from {0}.", "Take {1} away from {0}.")).format(one, two)
    return Turn(NAMES[kind], user, (f"{result}" if short else f"{one} {kind} {two} = {result}.",))


def words(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask about things that are added or taken away."""
    item = random.choice(ITEMS)
    sign = "+" if random.random() < 0.5 else "-"
    one, two, result = operands(random, sign, held=held)
    if result < 0:
        one, two, result = two, one, -result
    user = random.choice(MORE if sign == "+" else LESS).format(one, item, two)
    return Turn("word problems", user, (f"{result}" if short else f"{result} {item}.",))


def compare(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask which of two numbers is larger."""
    one, two = number("compare", random, held=held), random.randint(0, 99)
    two += one == two
    forms = ("Which is larger, {} or {}?", "What is more, {} or {}?", "Which number is bigger, {} or {}?")
    user = random.choice(forms).format(one, two)
    return Turn(
        "comparisons", user, (f"{max(one, two)}" if short else f"{max(one, two)} is larger than {min(one, two)}.",)
    )


def parity(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask whether a number is even."""
    one = number("parity", random, held=held)
    found = "odd" if one % 2 else "even"
    forms = ("Is {} even or odd?", "Is {} an even number?", "Is {} odd?", "Even or odd: {}?")
    return Turn("parity", random.choice(forms).format(one), (found.capitalize() if short else f"{one} is {found}.",))


def following(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask for the next number."""
    one = number("next", random, held=held)
    forms = ("What comes after {}?", "Which number follows {}?", "What is the next number after {}?")
    return Turn("sums", random.choice(forms).format(one), (f"{one + 1}" if short else f"{one + 1} comes after {one}.",))


def large(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask for a sum that is too large for it."""
    kind = random.choice(list(SIGNS))
    while True:
        one, two = (random.randint(0, 10 ** random.randint(2, 6)) for _ in range(2))
        if kind in "×/" and random.random() < 0.4:
            one, two = random.randint(0, LARGEST), random.randint(LARGEST_FACTOR + 1, LARGEST)
            one, two = (one * two, two) if kind == "/" else random.choice(((one, two), (two, one)))
        too_large = max(one, two) > (LARGEST if kind in "+-" else LARGEST_FACTOR**2)
        too_large |= kind == "×" and max(one, two) > LARGEST_FACTOR
        too_large |= kind == "/" and two > LARGEST_FACTOR
        if too_large and is_held("large", one, two) == held:
            break
    sign = random.choice(SIGNS[kind][:2])
    form = random.choice((*SUMS, *SUMS_HELD) if held else SUMS)
    answer = "Unknown." if short else "These numbers are too large for me."
    return Turn("large numbers", form.format(f"{one}{sign}{two}"), (answer,))


OTHERS: dict[str, Callable[..., Turn]] = {
    "words": words,
    "compare": compare,
    "parity": parity,
    "next": following,
    "large": large,
}


def arithmetic(random: Random, *, held: bool, short: bool) -> Turn:
    """Ask for a small sum; a short answer is the number alone."""
    kind = random.choice(("+", "+", "+", "-", "-", "-", "×", "×", "/", *OTHERS))
    if kind in SIGNS:
        return calculate(kind, random, held=held, short=short)
    return OTHERS[kind](random, held=held, short=short)
