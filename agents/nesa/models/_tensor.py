"""Inputs and outputs that are integers already: what a provable model reads and writes, byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from nesa.errors import ManifestError
from nesa.models._fields import JSON_INTEGER_MAX, Fields, Json, parse_object

__all__ = ["Feature", "TensorInput", "TensorOutput", "read_features"]

_MAX_SIDE = 2**20
_MAX_ELEMENTS = 2**24
_MAX_EXPONENT = 30
_MAX_LABELS = 65_536
_MAX_FEATURES_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Feature:
    """A named integer that a client turns into one int8: ``low`` and below into -127, ``high`` and above into 127.

    In between, value v becomes (254 · (v - low)) / (high - low) - 127, rounded to the nearest, halves to even.
    """

    name: str
    low: int
    high: int

    @classmethod
    def read(cls, fields: Fields) -> "Feature":
        """Read one item of ``features``."""
        found = cls(
            name=fields.text("name", r"[a-z][a-z0-9_]{0,63}"),
            low=fields.integer("low", -JSON_INTEGER_MAX),
            high=fields.integer("high", -JSON_INTEGER_MAX),
        )
        fields.done()
        if found.low >= found.high:
            raise ManifestError(f"the feature {found.name} has no range from low to high")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the item as the manifest writes it."""
        return {"name": self.name, "low": self.low, "high": self.high}


def read_features(raw: bytes) -> tuple[Feature, ...]:
    """Read a file with nothing but a manifest's ``{"features": […]}``.

    Raises:
        ManifestError: as of a manifest.
    """
    fields = Fields(parse_object(raw, _MAX_FEATURES_BYTES), "the file")
    found = fields.sections("features", Feature.read, _MAX_SIDE)
    fields.done()
    return found


@dataclass(frozen=True, slots=True)
class TensorInput:
    """The bytes of an int8 tensor, row by row in two's complement: exactly as many as it has elements.

    Attributes:
        tensor: the graph's input.
        shape: the tensor's.
        scale_bits: for clients: the integer v stands for v · 2^-scale_bits.
        features: for clients: how named values become the tensor's elements, in order; empty where it is no list.
    """

    tensor: str
    shape: tuple[int, ...]
    scale_bits: int
    features: tuple[Feature, ...]

    @property
    def size(self) -> int:
        """How many bytes an input has."""
        return prod(self.shape)

    @classmethod
    def read(cls, fields: Fields) -> "TensorInput":
        """Read the fields beside ``kind``."""
        found = cls(
            tensor=fields.text("tensor"),
            shape=fields.sizes("shape", 8, _MAX_SIDE),
            scale_bits=fields.integer("scale_bits", -_MAX_EXPONENT, _MAX_EXPONENT),
            features=fields.sections("features", Feature.read, _MAX_SIDE),
        )
        if found.size > _MAX_ELEMENTS:
            raise ManifestError(f"input.shape has more than {_MAX_ELEMENTS} elements")
        if found.features and len(found.features) != found.size:
            raise ManifestError(f"input.features has {len(found.features)} items for {found.size} elements")
        if len({feature.name for feature in found.features}) != len(found.features):
            raise ManifestError("input.features has a name twice")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "tensor",
            "tensor": self.tensor,
            "shape": list(self.shape),
            "scale_bits": self.scale_bits,
            "features": [feature.to_dict() for feature in self.features],
        }


@dataclass(frozen=True, slots=True)
class TensorOutput:
    """The bytes of the graph's int8 output, row by row in two's complement.

    Attributes:
        tensor: the graph's output.
        scale_bits: for clients: the integer v stands for v · 2^-scale_bits.
        labels: for clients: what each element is the score of; the answer is the first of the largest. May be empty.
    """

    tensor: str
    scale_bits: int
    labels: tuple[str, ...]

    media_type = "application/octet-stream"

    @classmethod
    def read(cls, fields: Fields) -> "TensorOutput":
        """Read the fields beside ``kind``."""
        return cls(
            tensor=fields.text("tensor"),
            scale_bits=fields.integer("scale_bits", -_MAX_EXPONENT, _MAX_EXPONENT),
            labels=fields.texts("labels", r"[^\x00-\x1f]{1,64}", _MAX_LABELS),
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "tensor",
            "tensor": self.tensor,
            "scale_bits": self.scale_bits,
            "labels": list(self.labels),
        }
