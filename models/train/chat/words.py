"""The tokenizer, made of the training text, and the form of a conversation: one token opens a turn, another ends it."""

from collections.abc import Iterator
from random import Random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from train.chat.folder import SPECIAL
from train.chat.text import Conversation, conversation

__all__ = ["BEGIN", "END", "PAD", "SEED", "encode", "make_tokenizer"]

PAD, BEGIN, END, SYSTEM, USER, ASSISTANT = range(len(SPECIAL))
SEED = 20
SAMPLE = 40_000
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What no token crosses: words, single digits, marks. It is Qwen 2's, which ONNX Runtime GenAI reads."""


def make_tokenizer(size: int) -> Tokenizer:
    """Train a byte-pair tokenizer of ``size`` tokens on the training text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    tokenizer.decoder = decoders.ByteLevel()

    def texts() -> Iterator[str]:
        random = Random(f"{SEED}/tokenizer")
        for _ in range(SAMPLE):
            made = conversation(random, held=False)
            yield made.system
            for turn in made.turns:
                yield turn.user
                yield turn.answers[0]

    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(), trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, made: Conversation, answers: list[str]) -> tuple[list[int], list[bool]]:
    """Return a conversation's tokens, and for each whether the model is to learn to say it."""
    tokens, learnt = [BEGIN], [False]

    def add(role: int, text: str) -> None:
        said = [*tokenizer.encode(text).ids, END]
        tokens.extend([role, *said])
        learnt.extend([False, *[role == ASSISTANT] * len(said)])

    if made.system:
        add(SYSTEM, made.system)
    for turn, answer in zip(made.turns, answers, strict=True):
        add(USER, turn.user)
        add(ASSISTANT, answer)
    return tokens, learnt
