"""Declared processing of embedding models: how a text becomes tokens, and their states one vector."""

from collections.abc import Mapping
from dataclasses import dataclass

from nesa.models._fields import Fields, Json

__all__ = ["EmbeddingOutput", "SentenceInput"]


@dataclass(frozen=True, slots=True)
class SentenceInput:
    """A text in UTF-8, which becomes token ids.

    Attributes:
        tokenizer: path of a ``tokenizer.json`` among the manifest's files.
        max_bytes: of an input.
        context: how many tokens it may have.
    """

    tokenizer: str
    max_bytes: int
    context: int

    @classmethod
    def read(cls, fields: Fields) -> "SentenceInput":
        """Read the fields beside ``kind``."""
        return cls(
            tokenizer=fields.text("tokenizer", r"[^\x00-\x1f]+", 255),
            max_bytes=fields.integer("max_bytes", 1, 2**20),
            context=fields.integer("context", 1, 2**16),
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "sentence",
            "tokenizer": self.tokenizer,
            "max_bytes": self.max_bytes,
            "context": self.context,
        }


@dataclass(frozen=True, slots=True)
class EmbeddingOutput:
    """A vector of length 1: the mean of float32 [1, tokens, size], divided by its length; float32 in little endian.

    Attributes:
        tensor: of the last hidden states.
        size: numbers of the vector.
    """

    tensor: str
    size: int

    media_type = "application/octet-stream"

    @classmethod
    def read(cls, fields: Fields) -> "EmbeddingOutput":
        """Read the fields beside ``kind``."""
        return cls(tensor=fields.text("tensor"), size=fields.integer("size", 1, 2**16))

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {"kind": "embedding", "tensor": self.tensor, "size": self.size}
