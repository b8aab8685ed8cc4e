"""What a user tells and asks for later, and what a system message asks for. What is named held is never in the training text."""

from dataclasses import dataclass

__all__ = ["MEMORIES", "SYSTEMS", "Memory"]


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
