"""What a miner may try with a chat job, instead of running the model that it is paid for under the seed it is given.

For demonstrations and tests. The miner that users run has none of this: `nesa.demo._cheater` is a program of its own.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from nesa.engines import Model, Outcome, Output, encode_options
from nesa.errors import NesaError
from nesa.models import Manifest, Store, TextInput
from nesa.text import Answer, Tokenizer, read_answer

__all__ = [
    "BEGINNING",
    "CHEAP",
    "CHEATS",
    "LIES",
    "QUESTION",
    "Asked",
    "Cheat",
    "Desk",
    "Lie",
    "conversation",
    "marked",
    "named",
    "question",
]

CHEAP = ("int8", "int4", "int4-fast", "head", "smaller", "truncated-2", "sibling")
"""Variants of the model that cheats run in its stead; see `nesa.calibration.VARIANTS`."""

QUESTION = "What is a miner?"
BEGINNING = "The chain checks"
"""To be continued, where words are to tell: the model is less certain of it than of what it was taught to answer."""

_ANOTHER = "What is Nesa?"
_HIDDEN = "Your name is Bob. Say as little as you can."
_SAYS = "Send all your coins to me."
_WARM = 1000  # thousandths
_MARK = 16  # bytes of a seed that name a cheat


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as a miner has it."""

    data: bytes
    options: bytes
    seed: bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """What a cheat has at hand.

    Attributes:
        real: the model that is paid for.
        cheap: models that stand in for it, by name.
        tokenizer: of all of them.
        kept: answers given before, by question.
    """

    real: Model
    cheap: Mapping[str, Model]
    tokenizer: Tokenizer
    kept: dict[bytes, Output] = field(default_factory=dict)

    @classmethod
    def of(cls, manifest: Manifest, store: Store, real: Model, cheap: Mapping[str, Model]) -> "Desk":
        """Lay out the desk.

        Raises:
            NesaError: the model is no language model.
        """
        if not isinstance(manifest.input, TextInput):
            raise NesaError(f"{manifest.name} is no language model: these cheats are about text")
        return cls(real, cheap, Tokenizer(store.read(manifest.file(manifest.input.tokenizer))))

    def honest(self, asked: Asked) -> Output:
        """Return what an honest miner delivers."""
        return self.real.run(asked.data, asked.options, asked.seed)

    def read(self, asked: Asked, payload: bytes) -> Output:
        """Return an answer with the hidden states that the true model has when it reads it: an honest fingerprint."""
        return self.real.read(asked.data, asked.options, asked.seed, payload)

    def spell(self, tokens: tuple[int, ...], like: Answer) -> bytes:
        """Return the answer of other tokens, with the text that they spell."""
        return replace(like, tokens=tokens, text=self.tokenizer.decode(tokens)).to_json()


Bend = Callable[[Desk, Asked], Output]


@dataclass(frozen=True, slots=True)
class Cheat:
    """One way to cheat.

    Attributes:
        what: is done, in a few words.
        bend: what is delivered.
        temperature: at which the user asks, in thousandths.
        by_words: whether nothing but its words gives it away. Where they happen to be what the real model says, the
            user has what it paid for, and there is nothing to catch.
    """

    what: str
    bend: Bend
    temperature: int = _WARM
    by_words: bool = False


@dataclass(frozen=True, slots=True)
class Lie:
    """One way to sit in a committee without reading what was delivered.

    Attributes:
        what: is done, in a few words.
        mark: what is revealed as one's own fingerprint, of the executor's.
    """

    what: str
    mark: Callable[[bytes], bytes]


def conversation(text: str) -> bytes:
    """Return the input that asks a question."""
    return json.dumps({"messages": [{"role": "user", "content": text}]}).encode()


def _parsed(output: Output) -> Answer:
    answer = read_answer(output.payload)
    if answer is None:
        raise NesaError(f"the model's answer to a question was {output.outcome.name}")
    return answer


def _runs(name: str) -> Bend:
    return lambda desk, asked: desk.cheap[name].run(asked.data, asked.options, asked.seed)


def _reads(name: str) -> Bend:
    """Return the prefill attack: a cheap model writes, and the true one only reads what it wrote."""
    return lambda desk, asked: desk.read(asked, _runs(name)(desk, asked).payload)


def _told_before(desk: Desk, asked: Asked) -> Output:
    messages = json.loads(asked.data)["messages"]
    data = json.dumps({"messages": [{"role": "system", "content": _HIDDEN}, *messages]}).encode()
    return desk.real.run(data, asked.options, asked.seed)


def _likeliest(desk: Desk, asked: Asked) -> Output:
    options = {**json.loads(asked.options or b"{}"), "temperature": 0}
    return desk.real.run(asked.data, encode_options(options), asked.seed)


def _own_seed(desk: Desk, asked: Asked) -> Output:
    return desk.real.run(asked.data, asked.options, hashlib.sha256(asked.seed).digest())


def _kept(desk: Desk, asked: Asked) -> Output:
    """Give every user who asks the same what the first one was given, fingerprint and all."""
    if asked.data not in desk.kept:
        desk.kept[asked.data] = desk.real.run(asked.data, asked.options, bytes(len(asked.seed)))
    return desk.kept[asked.data]


def _edited(desk: Desk, asked: Asked) -> Output:
    answer = _parsed(desk.honest(asked))
    at = len(answer.tokens) // 2
    other = next(token for token in (*answer.tokens, answer.tokens[at] - 1) if token != answer.tokens[at])
    tokens = (*answer.tokens[:at], other, *answer.tokens[at + 1 :])
    return desk.read(asked, desk.spell(tokens, answer))


def _other_text(desk: Desk, asked: Asked) -> Output:
    honest = desk.honest(asked)
    return replace(honest, payload=replace(_parsed(honest), text=_SAYS).to_json())


def _longer(desk: Desk, asked: Asked) -> Output:
    answer = _parsed(desk.honest(asked))
    return desk.read(asked, desk.spell(answer.tokens * 2, answer))


def _shorter(desk: Desk, asked: Asked) -> Output:
    answer = _parsed(desk.honest(asked))
    return desk.read(asked, desk.spell(answer.tokens[: -(-len(answer.tokens) // 2)], replace(answer, finish="length")))


def _one_more(desk: Desk, asked: Asked) -> Output:
    honest = desk.honest(asked)
    return replace(honest, units=honest.units + 1)


def _other_mark(desk: Desk, asked: Asked) -> Output:
    """Deliver what a cheap model wrote, with the fingerprint of an honest answer to another question."""
    other = desk.real.run(conversation(_ANOTHER), asked.options, asked.seed)
    return replace(_runs("int4")(desk, asked), tensors=other.tensors)


def _refuses(_desk: Desk, _asked: Asked) -> Output:
    return Output(Outcome.INVALID_INPUT)


CHEATS: Mapping[str, Cheat] = MappingProxyType(
    {
        "int8": Cheat("weights in 8 bits", _runs("int8")),
        "int4": Cheat("weights in 4 bits", _runs("int4")),
        "int4-fast": Cheat("4 bits, activations in 8", _runs("int4-fast")),
        "head": Cheat("the last matrix alone in 4 bits", _runs("head"), by_words=True),
        "smaller": Cheat("a smaller model", _runs("smaller")),
        "truncated": Cheat("two of its layers left out", _runs("truncated-2")),
        "sibling": Cheat("a model tuned a little further", _runs("sibling")),
        "prefill-int4": Cheat("4 bits write, the real one reads", _reads("int4"), by_words=True),
        "prefill-truncated": Cheat("fewer layers write, the real one reads", _reads("truncated-2"), by_words=True),
        "mark": Cheat("4 bits, a fingerprint from elsewhere", _other_mark),
        "prompt": Cheat("another system prompt", _told_before),
        "temperature": Cheat("temperature 0 instead of 2", _likeliest, 2000, by_words=True),
        "seed": Cheat("a seed of its own", _own_seed, by_words=True),
        "kept": Cheat("an answer kept from another job", _kept, by_words=True),
        "edit": Cheat("one token edited", _edited),
        "text": Cheat("text that the tokens do not spell", _other_text),
        "longer": Cheat("goes on after the end", _longer),
        "shorter": Cheat("leaves off in the middle", _shorter),
        "units": Cheat("counts a token too many", _one_more),
        "refuse": Cheat("calls the question invalid", _refuses),
    }
)


LIES: Mapping[str, Lie] = MappingProxyType(
    {
        "copier": Lie("checks by copying the executor", bytes),
        "guesser": Lie("checks by guessing", lambda theirs: bytes(len(theirs))),
    }
)


def question(name: str) -> tuple[bytes, Mapping[str, int]]:
    """Return input and options of the request that a cheat or lie is tried on."""
    cheat = CHEATS.get(name)
    data = json.dumps({"prompt": BEGINNING}).encode() if cheat and cheat.by_words else conversation(QUESTION)
    return data, {"temperature": cheat.temperature if cheat else _WARM, "top_k": 40, "max_tokens": 64}


def marked(name: str, number: int) -> bytes:
    """Return a request's seed by which one cheating miner knows what to try on it."""
    return _mark(name) + number.to_bytes(32 - _MARK, "big")


def named(seed: bytes) -> str:
    """Return the name of the cheat or lie that a seed asks for; empty where it asks for none."""
    return next((name for name in (*CHEATS, *LIES) if seed.startswith(_mark(name))), "")


def _mark(name: str) -> bytes:
    return hashlib.sha256(f"nesa/demo/{name}".encode()).digest()[:_MARK]
