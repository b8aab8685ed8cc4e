"""Declared processing of language models: how a conversation becomes tokens, and tokens an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nesa.errors import ManifestError
from nesa.models._fields import Fields, Json

__all__ = ["GuidanceOption", "SamplingOption", "SourceInput", "TextInput", "TextOutput"]

_MAX_CONTEXT = 2**20
_MAX_ID = 2**32 - 1
_TOKEN = r"[^\x00-\x1f]{0,64}"  # noqa: S105 - a pattern


@dataclass(frozen=True, slots=True)
class TextInput:
    """A conversation or a prompt in JSON, which becomes token ids.

    Attributes:
        tokenizer: path of a ``tokenizer.json`` among the manifest's files.
        template: path of the chat template, a text in Jinja, or of a JSON file with one as ``chat_template``; empty
            where the model only continues prompts.
        bos: what ``bos_token`` stands for in the template.
        eos: what ``eos_token`` stands for in the template.
        max_bytes: of an input.
        context: how many tokens prompt and answer may have together.
        head_size: features of one head of the graph's key-value cache.
        prompt_bps: what a token of the prompt costs, in ten-thousandths of one of the answer.
    """

    tokenizer: str
    template: str
    bos: str
    eos: str
    max_bytes: int
    context: int
    head_size: int
    prompt_bps: int

    @classmethod
    def read(cls, fields: Fields) -> "TextInput":
        """Read the fields beside ``kind``."""
        return cls(**cls.common(fields), head_size=fields.integer("head_size", 1, 1024))

    @staticmethod
    def common(fields: Fields) -> dict[str, Any]:
        """Read the fields that all texts have."""
        return {
            "tokenizer": fields.text("tokenizer", r"[^\x00-\x1f]+", 255),
            "template": fields.text("template", r"[^\x00-\x1f]*", 255),
            "bos": fields.text("bos", _TOKEN),
            "eos": fields.text("eos", _TOKEN),
            "max_bytes": fields.integer("max_bytes", 1, 2**20),
            "context": fields.integer("context", 2, _MAX_CONTEXT),
            "prompt_bps": fields.integer("prompt_bps", 0, 10_000),
        }

    def to_dict(self) -> dict[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "text",
            "tokenizer": self.tokenizer,
            "template": self.template,
            "bos": self.bos,
            "eos": self.eos,
            "max_bytes": self.max_bytes,
            "context": self.context,
            "head_size": self.head_size,
            "prompt_bps": self.prompt_bps,
        }


@dataclass(frozen=True, slots=True)
class SourceInput(TextInput):
    """A request that an encoder reads; a decoder writes the answer, and has no cache whose heads have a size.

    Attributes:
        encoder: path of the encoder's graph among the manifest's files.
        start: id of the token that answers begin after.
    """

    encoder: str
    start: int

    @classmethod
    def read(cls, fields: Fields) -> "SourceInput":
        """Read the fields beside ``kind``."""
        return cls(
            **TextInput.common(fields),
            head_size=0,
            encoder=fields.text("encoder", r"[^\x00-\x1f]+", 255),
            start=fields.integer("start", 0, _MAX_ID),
        )

    def to_dict(self) -> dict[str, Json]:
        """Return the section as the manifest writes it."""
        found = TextInput.to_dict(self) | {"kind": "source", "encoder": self.encoder, "start": self.start}
        del found["head_size"]
        return found


@dataclass(frozen=True, slots=True)
class SamplingOption:
    """A request's options for text, with the values that they have where it names none.

    Attributes:
        max_tokens: of an answer.
        limit: the most that a request may ask for.
        temperature: in thousandths.
        top_k: 0 for all tokens.
    """

    max_tokens: int
    limit: int
    temperature: int
    top_k: int

    @classmethod
    def read(cls, fields: Fields) -> "SamplingOption":
        """Read the fields beside ``kind``."""
        limit = fields.integer("limit", 1, _MAX_CONTEXT)
        return cls(
            max_tokens=fields.integer("max_tokens", 1, limit),
            limit=limit,
            temperature=fields.integer("temperature", 0, 2_000),
            top_k=fields.integer("top_k", 0, _MAX_ID),
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Return the item as the manifest writes it."""
        return {
            "kind": "sampling",
            "max_tokens": self.max_tokens,
            "limit": self.limit,
            "temperature": self.temperature,
            "top_k": self.top_k,
        }


@dataclass(frozen=True, slots=True)
class GuidanceOption:
    """A request may ask for JSON that follows a schema.

    Attributes:
        versions: minor versions of llguidance that allow the same tokens.
    """

    versions: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> "GuidanceOption":
        """Read the fields beside ``kind``."""
        found = cls(versions=fields.texts("versions", r"[0-9]+\.[0-9]+", 16))
        if not found.versions:
            raise ManifestError("the versions of a guidance are empty")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the item as the manifest writes it."""
        return {"kind": "guidance", "versions": list(self.versions)}


@dataclass(frozen=True, slots=True)
class TextOutput:
    """Tokens drawn from float32 [1, tokens, vocabulary] of logits, and what they spell.

    Attributes:
        tensor: of the logits.
        stops: ids of the tokens that end an answer.
        band: tolerance at the boundary of top-k, in units of 2^-16 of a logit.
        clip: up to what a token's margin counts in the sum of margins, in the same unit.
    """

    tensor: str
    stops: tuple[int, ...]
    band: int
    clip: int

    media_type = "application/json"

    @classmethod
    def read(cls, fields: Fields) -> "TextOutput":
        """Read the fields beside ``kind``."""
        return cls(
            tensor=fields.text("tensor"),
            stops=fields.sizes("stops", 16, _MAX_ID, low=0),
            band=fields.integer("band", 0, 2**24),
            clip=fields.integer("clip", 1, 2**24),
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {"kind": "text", "tensor": self.tensor, "stops": list(self.stops), "band": self.band, "clip": self.clip}
