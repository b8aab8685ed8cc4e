"""A byte-level byte-pair tokenizer read from tokenizer.json, as slowly and plainly as possible."""

import json
import re
from itertools import pairwise
from pathlib import Path

__all__ = ["Pieces"]

SPLIT = re.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def letters() -> dict[int, str]:
    """Return the letter that stands for each byte: itself where it can be seen, else one from 256 on."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in seen]
    return {byte: chr(byte) for byte in seen} | {byte: chr(256 + place) for place, byte in enumerate(rest)}


class Pieces:
    """The tokenizer of a file."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_bytes())
        self.vocabulary: dict[str, int] = document["model"]["vocab"]
        self.ranks = {tuple(pair): rank for rank, pair in enumerate(document["model"]["merges"])}
        self.special = {token["content"]: token["id"] for token in document["added_tokens"]}
        self.letters = letters()

    def encode(self, text: str) -> list[int]:
        """Return the tokens of text; special tokens are found by their names."""
        found: list[int] = []
        for part in re.split("(" + "|".join(map(re.escape, self.special)) + ")", text):
            if part in self.special:
                found.append(self.special[part])
                continue
            for word in SPLIT.findall(part):
                found.extend(
                    self.vocabulary[piece] for piece in self._merge([self.letters[byte] for byte in word.encode()])
                )
        return found

    def _merge(self, pieces: list[str]) -> list[str]:
        while True:
            pairs = [(self.ranks[pair], place) for place, pair in enumerate(pairwise(pieces)) if pair in self.ranks]
            if not pairs:
                return pieces
            _, place = min(pairs)
            pieces = [*pieces[:place], pieces[place] + pieces[place + 1], *pieces[place + 2 :]]

    def decode(self, tokens: list[int]) -> str:
        """Return the text of tokens without the special ones."""
        names = {number: piece for piece, number in self.vocabulary.items()}
        bytes_of = {letter: byte for byte, letter in self.letters.items()}
        text = "".join(names[token] for token in tokens if token not in self.special.values())
        return bytes(bytes_of[letter] for letter in text).decode()
